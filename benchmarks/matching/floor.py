"""The least time a query can take: the bytes of the postings it must read, over what the memory delivers."""

from __future__ import annotations

import time

import numpy as np

from skillswap_kit.matching.matches import Member

from .population import Ints, Population

READ_BYTES = 256 * 2**20
"""Much more than the caches hold."""
ROUNDS = 7
POSTING_BYTES = 8
"""A member and a weight, four bytes each."""


def read_bandwidth() -> float:
    """Bytes a second that one thread reads from memory: the best of some rounds of summing a large array."""
    numbers = np.ones(READ_BYTES // 8, np.int64)
    seconds = []
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        numbers.sum()
        seconds.append(time.perf_counter() - begin)
    return READ_BYTES / min(seconds)


class Postings:
    """How many members offer or want each skill, and so how much a query reads."""

    def __init__(self, population: Population) -> None:
        skills = population.skill_count + 1
        self.offerers = np.bincount(population.offers.skills + 1, minlength=skills)
        self.wanters = np.bincount(population.wants.skills + 1, minlength=skills)

    def touched(self, seeker: Member, similar: dict[int, dict[int, int]] | None = None) -> int:
        """Postings of what the seeker wants and of who wants what they offer, each list once; keys count from 1."""
        wanted, offered = set(seeker.wants), set(seeker.offers)
        if similar:
            wanted |= {taught for skill in seeker.wants for taught in similar.get(skill, {})}
            offered |= {skill for skill, near in similar.items() if not near.keys().isdisjoint(seeker.offers)}
        return _sum(self.offerers, wanted) + _sum(self.wanters, offered)


def _sum(counts: Ints, skills: set[int]) -> int:
    return int(counts[list(skills)].sum())


def from_one(similar: dict[int, dict[int, int]]) -> dict[int, dict[int, int]]:
    """A population's similarities with keys as the database has them."""
    return {wanted + 1: {taught + 1: weight for taught, weight in near.items()} for wanted, near in similar.items()}
