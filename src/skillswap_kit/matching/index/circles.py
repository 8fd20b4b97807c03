"""Circles of three in arrays: who teaches the seeker and whom the seeker teaches meet at the skill of the third leg.

Both sides are reduced to their best :data:`WIDTH` members, of whom alone the listings are read. A circle's score is the
product of three factors, so of every skill only the best few of either side can be in one of the best circles, and a
skill whose best two are not good enough is not looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..circles import ROUNDING, make_circle, strongest
from ..matches import Circle, Member
from ..scoring import UTILITY_UNIT, WEIGHT_UNIT, Scoring, best_skill
from .kernel import INT32_END, Array, Index, Rows, Weights
from .similarity import Similarity

WIDTH = 2000
"""Members of either side who are looked at, those whose leg is worth the most; of equal ones the lower numbers. Where
there are no more, the answer is exact."""


@dataclass(frozen=True, eq=False)
class Part:
    """An index, and for each of its positions whether its member is masked."""

    index: Index
    masked: Array | None = None

    def without(self, numbers: Collection[int]) -> Part:
        """The same part with these members masked, too."""
        known, left_out = self.index.numbers, np.fromiter(numbers, np.int64, len(numbers))
        left_out = left_out[np.isin(left_out, known)]
        if not len(left_out):
            return self
        masked = np.zeros(len(self.index), np.bool_) if self.masked is None else self.masked.copy()
        masked[known.searchsorted(left_out)] = True
        return Part(self.index, masked)


@dataclass(frozen=True, eq=False)
class Reached:
    """Members with whom the seeker makes a leg: of which part, where there, and what the leg is worth."""

    parts: Array
    positions: Array
    numbers: Array
    worths: Array

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, eq=False)
class Entries:
    """What members can bring to the third leg: place of the member, column of the skill taught, factor, and what the
    factor is worth with the member's leg."""

    owners: Array
    columns: Array
    factors: Array
    worths: Array

    def where(self, kept: Array) -> Entries:
        return Entries(self.owners[kept], self.columns[kept], self.factors[kept], self.worths[kept])


@dataclass(frozen=True, eq=False)
class Tops:
    """By skill the most that somebody of one side is worth at it, and, of all who are worth that but for rounding, the
    highest leg, the highest factor and the lowest number."""

    worths: Array
    legs: Array
    factors: Array
    numbers: Array


@dataclass(frozen=True, eq=False)
class Few:
    """Of one skill and side those who may be in one of the best circles, what they bring, and their number of betters:
    of those who certainly come before them, whoever the third is."""

    owners: Array
    numbers: Array
    legs: Array
    factors: Array
    betters: Array


def search_circles(
    parts: Sequence[Part],
    seeker: Member,
    similarity: Similarity,
    scoring: Scoring,
    *,
    limit: int,
    width: int = WIDTH,
) -> list[Circle]:
    """The best circles of the seeker with two members of the parts, in the order of ``find_circles``."""
    wanted = strongest(seeker.wants, similarity.by_wanted)
    taught = strongest(seeker.offers, similarity.by_taught)
    teachers = _reached(parts, "offerers", wanted, seeker, scoring, width)
    pupils = _reached(parts, "wanters", taught, seeker, scoring, width)
    if not len(teachers) or not len(pupils):
        return []
    joint = similarity.joint(*(part.index.skills for part in parts))
    wants = _entries(parts, joint.columns, "wants", teachers)
    wants = _with_similar(wants, joint.similar, teachers)
    offers = _entries(parts, joint.columns, "offers", pupils)
    pairs = _best_pairs(teachers, wants, pupils, offers, scoring, limit, joint.size)
    return list(_circles(seeker, [_members(parts, teachers, pupils, pair) for pair in pairs], similarity, scoring))


def _reached(
    parts: Sequence[Part], postings: str, factors: Weights, seeker: Member, scoring: Scoring, width: int
) -> Reached:
    """So many who are worth the most; of equal ones the lower numbers."""
    found = []
    for place, part in enumerate(parts):
        index = part.index
        positions, values = _values(part, getattr(index, postings), factors, seeker)
        worths = scoring.leg(values, index.loads.take(positions), index.activities.take(positions))
        numbers = index.numbers.take(positions)
        kept = _best(worths, width, numbers)
        found.append((np.full(len(kept), place), positions[kept], numbers[kept], worths[kept]))
    both = Reached(*(np.concatenate(column) for column in zip(*found, strict=True)))
    kept = _best(both.worths, width, both.numbers)
    return Reached(both.parts[kept], both.positions[kept], both.numbers[kept], both.worths[kept])


