"""What every matcher is: an order of candidates, and of circles where it can.

Whom of them one may see is asked in one place, for all matchers.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, NamedTuple

from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured

from skillswap_kit.core.types import User

from ..candidates import CircleSelection, Selection
from ..matches import Candidate, Circle, MatchCount, Member, Rank

FIRST_LOOK = 3
"""So many times the wanted number is ranked at first; most of them may be seen."""
FURTHER_LOOK = 8
"""Each look that follows is so many times larger."""
MOST_LOOKED_AT = 10_000
"""So many candidates are looked at for one count, or for one page of those who pass a filter. Where few pass it, either
would read the whole site."""
MOST_CIRCLES = 1000
"""So many of the best circles are looked at. Who may not see any of these is shown none."""


class CirclesNotSupported(ImproperlyConfigured):
    """This matcher finds partners only."""

    def __init__(self, matcher: BaseMatcher) -> None:
        super().__init__(
            f"{type(matcher).__name__} finds no circles; of those of the kit the index, SQL and the reference do."
        )


class MatchPage(NamedTuple):
    """Some of the partners, best first."""

    candidates: list[Candidate]
    next: Rank | None
    """After which place the following page begins; None where there is none."""


class BaseMatcher(ABC):
    """Finds partners. Subclass, write ``rank``, name the class in SKILLSWAP_KIT["MATCHING_BACKENDS"].

    The contract test of ``skillswap_kit.testing.matchers`` says what is asked of it.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset()
    """``exact``: the order is that of :class:`Scoring`. ``similarity``: similar skills count. ``circles``: it
    finds these too."""

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

    def rank_circles(self, seeker: Member, *, limit: int, without: Collection[int] = ()) -> Sequence[Circle]:
        """The best circles of the seeker, best first, each two of others once; none with the members ``without``.

        Fewer than ``limit`` means that there are no more. A matcher that has it says ``circles`` among its
        capabilities; others raise CirclesNotSupported.
        """
        raise CirclesNotSupported(self)

    def match(
        self,
        user: User,
        *,
        limit: int = 10,
        selection: Selection | None = None,
        after: Rank | None = None,
        seeker: Member | None = None,
    ) -> list[Candidate]:
        """The best partners whom this person may see and has not excluded, best first; after ``after`` where given.

        ``seeker`` replaces what this person has listed.
        """
        selection, seeker = selection or Selection(user), seeker or self.member(user)
        found: list[Candidate] = []
        for candidates in self._looks(seeker, limit * FIRST_LOOK, after):
            allowed = selection.of([candidate.number for candidate in candidates])
            found += [candidate for candidate in candidates if candidate.number in allowed]
            if len(found) >= limit:
                break
        return found[:limit]

    def page(self, user: User, *, limit: int, selection: Selection, after: Rank | None = None) -> MatchPage:
        """The first ``limit`` of those whom ``match`` finds after this place.

        Of a narrowed selection at most the next MOST_LOOKED_AT candidates are looked at. Such a page may be short or
        empty, and ``next`` goes on where it ended: all pages together leave nobody out.
        """
        if selection.narrow is not None:
            with self._view():
                return self._narrowed_page(user, limit, selection, after)
        found = self.match(user, limit=limit + 1, selection=selection, after=after)
        return _first_page(found, limit)

    def _narrowed_page(self, user: User, limit: int, selection: Selection, after: Rank | None) -> MatchPage:
        found, looked_at = list[Candidate](), list[Candidate]()
        for candidates in self._looks(self.member(user), (limit + 1) * FIRST_LOOK, after, most=MOST_LOOKED_AT):
            looked = candidates[: MOST_LOOKED_AT - len(looked_at)]
            looked_at += looked
            allowed = selection.of([candidate.number for candidate in looked])
            found += [candidate for candidate in looked if candidate.number in allowed]
            if len(found) > limit:
                break
            if len(looked) < len(candidates):
                return MatchPage(found, _place_to_go_on(selection.viewer, looked_at))
        return _first_page(found, limit)

    def count(self, user: User, *, most: int, selection: Selection) -> MatchCount:
        """How many partners ``match`` would find, up to ``most``, among the best MOST_LOOKED_AT candidates."""
        found = looked_at = 0
        for candidates in self._looks(self.member(user), (most + 1) * FIRST_LOOK, None, most=MOST_LOOKED_AT):
            numbers = [candidate.number for candidate in candidates[: MOST_LOOKED_AT - looked_at]]
            looked_at += len(candidates)
            found += len(selection.of(numbers))
            if found > most or looked_at > MOST_LOOKED_AT:
                return MatchCount(number=min(found, most), is_more=True)
        return MatchCount(number=found, is_more=False)

    def _looks(
        self, seeker: Member, size: int, after: Rank | None, *, most: int = sys.maxsize
    ) -> Iterator[Sequence[Candidate]]:
        """The candidates in order; ``most`` of them, and one more, which tells that there are others behind."""
        if not seeker.offers or not seeker.wants:
            return
        size, left = min(size, most + 1), most + 1
        while left > 0 and (candidates := self.rank(seeker, limit=size, after=after)):
            yield candidates
            if len(candidates) < size:
                return
            left -= len(candidates)
            after, size = candidates[-1].rank, min(size * FURTHER_LOOK, left)

    def _view(self) -> AbstractContextManager[Any]:
        """Inside, all steps of one question see the same state; for a matcher that does not ask the database."""
        return nullcontext()

    def circles(
        self,
        user: User,
        *,
        limit: int = 5,
        selection: CircleSelection | None = None,
        seeker: Member | None = None,
    ) -> list[Circle]:
        """The best circles of people whom this person may see and has not excluded, and who may see each other.

        ``seeker`` replaces what this person has listed. Raises CirclesNotSupported.
        """
        selection, seeker = selection or CircleSelection(user), seeker or self.member(user)
        size, refused = max(limit, min(limit * FIRST_LOOK, MOST_CIRCLES)), set(selection.without)
        if not seeker.offers or not seeker.wants:
            return []
        while True:
            ranked = self.rank_circles(seeker, limit=size, without=refused)
            people = {number for circle in ranked for number in (circle.teacher, circle.pupil)}
            refused |= people - selection.of(people)
            left = [circle for circle in ranked if not refused & {circle.teacher, circle.pupil}]
            found: list[Circle] = []
            # The best first, as asking about people costs more than finding them.
            for some in (left[:limit], left[limit:]):
                if len(found) < limit:
                    pairs = selection.pairs([(circle.teacher, circle.pupil) for circle in some])
                    found += [circle for circle in some if (circle.teacher, circle.pupil) in pairs]
            if len(found) >= limit or len(ranked) < size or size >= MOST_CIRCLES:
                return found[:limit]
            size = min(size * FURTHER_LOOK, MOST_CIRCLES)

    def check(self) -> list[CheckMessage]:
        """System checks of this matcher's set-up."""
        return []


def _first_page(found: list[Candidate], limit: int) -> MatchPage:
    """``found``: one more than the page has, where there are more."""
    shown = found[:limit]
    return MatchPage(shown, shown[-1].rank if len(found) > limit else None)


def _place_to_go_on(viewer: User, looked_at: Sequence[Candidate]) -> Rank:
    """The place of the last of them whom the viewer may see, as a cursor would give away the score of anybody else.

    That of the very last where none may be seen: there is no other way on.
    """
    shown = Selection(viewer).of([candidate.number for candidate in looked_at])
    places = (candidate.rank for candidate in reversed(looked_at) if candidate.number in shown)
    return next(places, looked_at[-1].rank)
