"""What every matcher is: an order of candidates. Whom of them one may see is asked in one place, for all matchers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.core.checks import CheckMessage

from skillswap_kit.core.types import User

from ..candidates import Selection
from ..matches import Candidate, Member, Rank

FIRST_LOOK = 3
"""So many times the wanted number is ranked at first; most of them may be seen."""
FURTHER_LOOK = 8
"""Each look that follows is so many times larger."""


class BaseMatcher(ABC):
    """Finds partners. Subclass, write ``rank``, name the class in SKILLSWAP_KIT["MATCHING_BACKENDS"].

    The contract test of ``skillswap_kit.testing.matchers`` says what is asked of it.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset()
    """``exact``: the order is that of :class:`Scoring`. ``similarity``: similar skills count. ``circles``."""

    def __init__(self, alias: str, **options: Any) -> None:
        self.alias, self.options = alias, options

    @abstractmethod
    def rank(self, seeker: Member, *, limit: int, after: Rank | None = None) -> Sequence[Candidate]:
        """The first ``limit`` members after this place who get something and give something, best first.

        Never the seeker. Fewer than ``limit`` means that there are no more.
        """

    @abstractmethod
    def member(self, user: User) -> Member:
        """The acting person's listings as they are now; without any, an empty member."""

    def match(
        self, user: User, *, limit: int = 10, selection: Selection | None = None, after: Rank | None = None
    ) -> list[Candidate]:
        """The best partners whom this person may see and has not excluded, best first; after ``after`` where given."""
        selection = selection or Selection(user)
        found: list[Candidate] = []
        for candidates in self._looks(self.member(user), limit * FIRST_LOOK, after):
            allowed = selection.of([candidate.number for candidate in candidates])
            found += [candidate for candidate in candidates if candidate.number in allowed]
            if len(found) >= limit:
                break
        return found[:limit]

    def _looks(self, seeker: Member, size: int, after: Rank | None) -> Iterator[Sequence[Candidate]]:
        if not seeker.offers or not seeker.wants:
            return
        while candidates := self.rank(seeker, limit=size, after=after):
            yield candidates
            if len(candidates) < size:
                return
            after, size = candidates[-1].rank, size * FURTHER_LOOK

    def check(self) -> list[CheckMessage]:
        """System checks of this matcher's set-up."""
        return []
