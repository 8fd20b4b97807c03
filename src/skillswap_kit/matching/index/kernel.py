"""The search: candidates by their postings, summed in whole numbers, the best few exactly.

Members are positions in the sorted array of numbers, skills are columns in the sorted array of their keys. For the
seeker's wants the postings of those who offer them are summed, for the offers the postings of those who want them;
whoever has both sums is a candidate. The shorter side goes first, so that of the longer one only the entries that
can still count are touched.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..matches import Candidate, Member, Rank

Array: TypeAlias = NDArray[Any]
Weights: TypeAlias = Mapping[int, int]
"""By skill key; what an entry of the postings is multiplied with."""
Slice: TypeAlias = tuple[int, int, int]
"""Beginning and end of a skill's postings, and what they are multiplied with."""

INT32_END = 2**31
DENSE_SHARE = 16
"""Scratch memory of which more than one in so many places was touched is zeroed as a whole."""


class Score(Protocol):
    def __call__(self, gets: Any, gives: Any, load: Any, activity: Any) -> Any: ...


@dataclass(frozen=True, eq=False)
class Rows:
    """Compressed sparse rows: row i has the ``ids`` and ``weights`` from ``starts[i]`` to ``starts[i + 1]``."""

    starts: Array
    ids: Array
    weights: Array

    @cached_property
    def bounds(self) -> list[int]:
        """``starts`` as Python has them at hand: a search looks up a few dozen."""
        bounds: list[int] = self.starts.tolist()
        return bounds

    @cached_property
    def largest(self) -> int:
        return int(self.weights.max(initial=0))

    def row(self, number: int) -> tuple[Array, Array]:
        start, stop = self.starts[number], self.starts[number + 1]
        return self.ids[start:stop], self.weights[start:stop]

    def slices(self, columns: Mapping[int, int], factors: Weights) -> list[Slice]:
        """The postings that these skills have."""
        found = []
        for skill, factor in factors.items():
            column = columns.get(skill)
            if column is not None and factor:
                start, stop = self.bounds[column], self.bounds[column + 1]
                if start < stop:
                    found.append((start, stop, factor))
        return found


def _length(part: Slice) -> int:
    return part[1] - part[0]


@dataclass(frozen=True, eq=False)
class Index:
    """Everybody with a listing in force. ``offerers`` and ``wanters`` are rows by skill, ``offers`` and ``wants`` by
    member; weights are hundredths."""

    numbers: Array
    skills: Array
    loads: Array
    activities: Array
    offerers: Rows
    wanters: Rows
    offers: Rows
    wants: Rows

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def columns(self) -> dict[int, int]:
        return {skill: column for column, skill in enumerate(self.skills.tolist())}

    @cached_property
    def has_weights_only(self) -> bool:
        """Whether no listing weighs nothing: then whoever has a sum has one above zero."""
        return all(rows.weights.all() for rows in (self.offers, self.wants))

    def position(self, number: int) -> int | None:
        """Where the member with this number stands, None if they are not here."""
        place = int(self.numbers.searchsorted(number))
        return place if place < len(self) and self.numbers[place] == number else None

    def member(self, position: int) -> Member:
        return Member(
            number=int(self.numbers[position]),
            offers=self._weights(self.offers, position),
            wants=self._weights(self.wants, position),
            load=int(self.loads[position]),
            activity=int(self.activities[position]),
        )

    def _weights(self, rows: Rows, position: int) -> dict[int, int]:
        columns, weights = rows.row(position)
        return dict(zip(self.skills.take(columns).tolist(), weights.tolist(), strict=True))


@dataclass(frozen=True, kw_only=True)
class Query:
    """What to look for: factors of offers for what the seeker wants, and of wants for what the seeker offers."""

    number: int
    wants: Weights
    offers: Weights


class Scratch(threading.local):
    """Two zeroed sums for each member, of each thread its own: 8 bytes a member."""

    _sums: tuple[Array, Array] | None = None

    def take(self, size: int, *, wide: bool) -> tuple[Array, Array]:
        """Sums that :meth:`give_back` expects back zeroed. Until then there are none: whoever fails drops them."""
        if wide:
            return np.zeros(size, np.int64), np.zeros(size, np.int64)
        sums, self._sums = self._sums, None
        if sums is None or len(sums[0]) < size:
            sums = np.zeros(size, np.int32), np.zeros(size, np.int32)
        return sums

    def give_back(self, sums: tuple[Array, Array]) -> None:
        if sums[0].dtype == np.int32:
            self._sums = sums


@dataclass(frozen=True, eq=False)
class Found:
    """Candidates as positions, each once, with both utilities in millionths."""

    positions: Array
    gets: Array
    gives: Array

    def where(self, kept: Array) -> Found:
        return Found(self.positions[kept], self.gets[kept], self.gives[kept])