def _values(part: Part, rows: Rows, factors: Weights, seeker: Member) -> tuple[Array, Array]:
    """The positions in these postings, without the masked and the seeker, and the most that one posting is worth."""
    index = part.index
    is_wide = rows.largest * max(factors.values(), default=0) >= INT32_END
    values = np.zeros(len(index), np.int64 if is_wide else np.int32)
    for start, stop, factor in rows.slices(index.columns, factors):
        ids = rows.ids[start:stop]
        worths = np.multiply(rows.weights[start:stop], factor, dtype=values.dtype)
        values[ids] = np.maximum(values.take(ids), worths, out=worths)
    if part.masked is not None:
        values[part.masked] = 0
    own = index.position(seeker.number)
    if own is not None:
        values[own] = 0
    positions = values.astype(np.bool_).nonzero()[0]
    return positions, values.take(positions)


def _best(worths: Array, count: int, *numbers: Array) -> Array:
    """Where so many of the largest stand; of equal ones those of the lowest numbers, the first of which decide."""
    if len(worths) <= count:
        return np.arange(len(worths))
    least = np.partition(worths, len(worths) - count)[len(worths) - count]
    better, equal = (worths > least).nonzero()[0], (worths == least).nonzero()[0]
    if len(better) + len(equal) > count:
        equal = equal[np.lexsort([some[equal] for some in reversed(numbers)])]
    return np.concatenate([better, equal])[:count]


def _entries(parts: Sequence[Part], columns: Sequence[Array], listings: str, members: Reached) -> Entries:
    """The listings of these members that weigh something, all of one kind."""
    found = []
    for place, part in enumerate(parts):
        owners = (members.parts == place).nonzero()[0]
        rows: Rows = getattr(part.index, listings)
        counted, places = _ragged(rows.starts, members.positions[owners])
        weights = rows.weights.take(places).astype(np.int64)
        found.append((owners[counted], columns[place].take(rows.ids.take(places)), weights))
    owners, skills, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    entries = Entries(owners, skills, weights, members.worths.take(owners) * weights)
    return entries if weights.all() else entries.where(weights > 0)


