"""Circles of three by their definition: each teaches one skill, each learns one.

The seeker learns from a teacher, the teacher from the seeker's pupil, and the pupil from the seeker. Of all skills that
could make a leg, the one that is worth the most does.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter, itemgetter

from .matches import Circle, CircleLeg, MatchedSkill, Member
from .scoring import UTILITY_UNIT, WEIGHT_UNIT, Scoring, best_skill

Similar = Mapping[int, Mapping[int, int]]

ROUNDING = 1e-9
"""Relative, and more than products of three doubles differ by."""


def find_circles(
    seeker: Member, others: Sequence[Member], similar: Similar, scoring: Scoring, *, limit: int
) -> list[Circle]:
    """The best circles of the seeker with two of the others; of equal ones those of lower numbers first."""
    return heapq.nsmallest(limit, _all_circles(seeker, others, similar, scoring), key=place_of)


def place_of(circle: Circle) -> tuple[float, int, int]:
    """What circles are ordered by."""
    return -circle.score, circle.teacher, circle.pupil


def _all_circles(seeker: Member, others: Sequence[Member], similar: Similar, scoring: Scoring) -> Iterator[Circle]:
    taught = [(other, best_skill(seeker.wants, other.offers, similar)) for other in others]
    learnt = [(other, best_skill(other.wants, seeker.offers, similar)) for other in others]
    for (teacher, first), (pupil, last) in product(taught, learnt):
        if first and last and teacher.number != pupil.number:
            middle = best_skill(teacher.wants, pupil.offers, similar)
            if middle:
                yield make_circle(seeker, teacher, pupil, (first, middle, last), scoring)


def make_circle(
    seeker: Member,
    teacher: Member,
    pupil: Member,
    skills: tuple[MatchedSkill, MatchedSkill, MatchedSkill],
    scoring: Scoring,
) -> Circle:
    """The circle in which the teacher, the pupil and the seeker teach these skills, in this order."""
    first, middle, last = skills
    score = scoring.circle(
        scoring.leg(first.value, teacher.load, teacher.activity),
        middle.value,
        scoring.leg(last.value, pupil.load, pupil.activity),
    )
    return Circle(
        score=score,
        legs=(
            CircleLeg(giver=teacher.number, receiver=seeker.number, skill=first),
            CircleLeg(giver=pupil.number, receiver=teacher.number, skill=middle),
            CircleLeg(giver=seeker.number, receiver=pupil.number, skill=last),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _End:
    """Somebody who makes a leg with the seeker, what that is worth, and what they bring to one third leg."""

    member: Member
    leg: MatchedSkill
    worth: float
    factor: int

    @property
    def rank(self) -> tuple[float, int]:
        return -self.worth * self.factor, self.member.number


def join_circles(
    seeker: Member, others: Iterable[Member], similar: Similar, scoring: Scoring, *, limit: int
) -> list[Circle]:
    """What ``find_circles`` finds, by the skill of the third leg and not pair by pair.

    The score is a product, so of each skill only the best few of either side can be in one of the best circles, and
    skills whose best two are not good enough are not looked at.
    """
    teachers, pupils = _ends(seeker, others, similar, scoring)
    best: dict[tuple[int, int], tuple[float, _End, _End]] = {}
    for bound, skill in _promising(teachers, pupils):
        if len(best) == limit and bound < min(score for score, _, _ in best.values()) * (1 - ROUNDING):
            break
        for teacher, pupil in _best_pairs(teachers[skill], pupils[skill], limit):
            score = scoring.circle(teacher.worth, teacher.factor * pupil.factor, pupil.worth)
            pair = teacher.member.number, pupil.member.number
            if pair not in best or score > best[pair][0]:
                best[pair] = score, teacher, pupil
        best = dict(heapq.nsmallest(limit, best.items(), key=_place_of_pair))
    return [_joined(seeker, teacher, pupil, similar, scoring) for _, teacher, pupil in best.values()]


def _place_of_pair(found: tuple[tuple[int, int], tuple[float, _End, _End]]) -> tuple[float, int, int]:
    """As ``place_of``, before there is a circle."""
    (teacher, pupil), (score, _, _) = found
    return -score, teacher, pupil


RANK = attrgetter("rank")
_Ends = dict[int, list[_End]]
"""By the skill of the third leg."""


def _ends(seeker: Member, others: Iterable[Member], similar: Similar, scoring: Scoring) -> tuple[_Ends, _Ends]:
    """Who teaches the seeker, by what can be taught to them; and whom the seeker teaches, by what they teach."""
    teachers, pupils = defaultdict[int, list[_End]](list), defaultdict[int, list[_End]](list)
    for other in others:
        if first := best_skill(seeker.wants, other.offers, similar):
            _add(teachers, other, first, strongest(other.wants, similar), scoring)
        if last := best_skill(other.wants, seeker.offers, similar):
            _add(pupils, other, last, other.offers, scoring)
    return teachers, pupils


def _add(ends: _Ends, member: Member, leg: MatchedSkill, factors: Mapping[int, int], scoring: Scoring) -> None:
    worth = scoring.leg(leg.value, member.load, member.activity)
    for skill, factor in factors.items():
        if factor:
            ends[skill].append(_End(member=member, leg=leg, worth=worth, factor=factor))


def strongest(listed: Mapping[int, int], similar: Similar) -> dict[int, int]:
    """By skill, the most that one of these listings and how similar it is give it, in ten-thousandths."""
    factors: dict[int, int] = {}
    for skill, weight in listed.items():
        for other, similarity in {skill: WEIGHT_UNIT, **similar.get(skill, {})}.items():
            factors[other] = max(factors.get(other, 0), weight * similarity)
    return factors


def _promising(teachers: _Ends, pupils: _Ends) -> list[tuple[float, int]]:
    """The skills that both sides have, those that allow the best circles first, each with a bound of their scores."""
    bounds = (
        (min(map(RANK, teachers[skill]))[0] * min(map(RANK, pupils[skill]))[0] / UTILITY_UNIT, skill)
        for skill in teachers.keys() & pupils.keys()
    )
    return sorted(bounds, reverse=True)


def _best_pairs(teachers: Sequence[_End], pupils: Sequence[_End], limit: int) -> Iterator[tuple[_End, _End]]:
    """Pairs of two people among which are the first so many.

    Behind n teachers and m pupils who are certainly before them come two whose pair has all pairs of these, and those
    of each with the other's betters, before it: (n + 1)(m + 1) - 1, of which at most min(n, m) + 1 are of somebody with
    themselves.
    """
    others = sorted(_with_betters(pupils, limit), key=itemgetter(0))
    for n, teacher in _with_betters(teachers, limit):
        for m, pupil in others:
            if n * m + max(n, m) > limit:
                break
            if teacher.member.number != pupil.member.number:
                yield teacher, pupil


def _with_betters(ends: Iterable[_End], most: int) -> Iterator[tuple[int, _End]]:
    """Of one skill and side, how many certainly come before somebody, whoever the third is; those with few of them.

    Those do who are worth more by more than what rounding can take back, and those worth exactly the same, factor by
    factor, who have a lower number. Of others who are worth about the same, the computed score alone can tell.
    """
    ordered = sorted(ends, key=RANK)
    better, same = 0, Counter[tuple[float, int]]()
    for end in ordered:
        while ordered[better].rank[0] * (1 - ROUNDING) < end.rank[0]:
            better += 1
        if better > most:
            return
        kind = end.worth, end.factor
        if better + same[kind] <= most:
            yield better + same[kind], end
        same[kind] += 1


def _joined(seeker: Member, teacher: _End, pupil: _End, similar: Similar, scoring: Scoring) -> Circle:
    middle = best_skill(teacher.member.wants, pupil.member.offers, similar)
    if middle is None:
        raise AssertionError("this leg was found by its value")
    return make_circle(seeker, teacher.member, pupil.member, (teacher.leg, middle, pupil.leg), scoring)
