from __future__ import annotations

from typing import Any

from django import template

from skillswap_kit.core import keys
from skillswap_kit.core.types import User

from .. import languages
from ..people import People, ShownPerson

register = template.Library()


@register.filter
def shown_by(user: User | None, people: People) -> ShownPerson:
    """``{{ swap.proposed_by|shown_by:people }}``: the user as this viewer may see them; None has left."""
    return people.show(user)


@register.filter
def written_key(key: Any) -> int | str:
    """``{% url "skillswap_exchange:member" pk=user.pk|written_key %}``: a key as addresses write it."""
    return keys.written_key(key)


@register.filter
def language_name(code: str) -> str:
    """What a language is called by those who speak it."""
    return languages.language_name(code)
