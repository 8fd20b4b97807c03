"""Naming the skill that one wants to learn."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.fields import PlainTextField
from skillswap_kit.exchange.web.suggesting import SUGGESTING
from skillswap_kit.exchange.web.swaps.forms import SKILL_LENGTH


class SkillForm(forms.Form):
    skill = PlainTextField(
        label=_("What do you want to learn?"), max_length=SKILL_LENGTH, widget=forms.TextInput(attrs=SUGGESTING)
    )
