"""Circles of three by their definition: each teaches one skill, each learns one.

The seeker learns from a teacher, the teacher from the seeker's pupil, and the pupil from the seeker. Of all skills that
could make a leg, the one that is worth the most does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from .matches import Circle, CircleLeg, MatchedSkill, Member
from .scoring import Scoring, best_skill

Similar = Mapping[int, Mapping[int, int]]


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
