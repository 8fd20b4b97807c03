"""Asking random members of the community for their suggestions: what statistics of the whole rest on."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from skillswap_kit.core.policies import active_users
from skillswap_kit.exchange.models import Listing, Profile

from ..matchers import get_matcher

TOP = 10
"""So many suggestions of each are looked at."""
READ_AT_ONCE = 200
MOST_DRAWN = 100_000
"""Numbers of members in one run."""


@dataclass(kw_only=True)
class Asked:
    """What the members who were asked so far are shown.

    ``numbers``: of those who were asked. ``alone``: of those of them to whom nobody is suggested. ``shown``: how often
    each member stands among the first ``TOP`` of others. ``drawn`` of ``keys`` numbers were looked at, whether or not
    they are somebody's.
    """

    keys: int
    drawn: int = 0
    numbers: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    shown: Counter[int] = field(default_factory=Counter)

    @property
    def is_complete(self) -> bool:
        """Whether everybody was asked."""
        return self.drawn == self.keys

    def estimate(self, count: int) -> int | None:
        """How many there are in the whole community if ``count`` were found so far. None if nobody was drawn."""
        if self.is_complete:
            return count
        return round(count * self.keys / self.drawn) if self.drawn else None


def ask_members(*, seconds: float) -> Asked:
    """Ask members in random order, each with the same chance, until all were asked or the time is over."""
    ends = time.monotonic() + seconds
    bounds = Profile.objects.aggregate(first=Min("pk"), last=Max("pk"))
    keys = range(bounds["first"], bounds["last"] + 1) if bounds["first"] is not None else range(0)
    asked, matcher = Asked(keys=len(keys)), get_matcher()
    for number, profile in _drawn(keys):
        if time.monotonic() >= ends:
            break
        asked.drawn += 1
        if profile is None:
            continue
        asked.numbers.append(number)
        candidates = matcher.match(profile.user, limit=TOP)
        asked.shown.update(candidate.number for candidate in candidates)
        if not candidates:
            asked.alone.append(number)
    return asked


def seekers() -> QuerySet[Profile]:
    """Who teaches something and wants something: anybody else has no partner whoever there is."""
    listings = Listing.objects.advertised().filter(owner=OuterRef("user"))
    return Profile.objects.filter(active_users("user"), Exists(listings.offers()), Exists(listings.wants()))


def _drawn(keys: range) -> Iterator[tuple[int, Profile | None]]:
    """Numbers in random order, with whom of the seekers they are of."""
    # For statistics, not for secrets.
    order = random.sample(keys, min(len(keys), MOST_DRAWN))
    for first in range(0, len(order), READ_AT_ONCE):
        numbers = order[first : first + READ_AT_ONCE]
        found: Mapping[int, Profile] = seekers().select_related("user").in_bulk(numbers)
        for number in numbers:
            yield number, found.get(number)
