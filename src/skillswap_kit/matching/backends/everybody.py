"""Matchers that look at every member at each question: simple, always fresh, and for small sites only."""

from __future__ import annotations

import heapq
from abc import abstractmethod
from collections.abc import Iterable, Sequence

from skillswap_kit.core.types import User

from ..matches import Candidate, Member, Rank
from ..rows import read_member, read_members
from ..scoring import get_scoring
from .base import BaseMatcher


class EverybodyMatcher(BaseMatcher):
    """Subclass and write ``candidates``."""

    @abstractmethod
    def candidates(self, seeker: Member, others: Sequence[Member]) -> Iterable[Candidate]:
        """Those of the others who get something and give something, in any order."""

    def rank(self, seeker: Member, *, limit: int, after: Rank | None = None) -> list[Candidate]:
        others = [member for member in read_members(get_scoring()) if member.number != seeker.number]
        found = self.candidates(seeker, others)
        left = (candidate for candidate in found if after is None or after.is_before(candidate))
        return heapq.nsmallest(limit, left, key=lambda candidate: (-candidate.score, candidate.number))

    def member(self, user: User) -> Member:
        return read_member(get_scoring(), user)
