"""The table of similar skills, and what a seeker's listings become by it.

A similar skill counts in proportion, so the table is applied to the query and not to the members: that is exact, and
an edit of the table touches no member.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import is_not

import numpy as np

from ..matches import Member
from ..rows import Similar
from ..scoring import WEIGHT_UNIT
from .kernel import Array, Query, Rows, Weights


@dataclass(frozen=True, eq=False)
class Joint:
    """The skills of several indexes: first those of the first as they stand there, then what the others have besides.

    ``size``: how many there are. ``columns``: by index, which of them its columns are. ``similar``: by place of the
    wanted skill among them, the places of the skills that help, and the weights.
    """

    size: int
    columns: Sequence[Array]
    similar: Rows


class Similarity:
    """``similar`` by wanted skill, as read from the database, and the other way round."""

    def __init__(self, similar: Similar) -> None:
        self.by_wanted = similar
        by_taught = defaultdict[int, dict[int, int]](dict)
        for wanted, row in similar.items():
            for taught, weight in row.items():
                by_taught[taught][wanted] = weight
        self.by_taught = dict(by_taught)
        self._joint: tuple[Sequence[Array], Joint] | None = None

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

    def joint(self, *skills: Array) -> Joint:
        """The skills of several indexes together. Those asked for last are kept: the arrays must not be changed."""
        known = self._joint
        if known is None or len(known[0]) != len(skills) or any(map(is_not, known[0], skills)):
            known = self._joint = skills, self._join(skills)
        return known[1]

    def _join(self, skills: Sequence[Array]) -> Joint:
        both, columns = skills[0], [np.arange(len(skills[0]), dtype=np.int64)]
        for own in skills[1:]:
            new = own[~np.isin(own, both)]
            order = (both := np.concatenate([both, new]) if len(new) else both).argsort()
            columns.append(order[both.searchsorted(own, sorter=order)])
        return Joint(len(both), columns, self._among(both))

    def _among(self, skills: Array) -> Rows:
        rows, order = self.as_rows(), skills.argsort()
        rows = rows[np.isin(rows[:, 0], skills) & np.isin(rows[:, 1], skills)]
        wanted, taught = (order[skills.searchsorted(rows[:, side], sorter=order)] for side in (0, 1))
        by_wanted = wanted.argsort(kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(wanted, minlength=len(skills)))])
        return Rows(starts, taught[by_wanted], rows[by_wanted, 2])

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
