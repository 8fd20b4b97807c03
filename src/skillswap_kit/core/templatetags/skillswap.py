"""Small parts of pages: each is a template below ``skillswap_kit/elements/`` that a host can override once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from ..slots import slot_functions

register = template.Library()


def _drawn(context: template.Context, name: str, attributes: dict[str, Any]) -> SafeString:
    shared = {key: context.get(key) for key in ("csrf_token", "skillswap", "people", "user")}
    return render_to_string(f"skillswap_kit/elements/{name}.html", {**shared, **attributes}, context.get("request"))


@register.simple_tag(takes_context=True)
def element(context: template.Context, name: str, /, **attributes: Any) -> SafeString:
    """``{% element "avatar" person=person %}``: an element with nothing inside."""
    return _drawn(context, name, attributes)


@register.simple_block_tag(takes_context=True)
def container(context: template.Context, content: SafeString, name: str, /, **attributes: Any) -> SafeString:
    """``{% container "card" %}…{% endcontainer %}``: an element around something, its ``content``."""
    return _drawn(context, name, {**attributes, "content": content})


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, /, **what: Any) -> SafeString:
    """``{% slot "listing" listing=listing %}``: what installed apps add here, see ``core.slots``; mostly nothing."""
    request = context.get("request")
    return format_html_join("", "{}", ((draw(request, **what),) for draw in slot_functions(name)))


@register.filter
def relative(moment: datetime) -> str:
    """How long ago, or how soon."""
    now = timezone.now()
    if moment <= now:
        return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}
    return _("in %(time)s") % {"time": timeuntil(moment, now, depth=1)}
