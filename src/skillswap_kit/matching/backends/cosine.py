"""Cosine similarity, as an earlier system matched: whoever is like oneself comes first.

To compare with and to migrate from. On every truth that was measured it ranks worse than :class:`Scoring`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ..matches import Candidate, Member
from ..scoring import utility
from .everybody import EverybodyMatcher

NEEDED = "sklearn"


def is_installed() -> bool:
    return find_spec(NEEDED) is not None


class CosineMatcher(EverybodyMatcher):
    """One vector a member, of what they offer and what they want together; the score is the cosine of two of them.

    Only people who get something and give something are shown; the utilities are those of equal skills. Needs
    scikit-learn: raises ImproperlyConfigured without it.
    """

    def candidates(self, seeker: Member, others: Sequence[Member]) -> Iterator[Candidate]:
        two_sided = []
        for other in others:
            gets, gives = utility(seeker.wants, other.offers, {}), utility(other.wants, seeker.offers, {})
            if gets and gives:
                two_sided.append((other, gets, gives))
        scores = cosines(seeker, [other for other, _, _ in two_sided])
        for (other, gets, gives), score in zip(two_sided, scores, strict=True):
            yield Candidate(number=other.number, score=score, gets=gets, gives=gives)


def cosines(seeker: Member, others: Sequence[Member]) -> list[float]:
    """How like each of the others is to the seeker, from 0 to 1."""
    if not others:
        return []
    vectorizer, cosine_similarity = _scikit_learn()
    vectors = vectorizer.fit_transform([_vector(member) for member in (seeker, *others)])
    similarities: list[float] = cosine_similarity(vectors[0], vectors[1:]).ravel().tolist()
    return similarities


def _vector(member: Member) -> dict[str, int]:
    """The sum of both sides, as the earlier system had it."""
    skills = member.offers.keys() | member.wants.keys()
    return {str(skill): member.offers.get(skill, 0) + member.wants.get(skill, 0) for skill in skills}


def _scikit_learn() -> tuple[Any, Any]:
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.metrics.pairwise import cosine_similarity
    except ImportError as error:
        raise ImproperlyConfigured('CosineMatcher needs scikit-learn: pip install "skillswap-kit[matching]"') from error
    return DictVectorizer(), cosine_similarity
