"""Places in the order of matches as text for an address."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput

from .matches import Rank

LARGEST_KEY = 2**63 - 1
LONGEST_CURSOR = 400


def write_cursor(rank: Rank, matcher: str) -> str:
    """A place in the order of a matcher."""
    place = json.dumps([matcher, rank.score, rank.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(text: str, matcher: str, *, name: str) -> Rank:
    """The place that ``text``, the parameter ``name`` of an address, stands for.

    Raises InvalidInput for what is no cursor, or one of another matcher's order.
    """
    try:
        of_matcher, score, number = _decoded(text)
    except (ValueError, TypeError, RecursionError):
        raise _no_cursor(name) from None
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST_KEY
    if of_matcher != matcher or not is_number or not isinstance(score, float) or not math.isfinite(score):
        raise _no_cursor(name)
    return Rank(score=score, number=number)


def _decoded(text: str) -> Any:
    if len(text) > LONGEST_CURSOR:
        raise ValueError("No cursor is so long.")
    return json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def _no_cursor(name: str) -> InvalidInput:
    return InvalidInput(fields={name: [_("This is no place in this list. Take it from next, or leave it out.")]})