def search(
    index: Index,
    query: Query,
    *,
    limit: int,
    score: Score,
    scratch: Scratch,
    after: Rank | None = None,
    masked: Array | None = None,
) -> list[Candidate]:
    """The first ``limit`` candidates after this place, best first; never the seeker, and nobody in ``masked``.

    ``masked`` has one truth value for each position.
    """
    found = _candidates(index, query, scratch)
    if found is None:
        return []
    if not index.has_weights_only:
        found = found.where((found.gets > 0) & (found.gives > 0))
    if masked is not None:
        found = found.where(~masked.take(found.positions))
    places = found.positions
    scores = score(found.gets, found.gives, index.loads.take(places), index.activities.take(places))
    # One more, who may be the seeker.
    best = _best(index, found, scores, limit + 1, after)
    return [candidate for candidate in best if candidate.number != query.number][:limit]


def _candidates(index: Index, query: Query, scratch: Scratch) -> Found | None:
    """Everybody who has both sums, the seeker too, and some whose sums are zero because their weights are."""
    gets = index.offerers.slices(index.columns, query.wants)
    gives = index.wanters.slices(index.columns, query.offers)
    if not gets or not gives:
        return None
    most = max(_most(index.offerers, query.wants), _most(index.wanters, query.offers))
    sums = scratch.take(len(index), wide=most >= INT32_END)
    if sum(map(_length, gets)) <= sum(map(_length, gives)):
        positions, first, second = _join(index.offerers, gets, index.wanters, gives, sums)
        found = Found(positions, first, second)
    else:
        positions, first, second = _join(index.wanters, gives, index.offerers, gets, sums)
        found = Found(positions, second, first)
    scratch.give_back(sums)
    return found


def _most(rows: Rows, factors: Weights) -> int:
    return rows.largest * sum(factors.values())


def _join(
    one: Rows, ones: list[Slice], other: Rows, others: list[Slice], sums: tuple[Array, Array]
) -> tuple[Array, Array, Array]:
    """Positions that occur on both sides, each once, with the sums of both. Leaves ``sums`` zeroed."""
    first, second = sums
    for start, stop, factor in ones:
        np.add.at(first, one.ids[start:stop], np.multiply(one.weights[start:stop], factor, dtype=first.dtype))
    positions, seconds = _second_side(other, others, first, second)
    firsts = first.take(positions)
    if sum(map(_length, ones)) * DENSE_SHARE > len(first):
        first.fill(0)
    else:
        for start, stop, _factor in ones:
            first[one.ids[start:stop]] = 0
    return positions, firsts, seconds


def _second_side(rows: Rows, slices: list[Slice], first: Array, second: Array) -> tuple[Array, Array]:
    """Of these postings the positions with a first sum, each once, and their second sums."""
    everything = np.concatenate([rows.ids[start:stop] for start, stop, _factor in slices])
    # As truth values, of which numpy finds those that are not zero the fastest.
    hits = first.take(everything).astype(np.bool_).nonzero()[0]
    ids = everything.take(hits)
    ends = np.cumsum([0, *map(_length, slices)])
    counts = np.diff(hits.searchsorted(ends))
    shifts = np.array([start for start, _stop, _factor in slices]) - ends[:-1]
    factors = np.array([factor for _start, _stop, factor in slices], second.dtype)
    values = rows.weights.take(hits + shifts.repeat(counts)) * factors.repeat(counts)
    if len(slices) == 1:
        return ids, values
    np.add.at(second, ids, values)
    sums = second.take(ids)
    # Of a position that stands here more than once, one occurrence is the last to leave its mark.
    marks = np.arange(len(ids), dtype=second.dtype)
    second[ids] = marks
    once = second.take(ids) == marks
    second[ids] = 0
    return ids[once], sums[once]


def _best(index: Index, found: Found, scores: Array, limit: int, after: Rank | None) -> list[Candidate]:
    if after is not None:
        numbers = index.numbers.take(found.positions)
        behind = (scores < after.score) | ((scores == after.score) & (numbers > after.number))
        found, scores = found.where(behind), scores[behind]
    if limit < len(scores):
        # All that equal the last one to be shown, because their numbers decide.
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        enough = (scores >= least).nonzero()[0]
        found, scores = found.where(enough), scores[enough]
    order = np.lexsort((found.positions, -scores))[:limit]
    best = found.where(order)
    columns = (index.numbers.take(best.positions), scores[order], best.gets, best.gives)
    return [
        Candidate(number=number, score=score, gets=gets, gives=gives)
        for number, score, gets, gives in zip(*(column.tolist() for column in columns), strict=True)
    ]
