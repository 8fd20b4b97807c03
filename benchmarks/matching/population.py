"""A synthetic community, the same in every run, as arrays; :mod:`.loading` writes it into a database.

Popularity of skills follows Zipf's law with exponent 1 over 2,000 skills; members have Poisson(5) offers and wants,
from 1 to 12; what is much taught is much wanted, with noise; nobody wants what they teach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from skillswap_kit.exchange.models.listings import Level
from skillswap_kit.matching.matches import Member
from skillswap_kit.matching.scoring import Scoring

SKILLS = 2_000
LISTINGS = 5
MOST_LISTINGS = 12
RANK_NOISE = 30.0
"""Standard deviation, in places, between how much a skill is taught and how much it is wanted."""
NEIGHBOURS = 5
NEAREST, FARTHEST = 1, 60
"""How many numbers away a similar skill lies."""
WEAKEST, STRONGEST = 30, 60
"""Similarity in hundredths."""
LEVELS: tuple[str, ...] = tuple(Level.values)
PRIORITIES = 5
SYLLABLES = (
    "py",
    "ja",
    "va",
    "ro",
    "na",
    "gui",
    "tar",
    "coo",
    "king",
    "pho",
    "to",
    "sign",
    "wri",
    "ting",
    "mar",
    "ket",
    "ma",
    "sta",
    "tis",
    "ger",
    "man",
    "ka",
    "ra",
    "te",
    "yo",
    "ga",
)
WORD = 3
"""Syllables."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Side:
    """Listings of one kind in the order of their owners. ``degree``: level from 0 to 3, or priority from 1 to 5."""

    owners: Ints
    skills: Ints
    degrees: Ints

    @cached_property
    def starts(self) -> Ints:
        """Where each member's listings begin; one entry more than members who could have some."""
        return np.searchsorted(self.owners, np.arange(int(self.owners.max(initial=0)) + 2))

    def of(self, member: int) -> tuple[list[int], list[int]]:
        """Skills and degrees of one member."""
        if member + 1 >= len(self.starts):
            return [], []
        part = slice(self.starts[member], self.starts[member + 1])
        return self.skills[part].tolist(), self.degrees[part].tolist()


@dataclass(frozen=True, kw_only=True)
class Population:
    """Members and skills are counted from 0 here and from 1 in :class:`Member` and in the database."""

    size: int
    skill_count: int
    offers: Side
    wants: Side
    similar: dict[int, dict[int, int]]
    """By wanted skill the taught ones that help, in hundredths."""

    def member(self, member: int, scoring: Scoring) -> Member:
        skills, levels = self.offers.of(member)
        wanted, priorities = self.wants.of(member)
        return Member(
            number=member + 1,
            offers={s + 1: scoring.offer_weight(LEVELS[level]) for s, level in zip(skills, levels, strict=True)},
            wants={s + 1: scoring.want_weight(priority) for s, priority in zip(wanted, priorities, strict=True)},
        )

    def members(self, scoring: Scoring) -> Iterator[Member]:
        return (self.member(member, scoring) for member in range(self.size))

    def offer_weights(self, scoring: Scoring) -> Ints:
        return np.array([scoring.offer_weight(level) for level in LEVELS])[self.offers.degrees]

    def want_weights(self, scoring: Scoring) -> Ints:
        return np.array([0, *(scoring.want_weight(each + 1) for each in range(PRIORITIES))])[self.wants.degrees]


def generate(size: int, *, skills: int = SKILLS, seed: int = 7) -> Population:
    dice = np.random.default_rng(seed)
    popularity = 1.0 / np.arange(1, skills + 1)
    cumulated = np.cumsum(popularity / popularity.sum())
    wanted_ranks = np.argsort(np.arange(skills) + dice.normal(0, RANK_NOISE, skills))
    offered = _pairs(dice, size, skills, cumulated, np.arange(skills))
    wanted = _pairs(dice, size, skills, cumulated, wanted_ranks)
    wanted = wanted[~np.isin(wanted, offered)]
    return Population(
        size=size,
        skill_count=skills,
        offers=_side(offered, skills, dice.integers(0, len(LEVELS), len(offered))),
        wants=_side(wanted, skills, dice.integers(1, PRIORITIES + 1, len(wanted))),
        similar=_similar(dice, skills),
    )


def word(dice: Any) -> str:
    return "".join(dice.choice(SYLLABLES, WORD))


def names(skills: int, *, seed: int = 3) -> list[str]:
    """What skills are called, where a method compares names."""
    dice = np.random.default_rng(seed)
    return [f"{word(dice)} {word(dice)}" for _skill in range(skills)]


def _pairs(dice: Any, size: int, skills: int, cumulated: npt.NDArray[np.float64], by_rank: Ints) -> Ints:
    """Owner and skill of each listing in one number, sorted, each once."""
    counts = np.clip(dice.poisson(LISTINGS, size), 1, MOST_LISTINGS)
    owners = np.repeat(np.arange(size), counts)
    ranks = np.minimum(np.searchsorted(cumulated, dice.random(len(owners))), skills - 1)
    return np.unique(owners * skills + by_rank[ranks])


def _side(pairs: Ints, skills: int, degrees: Ints) -> Side:
    return Side(owners=pairs // skills, skills=pairs % skills, degrees=degrees)


def _similar(dice: Any, skills: int) -> dict[int, dict[int, int]]:
    similar = {}
    for wanted in range(skills):
        distances = dice.choice(np.arange(NEAREST, FARTHEST + 1), min(NEIGHBOURS, skills - 1), replace=False)
        weights = dice.integers(WEAKEST, STRONGEST + 1, len(distances))
        near = {int(wanted + each) % skills: int(weight) for each, weight in zip(distances, weights, strict=True)}
        near.pop(wanted, None)
        similar[wanted] = near
    return similar
