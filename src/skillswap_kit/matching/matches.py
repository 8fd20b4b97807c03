"""What matchers take and give: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member as matchers see them. ``number`` is the key of the profile; weights are hundredths by skill key."""

    number: int
    offers: Mapping[int, int] = field(default_factory=dict)
    wants: Mapping[int, int] = field(default_factory=dict)
    load: int = 0
    """How many proposals wait for their answer."""
    activity: int = 0
    """How many swaps they completed, at most ``ACTIVITY_CAP``."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who fits: utilities in millionths, ``gets`` is what the seeker gets, ``gives`` what the other gets."""

    number: int
    score: float
    gets: int
    gives: int

    @property
    def rank(self) -> Rank:
        return Rank(score=self.score, number=self.number)


@dataclass(frozen=True, kw_only=True)
class Rank:
    """A place in the order of candidates: higher scores first, of equal ones the lower number."""

    score: float
    number: int

    def is_before(self, candidate: Candidate) -> bool:
        return (-self.score, self.number) < (-candidate.score, candidate.number)


@dataclass(frozen=True, kw_only=True)
class MatchCount:
    """How many partners there are. ``is_more``: not all candidates were looked at, so there may be more."""

    number: int
    is_more: bool


@dataclass(frozen=True, kw_only=True)
class MatchedSkill:
    """Why: the skill that is wanted, and the one taught for it, itself or a similar one; ``value`` in millionths."""

    wanted: int
    taught: int
    value: int

    @property
    def is_similar_only(self) -> bool:
        return self.wanted != self.taught


@dataclass(frozen=True, kw_only=True)
class CircleLeg:
    """Who teaches whom in a circle, by their numbers, and what."""

    giver: int
    receiver: int
    skill: MatchedSkill


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Three people who each teach one of the others: the seeker's teacher, the seeker's pupil, and the seeker.

    ``legs``: the teacher teaches the seeker, the pupil teaches the teacher, the seeker teaches the pupil.
    """

    score: float
    legs: tuple[CircleLeg, CircleLeg, CircleLeg]

    @property
    def teacher(self) -> int:
        return self.legs[0].giver

    @property
    def pupil(self) -> int:
        return self.legs[2].receiver
