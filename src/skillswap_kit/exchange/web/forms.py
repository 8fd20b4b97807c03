"""Forms that several features ask with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.fields import PlainTextField

from ..models import Swap

REASON_LENGTH = Swap._meta.get_field("close_reason").max_length or 0


class ReasonForm(forms.Form):
    reason = PlainTextField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        multiline=True,
        required=False,
        help_text=_("You need not give one. The others read it."),
    )
