"""The table of similar skills, and what a seeker's listings become by it.

A similar skill counts in proportion, so the table is applied to the query and not to the members: that is exact, and
an edit of the table touches no member.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from ..matches import Member
from ..rows import Similar
from ..scoring import WEIGHT_UNIT
from .kernel import Array, Query, Weights


class Similarity:
    """``similar`` by wanted skill, as read from the database, and the other way round."""

    def __init__(self, similar: Similar) -> None:
        self.by_wanted = similar
        by_taught = defaultdict[int, dict[int, int]](dict)
        for wanted, row in similar.items():
            for taught, weight in row.items():
                by_taught[taught][wanted] = weight
        self.by_taught = dict(by_taught)

    def query(self, seeker: Member) -> Query:
        return Query(
            number=seeker.number,
            wants=_expanded(seeker.wants, self.by_wanted),
            offers=_expanded(seeker.offers, self.by_taught),
        )

    def as_rows(self) -> Array:
        """Wanted, taught, weight; of each wanted skill in the order that it has in the table."""
        rows = [(wanted, taught, weight) for wanted, row in self.by_wanted.items() for taught, weight in row.items()]
        return np.array(rows, np.int64).reshape(-1, 3)

    @cached_property
    def table(self) -> tuple[Array, Array, Array]:
        """The rows sorted by wanted skill, the different ones of these, where each begins and the last one ends."""
        rows = self.as_rows()
        rows = rows[rows[:, 0].argsort(kind="stable")]
        skills, firsts = np.unique(rows[:, 0], return_index=True)
        return rows, skills, np.append(firsts, len(rows))

    @classmethod
    def from_rows(cls, rows: Array) -> Similarity:
        similar = defaultdict[int, dict[int, int]](dict)
        for wanted, taught, weight in rows.tolist():
            similar[wanted][taught] = weight
        return cls(dict(similar))


def _expanded(listed: Weights, table: Mapping[int, Weights]) -> Weights:
    factors: dict[int, int] = {}
    for skill, weight in listed.items():
        factors[skill] = factors.get(skill, 0) + weight * WEIGHT_UNIT
        for other, similarity in table.get(skill, {}).items():
            factors[other] = factors.get(other, 0) + weight * similarity
    return factors
