"""The oracle: what every exact matcher must answer, in as little Python as says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ..circles import find_circles
from ..matches import Candidate, Circle, Member
from ..rows import read_members, read_similar
from ..scoring import get_scoring, utility
from .everybody import EverybodyMatcher


class ReferenceMatcher(EverybodyMatcher):
    """Scores everybody by the definition. For tests and for sites of a few hundred members."""

    capabilities = frozenset({"exact", "similarity", "circles"})

    def candidates(self, seeker: Member, others: Sequence[Member]) -> Iterator[Candidate]:
        scoring, similar = get_scoring(), read_similar()
        for other in others:
            gets = utility(seeker.wants, other.offers, similar)
            gives = utility(other.wants, seeker.offers, similar)
            if gets and gives:
                score = scoring.score(gets, gives, other.load, other.activity)
                yield Candidate(number=other.number, score=score, gets=gets, gives=gives)

    def rank_circles(self, seeker: Member, *, limit: int, without: Collection[int] = ()) -> list[Circle]:
        scoring, left_out = get_scoring(), {seeker.number, *without}
        others = [member for member in read_members(scoring) if member.number not in left_out]
        return find_circles(seeker, others, read_similar(), scoring, limit=limit)
