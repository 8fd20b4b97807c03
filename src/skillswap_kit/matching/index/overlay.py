"""Members who have changed since the snapshot: a second small index before the large one.

No weight of a member depends on others, so members of the overlay, and those of the snapshot without them, together
are exactly the members of a new index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from skillswap_kit.exchange.models import Profile

from ..matches import Member
from ..rows import read_members
from ..scoring import Scoring
from .assembling import assemble, entries_of, index_of, tallies
from .kernel import Array, Index

READ_AT_ONCE = 500
"""Users in one statement: databases bound its parameters."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """``replaced``: the sorted numbers of all who changed. ``index``: those of them who still have listings.

    ``masked``: for each position of the snapshot whether its member is replaced.
    """

    replaced: Array
    index: Index
    masked: Array

    @classmethod
    def empty(cls, base: Index) -> Overlay:
        return cls(np.empty(0, np.int64), index_of([]), np.zeros(len(base), np.bool_))

    def __len__(self) -> int:
        return len(self.replaced)

    def replacing(self, base: Index, numbers: Collection[int], members: Sequence[Member]) -> Overlay:
        """This overlay after the members of these ``numbers`` changed; ``members`` has those with listings."""
        changed = np.array(sorted(numbers), np.int64)
        old, new = self.index, index_of(members)
        entries, stays = entries_of(old), ~np.isin(old.numbers, changed)
        entries = entries.where(~np.isin(entries.numbers, changed)).and_those(entries_of(new))
        both = np.concatenate([old.numbers[stays], new.numbers])
        index = assemble(
            entries,
            loads=tallies(both, np.concatenate([old.loads[stays], new.loads])),
            activities=tallies(both, np.concatenate([old.activities[stays], new.activities])),
        )
        return Overlay(np.union1d(self.replaced, changed), index, self._masking(base, changed))

    def _masking(self, base: Index, changed: Array) -> Array:
        places = np.searchsorted(base.numbers, changed)
        places = places[places < len(base)]
        places = places[np.isin(base.numbers[places], changed)]
        masked = self.masked.copy()
        masked[places] = True
        return masked


def read_changed(scoring: Scoring, users: Collection[Any]) -> tuple[set[int], list[Member]]:
    """The numbers of these users and, as members, those of them who have listings in force.

    Somebody who has left has no number any more: they stay in the snapshot, and nobody may see them.
    """
    numbers, members = set[int](), list[Member]()
    remaining = iter(users)
    while some := list(islice(remaining, READ_AT_ONCE)):
        numbers.update(Profile.objects.filter(user__in=some).order_by().values_list("pk", flat=True))
        members += read_members(scoring, some)
    # Whose profile was made between the two statements.
    numbers.update(member.number for member in members)
    return numbers, members
