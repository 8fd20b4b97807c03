"""What the pages of allauth need to look like those of the kit."""

from __future__ import annotations

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def plain_labels(form: BaseForm) -> BaseForm:
    """The form with labels that end as they are written: the kit's have no colon."""
    form.label_suffix = ""
    return form


@register.filter
def inline_svg(drawing: str) -> SafeString:
    """The drawing that allauth made of a secret of its own, without the XML declaration, which HTML does not know."""
    return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308
