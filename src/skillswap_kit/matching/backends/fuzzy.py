"""Likeness of names, as an earlier system matched: it counts the pairs of skills that are spelt alike.

To compare with and to migrate from: "PHP" is spelt like "Pip", and "ML" is not like "Machine Learning". Where spelling
helps is at entry, in ``suggest_skills``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from skillswap_kit.core.text import normalise
from skillswap_kit.exchange.models import Skill

from ..matches import Candidate, Member
from ..scoring import UTILITY_UNIT
from .everybody import EverybodyMatcher

THRESHOLD = 0.6
"""Names are alike whose ``difflib`` ratio is larger."""


class FuzzyMatcher(EverybodyMatcher):
    """The score is the number of pairs of an offer and a want that are spelt alike, both ways counted together.

    Utilities are such counts too, a pair being worth 1.0; levels and priorities do not count.
    """

    def candidates(self, seeker: Member, others: Sequence[Member]) -> Iterator[Candidate]:
        names = skill_names()
        wanted, offered = _Alike(seeker.wants, names), _Alike(seeker.offers, names)
        for other in others:
            gets, gives = wanted.pairs(other.offers), offered.pairs(other.wants)
            if gets and gives:
                yield Candidate(
                    number=other.number,
                    score=float(gets + gives),
                    gets=gets * UTILITY_UNIT,
                    gives=gives * UTILITY_UNIT,
                )


def skill_names() -> dict[int, str]:
    return {skill.pk: normalise(skill.name) for skill in Skill.objects.approved().order_by()}


def are_alike(name: str, other: str) -> bool:
    return SequenceMatcher(None, name, other).ratio() > THRESHOLD


class _Alike:
    """How many of one member's skills are spelt like a skill, each skill being compared once."""

    def __init__(self, skills: Iterable[int], names: dict[int, str]) -> None:
        self.own, self.names = [names[skill] for skill in skills if skill in names], names
        self._counts: dict[int, int] = {}

    def pairs(self, skills: Collection[int]) -> int:
        return sum(self._count(skill) for skill in skills)

    def _count(self, skill: int) -> int:
        if skill not in self._counts:
            name = self.names.get(skill, "")
            self._counts[skill] = sum(are_alike(own, name) for own in self.own)
        return self._counts[skill]