def _ragged(starts: Array, rows: Array) -> tuple[Array, Array]:
    """For everything in these rows the number of its row among them, and where it stands."""
    begins = starts.take(rows)
    lengths = starts.take(rows + 1) - begins
    counted = np.repeat(np.arange(len(rows)), lengths)
    within = np.arange(len(counted)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return counted, begins.take(counted) + within


def _with_similar(wants: Entries, similar: Rows, members: Reached) -> Entries:
    """Wants as what can be taught for them: the skill itself, and what is similar."""
    helped, places = _ragged(similar.starts, wants.columns)
    owners = np.concatenate([wants.owners, wants.owners.take(helped)])
    factors = np.concatenate([wants.factors * WEIGHT_UNIT, wants.factors.take(helped) * similar.weights.take(places)])
    columns = np.concatenate([wants.columns, similar.ids.take(places)])
    return Entries(owners, columns, factors, members.worths.take(owners) * factors)


def _best_pairs(
    teachers: Reached, wants: Entries, pupils: Reached, offers: Entries, scoring: Scoring, limit: int, width: int
) -> list[tuple[int, int]]:
    """Places of the teachers and pupils of the best circles, the best first; ``width`` skills there are."""
    best: dict[tuple[int, int], float] = {}

    def place(pair: tuple[int, int]) -> tuple[float, int, int]:
        return -best[pair], int(teachers.numbers[pair[0]]), int(pupils.numbers[pair[1]])

    for bound, first, column in _promising(teachers, wants, pupils, offers, scoring, width):
        if len(best) == limit:
            last = place(next(reversed(best)))
            if bound < -last[0] * (1 - ROUNDING):
                break
            if bound <= -last[0] * (1 + ROUNDING) and first > last:
                continue
        ones, others = _few(teachers, wants, column, limit), _few(pupils, offers, column, limit)
        for pair, score in _pairs(ones, others, scoring, limit):
            best[pair] = max(score, best.get(pair, 0.0))
        best = {pair: best[pair] for pair in heapq.nsmallest(limit, best, key=place)}
    return list(best)


def _pairs(ones: Few, others: Few, scoring: Scoring, limit: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Places of the first so many pairs of two people at one skill, in any order, and their scores."""
    n, m = ones.betters[:, None], others.betters
    # For the proof see ``circles._best_pairs``.
    may_count = (n * m + np.maximum(n, m) <= limit) & (ones.numbers[:, None] != others.numbers)
    rows, columns = may_count.nonzero()
    scores = scoring.circle(ones.legs[rows], ones.factors[rows] * others.factors[columns], others.legs[columns])
    kept = _best(scores, limit, ones.numbers[rows], others.numbers[columns])
    places = zip(ones.owners[rows[kept]].tolist(), others.owners[columns[kept]].tolist(), strict=True)
    return zip(places, scores[kept].tolist(), strict=True)


def _promising(
    teachers: Reached, wants: Entries, pupils: Reached, offers: Entries, scoring: Scoring, width: int
) -> Iterator[tuple[float, tuple[float, int, int], int]]:
    """The skills that both sides have, those that allow the best circles first, each with a bound of their scores.

    And with a place that comes before all their circles whose scores are as high as the bound, but for rounding.
    """
    one, other = _tops(teachers, wants, width), _tops(pupils, offers, width)
    bounds = one.worths * other.worths / UTILITY_UNIT
    # Rounded products never fall when a factor rises: this is at least what is computed of anybody at the top.
    highest = scoring.circle(one.legs, one.factors * other.factors, other.legs)
    shared = bounds.nonzero()[0]
    for column in shared[np.lexsort((one.numbers[shared], -bounds[shared]))].tolist():
        first = -float(highest[column]), int(one.numbers[column]), int(other.numbers[column])
        yield float(bounds[column]), first, column


def _tops(members: Reached, entries: Entries, width: int) -> Tops:
    worths, legs = np.zeros(width), np.zeros(width)
    factors, numbers = np.zeros(width, np.int64), np.full(width, np.iinfo(np.int64).max)
    np.maximum.at(worths, entries.columns, entries.worths)
    least = worths * (1 - 4 * ROUNDING)
    entries = entries.where((entries.worths >= least.take(entries.columns)).nonzero()[0])
    np.maximum.at(legs, entries.columns, members.worths.take(entries.owners))
    np.maximum.at(factors, entries.columns, entries.factors)
    np.minimum.at(numbers, entries.columns, members.numbers.take(entries.owners))
    return Tops(worths, legs, factors, numbers)


def _few(members: Reached, entries: Entries, column: int, most: int) -> Few:
    """At this skill, those with at most so many betters, as ``circles._with_betters`` counts them."""
    entries = entries.where((entries.columns == column).nonzero()[0])
    legs, numbers = members.worths[entries.owners], members.numbers[entries.owners]
    order = np.lexsort((numbers, entries.factors, legs, -entries.worths))
    # Of each member what is worth the most.
    order = order[np.sort(np.unique(entries.owners[order], return_index=True)[1])]
    worths, legs, factors = entries.worths[order], legs[order], entries.factors[order]
    places = np.arange(len(order))
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (legs[1:] != legs[:-1]) | (factors[1:] != factors[:-1])
    betters = (-worths * (1 - ROUNDING)).searchsorted(-worths)
    betters += places - np.maximum.accumulate(np.where(is_first, places, 0))
    kept = betters <= most
    order = order[kept]
    return Few(entries.owners[order], numbers[order], legs[kept], factors[kept], betters[kept])


def _members(parts: Sequence[Part], teachers: Reached, pupils: Reached, pair: tuple[int, int]) -> tuple[Member, Member]:
    return _member(parts, teachers, pair[0]), _member(parts, pupils, pair[1])


def _member(parts: Sequence[Part], members: Reached, place: int) -> Member:
    index: Index = parts[int(members.parts[place])].index
    return index.member(int(members.positions[place]))


def _circles(
    seeker: Member, pairs: Sequence[tuple[Member, Member]], similarity: Similarity, scoring: Scoring
) -> Iterator[Circle]:
    similar = similarity.by_wanted
    for teacher, pupil in pairs:
        first = best_skill(seeker.wants, teacher.offers, similar)
        middle = best_skill(teacher.wants, pupil.offers, similar)
        last = best_skill(pupil.wants, seeker.offers, similar)
        if first is None or middle is None or last is None:
            raise AssertionError("each of these legs was found by its value")
        yield make_circle(seeker, teacher, pupil, (first, middle, last), scoring)
