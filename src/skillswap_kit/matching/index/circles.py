"""Circles of three in arrays: who teaches the seeker and whom the seeker teaches meet at the skill of the third leg.

Both sides are reduced to their best :data:`WIDTH` members, of whom alone the listings are read. A circle's score is the
product of three factors, so of every skill only the best few of either side can be in one of the best circles, and a
skill whose best two are not good enough is not looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circles import make_circle, place_of
from ..matches import Circle, Member
from ..scoring import UTILITY_UNIT, WEIGHT_UNIT, Scoring, best_skill
from .kernel import Array, Index, Rows, Weights
from .similarity import Similarity

WIDTH = 2000
"""Members of either side who are looked at, the best of them. Where there are no more, the answer is exact."""
ROUNDING = 1e-9
"""Relative, and more than products of three doubles differ by."""


@dataclass(frozen=True, eq=False)
class Part:
    """An index, and for each of its positions whether its member is masked."""

    index: Index
    masked: Array | None = None


@dataclass(frozen=True, eq=False)
class Reached:
    """Members with whom the seeker makes a leg: of which part, where there, and what the leg is worth."""

    parts: Array
    positions: Array
    numbers: Array
    worths: Array

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, kept: Array) -> Reached:
        return Reached(self.parts[kept], self.positions[kept], self.numbers[kept], self.worths[kept])

    def best(self, width: int) -> Reached:
        """So many who are worth the most; of equal ones those that stand first."""
        if len(self) <= width:
            return self
        least = np.partition(self.worths, len(self) - width)[len(self) - width]
        better, equal = (self.worths > least).nonzero()[0], (self.worths == least).nonzero()[0]
        return self.where(np.concatenate([better, equal])[:width])


@dataclass(frozen=True, eq=False)
class Entries:
    """What these members can bring to the third leg: place of the member, skill that is taught, factor."""

    owners: Array
    skills: Array
    factors: Array

    def where(self, kept: Array) -> Entries:
        return Entries(self.owners[kept], self.skills[kept], self.factors[kept])


def search_circles(
    parts: Sequence[Part],
    seeker: Member,
    similarity: Similarity,
    scoring: Scoring,
    *,
    limit: int,
    width: int = WIDTH,
) -> list[Circle]:
    """The best circles of the seeker with two members of the parts, the best first; of equal ones any."""
    wanted = _strongest(seeker.wants, similarity.by_wanted)
    taught = _strongest(seeker.offers, similarity.by_taught)
    teachers = _reached(parts, "offerers", wanted, seeker, scoring).best(width)
    pupils = _reached(parts, "wanters", taught, seeker, scoring).best(width)
    if not len(teachers) or not len(pupils):
        return []
    wants = _with_similar(_entries(parts, "wants", teachers), similarity)
    pairs = _best_pairs(teachers, wants, pupils, _entries(parts, "offers", pupils), scoring, limit)
    circles = (
        _circle(seeker, _member(parts, teachers, teacher), _member(parts, pupils, pupil), similarity, scoring)
        for teacher, pupil in pairs
    )
    return sorted(circles, key=place_of)


def _strongest(listed: Weights, table: Mapping[int, Weights]) -> Weights:
    """By skill, the most that one listing gives it."""
    factors: dict[int, int] = {}
    for skill, weight in listed.items():
        for other, similarity in {skill: WEIGHT_UNIT, **table.get(skill, {})}.items():
            factors[other] = max(factors.get(other, 0), weight * similarity)
    return factors


def _reached(parts: Sequence[Part], postings: str, factors: Weights, seeker: Member, scoring: Scoring) -> Reached:
    found = []
    for place, part in enumerate(parts):
        index, rows = part.index, getattr(part.index, postings)
        values = np.zeros(len(index), np.int64)
        for start, stop, factor in rows.slices(index.columns, factors):
            ids = rows.ids[start:stop]
            values[ids] = np.maximum(values.take(ids), rows.weights[start:stop] * np.int64(factor))
        if part.masked is not None:
            values[part.masked] = 0
        own = index.position(seeker.number)
        if own is not None:
            values[own] = 0
        positions = values.nonzero()[0]
        worths = scoring.leg(values[positions], index.loads.take(positions), index.activities.take(positions))
        found.append(Reached(np.full(len(positions), place), positions, index.numbers.take(positions), worths))
    columns = zip(*((one.parts, one.positions, one.numbers, one.worths) for one in found), strict=True)
    return Reached(*(np.concatenate(column) for column in columns))


def _entries(parts: Sequence[Part], listings: str, members: Reached) -> Entries:
    """The listings of these members that weigh something, all of one kind."""
    found = []
    for place, part in enumerate(parts):
        owners = (members.parts == place).nonzero()[0]
        rows: Rows = getattr(part.index, listings)
        counted, places = _ragged(rows.starts, members.positions[owners])
        skills = part.index.skills.take(rows.ids.take(places))
        found.append((owners[counted], skills, rows.weights.take(places).astype(np.int64)))
    entries = Entries(*(np.concatenate(column) for column in zip(*found, strict=True)))
    return entries.where(entries.factors > 0)


def _ragged(starts: Array, rows: Array) -> tuple[Array, Array]:
    """For everything in these rows the number of its row among them, and where it stands."""
    begins = starts.take(rows)
    lengths = starts.take(rows + 1) - begins
    counted = np.repeat(np.arange(len(rows)), lengths)
    within = np.arange(len(counted)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return counted, begins.take(counted) + within


def _with_similar(wants: Entries, similarity: Similarity) -> Entries:
    """Wants as what can be taught for them: the skill itself, and what is similar."""
    table, skills, firsts = similarity.table
    places = skills.searchsorted(wants.skills)
    known = np.isin(wants.skills, skills).nonzero()[0]
    counted, rows = _ragged(firsts, places[known])
    helped = known[counted]
    return Entries(
        np.concatenate([wants.owners, wants.owners[helped]]),
        np.concatenate([wants.skills, table[rows, 1]]),
        np.concatenate([wants.factors * WEIGHT_UNIT, wants.factors[helped] * table[rows, 2]]),
    )


def _best_pairs(
    teachers: Reached, wants: Entries, pupils: Reached, offers: Entries, scoring: Scoring, limit: int
) -> list[tuple[int, int]]:
    """Places of the teachers and pupils of the best circles, the best first."""
    scores: dict[tuple[int, int], float] = {}
    for bound, skill in _promising(teachers, wants, pupils, offers):
        best = heapq.nlargest(limit, scores.values())
        if len(best) == limit and bound <= best[-1] * (1 + ROUNDING):
            break
        ones, others = _few(teachers, wants, skill, limit + 1), _few(pupils, offers, skill, limit + 1)
        found = scoring.circle(
            teachers.worths[ones.owners][:, None],
            ones.factors[:, None] * others.factors,
            pupils.worths[others.owners],
        )
        found[teachers.numbers[ones.owners][:, None] == pupils.numbers[others.owners]] = 0
        for row, column in zip(*found.nonzero(), strict=True):
            pair = int(ones.owners[row]), int(others.owners[column])
            scores[pair] = max(float(found[row, column]), scores.get(pair, 0.0))
    return heapq.nlargest(limit, scores, key=lambda pair: scores[pair])


def _promising(teachers: Reached, wants: Entries, pupils: Reached, offers: Entries) -> Iterator[tuple[float, int]]:
    """The skills that both sides have, those that allow the best circles first, each with a bound of their scores."""
    skills = np.unique(offers.skills)
    on_both = np.isin(wants.skills, skills)
    bounds = np.ones(len(skills))
    for members, entries in ((teachers, wants.where(on_both)), (pupils, offers)):
        most: Any = np.zeros(len(skills))
        np.maximum.at(most, skills.searchsorted(entries.skills), members.worths[entries.owners] * entries.factors)
        bounds *= most
    bounds /= UTILITY_UNIT
    for place in np.argsort(-bounds):
        if bounds[place]:
            yield float(bounds[place]), int(skills[place])


def _few(members: Reached, entries: Entries, skill: int, count: int) -> Entries:
    """The entries of this skill that are worth the most, each of another member; of equal ones the lower numbers."""
    entries = entries.where(entries.skills == skill)
    worths = members.worths[entries.owners] * entries.factors
    entries = entries.where(np.lexsort((members.numbers[entries.owners], -worths)))
    _owners, firsts = np.unique(entries.owners, return_index=True)
    return entries.where(np.sort(firsts)[:count])


def _member(parts: Sequence[Part], members: Reached, place: int) -> Member:
    index: Index = parts[int(members.parts[place])].index
    return index.member(int(members.positions[place]))


def _circle(seeker: Member, teacher: Member, pupil: Member, similarity: Similarity, scoring: Scoring) -> Circle:
    similar = similarity.by_wanted
    first = best_skill(seeker.wants, teacher.offers, similar)
    middle = best_skill(teacher.wants, pupil.offers, similar)
    last = best_skill(pupil.wants, seeker.offers, similar)
    if first is None or middle is None or last is None:
        raise AssertionError("each of these legs was found by its value")
    return make_circle(seeker, teacher, pupil, (first, middle, last), scoring)
