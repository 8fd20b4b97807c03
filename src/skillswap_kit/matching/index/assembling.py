"""From listings, one after the other in any order, to an index. Arrays in, arrays out: no loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..matches import Member
from .kernel import Array, Index, Rows

RADIX_BITS = 16
"""Numpy sorts whole numbers of so many bits in linear time, and longer ones in n·log n."""
DENSE_KEYS = 8
"""Keys up to so many times the number of rows are found through a table, as no sorting is then needed."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Listings as columns: number of the member, key of the skill, weight in hundredths, whether it is a want."""

    numbers: Array
    skills: Array
    weights: Array
    wants: Array

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, kept: Array) -> Entries:
        return Entries(self.numbers[kept], self.skills[kept], self.weights[kept], self.wants[kept])

    def and_those(self, others: Entries) -> Entries:
        return Entries(
            np.concatenate([self.numbers, others.numbers]),
            np.concatenate([self.skills, others.skills]),
            np.concatenate([self.weights, others.weights]),
            np.concatenate([self.wants, others.wants]),
        )


@dataclass(frozen=True, eq=False)
class Tallies:
    """Counts of some members, by their numbers in any order; everybody else has none."""

    numbers: Array
    counts: Array

    def of(self, numbers: Array) -> Array:
        """The counts of these members, whose numbers are sorted."""
        counts = np.zeros(len(numbers), np.int32)
        known = np.isin(self.numbers, numbers)
        counts[np.searchsorted(numbers, self.numbers[known])] = self.counts[known]
        return counts


def assemble(entries: Entries, *, loads: Tallies, activities: Tallies) -> Index:
    numbers, owners = _ranked(entries.numbers)
    skills, columns = _ranked(entries.skills)
    order = _order(owners, len(numbers))
    owners, columns, weights = owners[order], columns[order], entries.weights[order].astype(np.int32)
    is_want = entries.wants[order]
    offers, offerers = _both_ways(owners, columns, weights, ~is_want, len(numbers), len(skills))
    wants, wanters = _both_ways(owners, columns, weights, is_want, len(numbers), len(skills))
    return Index(
        numbers=numbers,
        skills=skills,
        loads=loads.of(numbers),
        activities=activities.of(numbers),
        offerers=offerers,
        wanters=wanters,
        offers=offers,
        wants=wants,
    )


def _both_ways(
    owners: Array, columns: Array, weights: Array, kept: Array, members: int, skills: int
) -> tuple[Rows, Rows]:
    """One kind of listings by member and by skill. ``owners`` are sorted."""
    owners, columns, weights = owners[kept], columns[kept], weights[kept]
    # Stable, so that the members of each skill stay sorted and a search moves through memory in one direction.
    order = _order(columns, skills)
    by_member = Rows(_starts(owners, members), columns, weights)
    return by_member, Rows(_starts(columns, skills), owners[order], weights[order])


def _ranked(keys: Array) -> tuple[Array, Array]:
    """The different keys, sorted, and for each key given its place among them."""
    top = int(keys.max(initial=0))
    if len(keys) and keys.min() >= 0 and top < DENSE_KEYS * len(keys):
        is_there = np.zeros(top + 1, np.bool_)
        is_there[keys] = True
        places: Array = np.cumsum(is_there, dtype=np.int32) - 1
        return is_there.nonzero()[0].astype(np.int64), places[keys]
    unique, places = np.unique(keys, return_inverse=True)
    return unique.astype(np.int64), places.astype(np.int32)


def _order(places: Array, size: int) -> Array:
    """What sorts places below ``size``; equal ones keep their order. By 16 bits at a time, the lowest first."""
    order: Array = places.astype(np.uint16).argsort(kind="stable")
    shift = RADIX_BITS
    while size >> shift:
        order = order[(places[order] >> shift).astype(np.uint16).argsort(kind="stable")]
        shift += RADIX_BITS
    return order


def _starts(places: Array, size: int) -> Array:
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(places, minlength=size), out=starts[1:])
    return starts


def entries_of(index: Index) -> Entries:
    """The listings that an index was made of."""
    offers, wants = _listed(index, index.offers), _listed(index, index.wants)
    return offers.and_those(Entries(wants.numbers, wants.skills, wants.weights, ~wants.wants))


def _listed(index: Index, rows: Rows) -> Entries:
    numbers = np.repeat(index.numbers, np.diff(rows.starts))
    return Entries(numbers, index.skills[rows.ids], rows.weights, np.zeros(len(numbers), np.bool_))


def entries_from(members: Sequence[Member]) -> Entries:
    rows = [
        (member.number, skill, weight, is_want)
        for member in members
        for is_want, listed in ((False, member.offers), (True, member.wants))
        for skill, weight in listed.items()
    ]
    columns: Any = np.array(rows, np.int64).reshape(-1, 4).T
    return Entries(columns[0], columns[1], columns[2], columns[3].astype(np.bool_))


def tallies(numbers: Sequence[int] | Array, counts: Sequence[int] | Array) -> Tallies:
    return Tallies(np.asarray(numbers, np.int64), np.asarray(counts, np.int32))


def index_of(members: Sequence[Member]) -> Index:
    """An index of a few members, or of many in a test."""
    numbers = [member.number for member in members]
    return assemble(
        entries_from(members),
        loads=tallies(numbers, [member.load for member in members]),
        activities=tallies(numbers, [member.activity for member in members]),
    )
