"""The oracle: what every exact matcher must answer, in as little Python as says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..matches import Candidate, Member
from ..rows import read_similar
from ..scoring import get_scoring, utility
from .everybody import EverybodyMatcher


class ReferenceMatcher(EverybodyMatcher):
    """Scores everybody by the definition. For tests and for sites of a few hundred members."""

    capabilities = frozenset({"exact", "similarity"})

    def candidates(self, seeker: Member, others: Sequence[Member]) -> Iterator[Candidate]:
        scoring, similar = get_scoring(), read_similar()
        for other in others:
            gets = utility(seeker.wants, other.offers, similar)
            gives = utility(other.wants, seeker.offers, similar)
            if gets and gives:
                score = scoring.score(gets, gives, other.load, other.activity)
                yield Candidate(number=other.number, score=score, gets=gets, gives=gives)
