"""Learning which skills go together from who teaches what.

Two skills are as similar as their offers are correlated over members: the phi coefficient (Yule 1912) of “teaches the
one” and “teaches the other”. It is 0 for skills that meet by chance, however popular they are, 1 for skills that are
always taught together, and the same both ways.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations, groupby
from math import sqrt
from operator import itemgetter

from skillswap_kit.exchange.models import Listing

from ..conf import matching_settings
from ..models import MAX_SIMILARITY

LEAST_PHI = 0.15
"""Less is noise: measured on what people say they know."""
MIN_MEMBERS = 3
"""So many members at least must teach both skills."""


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What was looked at and what came of it."""

    members: int
    skills: int
    weights: dict[tuple[int, int], int]


def learn_similarities(*, min_members: int = MIN_MEMBERS) -> Learnt:
    """Which skills are taught together, by the offers that others may see; writes nothing."""
    return correlate(_offered(), min_members=min_members, most=matching_settings.MAX_SIMILAR)


def _offered() -> Iterator[list[int]]:
    """The skills that each member teaches."""
    offers = Listing.objects.advertised().filter(kind=Listing.Kind.OFFER).order_by("owner")
    rows = offers.values_list("owner", "skill").iterator(chunk_size=10_000)
    for _owner, of_member in groupby(rows, key=itemgetter(0)):
        yield [skill for _, skill in of_member]


def correlate(offered: Iterable[Iterable[int]], *, min_members: int, most: int) -> Learnt:
    """For each skill the ``most`` similar ones, of phi over ``LEAST_PHI``, which ``min_members`` teach together."""
    members, alone, together = 0, Counter[int](), Counter[tuple[int, int]]()
    for skills in map(set, offered):
        members += 1
        alone.update(skills)
        together.update(combinations(sorted(skills), 2))
    near = defaultdict[int, list[tuple[float, int]]](list)
    for (one, other), both in together.items():
        if both >= min_members:
            phi = _phi(members, alone[one], alone[other], both)
            if phi > LEAST_PHI:
                near[one].append((-phi, other))
                near[other].append((-phi, one))
    weights = {
        (wanted, taught): min(round(-negative * 100), MAX_SIMILARITY)
        for wanted, found in sorted(near.items())
        for negative, taught in nsmallest(most, found)
    }
    return Learnt(members=members, skills=len(alone), weights=weights)


def _phi(members: int, one: int, other: int, both: int) -> float:
    spread = one * other * (members - one) * (members - other)
    # What every member teaches goes together with nothing in particular.
    return (members * both - one * other) / sqrt(spread) if spread else 0.0
