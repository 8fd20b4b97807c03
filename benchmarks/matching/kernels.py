"""Part *speed*, without a database: the kit's search on a population's arrays, against the prototype's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from skillswap_kit.matching.index.assembling import Entries, assemble, tallies
from skillswap_kit.matching.index.circles import Part, search_circles
from skillswap_kit.matching.index.kernel import Index, Rows, Scratch, search
from skillswap_kit.matching.index.similarity import Similarity
from skillswap_kit.matching.matches import Candidate, Circle, Member
from skillswap_kit.matching.scoring import Scoring

from .earlier import CosineMatrixKept, FloatIndex
from .floor import POSTING_BYTES, Postings, from_one
from .population import Population
from .timing import Timing, take_turns

TOP = 10
CIRCLES_SHOWN = 5
WARM_UP = 20
LARGEST_MATRIX = 100_000
"""Members of whom a dense matrix is kept: 0.8 GB."""

EXACT, SIMILAR = "index kernel", "index kernel, similar skills"
PROTOTYPE, PROTOTYPE_SIMILAR = "prototype kernel", "prototype kernel, similar skills"
CIRCLES, CIRCLES_SIMILAR = "circles", "circles, similar skills"
MATRIX = "cosine, dense matrix kept"


class Kernel:
    """The kit's search on the members of a population."""

    def __init__(self, population: Population, scoring: Scoring, *, similar: bool = False) -> None:
        self.index = index_of(population, scoring)
        self.similarity = Similarity(from_one(population.similar) if similar else {})
        self.scoring, self.score, self.scratch = scoring, scoring.score, Scratch()

    def top(self, seeker: Member, limit: int = TOP) -> list[Candidate]:
        query = self.similarity.query(seeker)
        return search(self.index, query, limit=limit, score=self.score, scratch=self.scratch)

    def circles(self, seeker: Member, limit: int = CIRCLES_SHOWN) -> list[Circle]:
        return search_circles([Part(self.index)], seeker, self.similarity, self.scoring, limit=limit)


def index_of(population: Population, scoring: Scoring) -> Index:
    offers, wants = population.offers, population.wants
    entries = Entries(
        numbers=np.concatenate([offers.owners, wants.owners]) + 1,
        skills=np.concatenate([offers.skills, wants.skills]) + 1,
        weights=np.concatenate([population.offer_weights(scoring), population.want_weights(scoring)]),
        wants=np.repeat([False, True], [len(offers.owners), len(wants.owners)]),
    )
    return assemble(entries, loads=tallies([], []), activities=tallies([], []))


def index_bytes(index: Index) -> int:
    return sum(_bytes(getattr(index, field.name)) for field in fields(index))


def _bytes(part: Any) -> int:
    if isinstance(part, Rows):
        return sum(getattr(part, field.name).nbytes for field in fields(part))
    return int(part.nbytes)


def measure(
    population: Population, scoring: Scoring, seekers: Sequence[Member], bandwidth: float
) -> tuple[list[Timing], dict[str, float]]:
    """Times, and by name: ``floor`` and ``floor_similar`` in seconds, ``bytes`` of the index, ``scratch`` a thread."""
    exact, similar = Kernel(population, scoring), Kernel(population, scoring, similar=True)
    timings = _turns(population, {EXACT: exact, PROTOTYPE: FloatIndex(population, scoring)}, seekers)
    near = {SIMILAR: similar, PROTOTYPE_SIMILAR: FloatIndex(population, scoring, similar=True)}
    timings += _turns(population, near, seekers)
    circles = {CIRCLES: exact.circles, CIRCLES_SIMILAR: similar.circles}
    for find in circles.values():
        find(seekers[0])
    timings += take_turns(population.size, circles, seekers)
    if population.size <= LARGEST_MATRIX:
        timings += _turns(population, {MATRIX: CosineMatrixKept(population)}, seekers)
    postings, table = Postings(population), from_one(population.similar)
    touched = np.median([postings.touched(seeker) for seeker in seekers])
    touched_similar = np.median([postings.touched(seeker, table) for seeker in seekers])
    return timings, {
        "floor": float(touched) * POSTING_BYTES / bandwidth,
        "floor_similar": float(touched_similar) * POSTING_BYTES / bandwidth,
        "bytes": float(index_bytes(exact.index)),
        "scratch": float(sum(sums.nbytes for sums in exact.scratch.take(len(exact.index), wide=False))),
    }


def _turns(population: Population, methods: dict[str, Any], seekers: Sequence[Member]) -> list[Timing]:
    for method in methods.values():
        for seeker in seekers[:WARM_UP]:
            method.top(seeker)
    return take_turns(population.size, {name: method.top for name, method in methods.items()}, seekers)
