"""How many fit: what a filter says before its list is shown."""

from __future__ import annotations

from skillswap_kit.core.types import User

from ..candidates import Narrow, Selection
from ..matchers import DEFAULT, get_matcher
from ..matches import MatchCount

MOST_COUNTED = 100


def count_matches(
    *, by: User, narrow: Narrow | None = None, most: int = MOST_COUNTED, matcher: str = DEFAULT
) -> MatchCount:
    """How many partners a member has, narrowed as in ``recommend`` and counted up to ``most``.

    Raises ImproperlyConfigured for a matcher that is none.
    """
    return get_matcher(matcher).count(by, most=most, selection=Selection(by, narrow))
