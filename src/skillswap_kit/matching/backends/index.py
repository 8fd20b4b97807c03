"""The matcher for large communities: an inverted index in shared memory, as fresh as the database."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Any, ClassVar

from django.core.checks import CheckMessage, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from skillswap_kit.core.checks import is_readable
from skillswap_kit.core.prepared import Prepared, given_user
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile

from ..candidates import CircleSelection, Selection
from ..matches import Candidate, Circle, MatchCount, Member, Rank
from ..scoring import get_scoring
from .base import BaseMatcher

try:
    from ..index.circles import Part, search_circles
    from ..index.following import Follower, View
    from ..index.kernel import Scratch, search
    from ..index.snapshots import SnapshotStore
except ModuleNotFoundError as error:
    if error.name != "numpy":
        raise
    raise ImportError('IndexMatcher needs numpy: pip install "skillswap-kit[matching]"') from error


class _Pinned(threading.local):
    """The view that all steps of one query share."""

    is_pinned = False
    view: View | None = None


class IndexMatcher(BaseMatcher):
    """Searches the snapshot that ``skillswap_rebuild_matches`` and ``skillswap_run_due`` build.

    Whatever was committed before a query is part of its answer. Without a usable snapshot, or inside a transaction
    that sees an older state, the SQL matcher answers: the same candidates, more slowly.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"exact", "similarity", "circles"})

    def __init__(self, alias: str, **options: Any) -> None:
        super().__init__(alias, **options)
        self._follower, self._scratch, self._pinned = Follower(), Scratch(), _Pinned()

    @cached_property
    def fallback(self) -> BaseMatcher:
        """Answers while there is no view."""
        from .sql import SqlMatcher

        return SqlMatcher("sql")

    def rank(self, seeker: Member, *, limit: int, after: Rank | None = None) -> Sequence[Candidate]:
        with self._view() as view:
            if view is None:
                return self.fallback.rank(seeker, limit=limit, after=after)
            query, score = view.similarity.query(seeker), get_scoring().score
            base, overlay = view.snapshot.index, view.overlay
            masked = overlay.masked if len(overlay) else None
            settled = search(base, query, limit=limit, score=score, scratch=self._scratch, after=after, masked=masked)
            changed = search(overlay.index, query, limit=limit, score=score, scratch=self._scratch, after=after)
        return list(islice(merge(settled, changed, key=_order), limit)) if changed else settled

    def member(self, user: User) -> Member:
        with self._view() as view:
            if view is None:
                return self.fallback.member(user)
            return view.member(_number_of(user))

    def rank_circles(self, seeker: Member, *, limit: int, without: Collection[int] = ()) -> Sequence[Circle]:
        with self._view() as view:
            if view is None:
                return self.fallback.rank_circles(seeker, limit=limit, without=without)
            parts = [Part(view.snapshot.index)]
            if len(view.overlay):
                parts = [Part(view.snapshot.index, view.overlay.masked), Part(view.overlay.index)]
            left = [part.without(without) for part in parts]
            return search_circles(left, seeker, view.similarity, get_scoring(), limit=limit)

    def match(
        self,
        user: User,
        *,
        limit: int = 10,
        selection: Selection | None = None,
        after: Rank | None = None,
        seeker: Member | None = None,
    ) -> list[Candidate]:
        with self._view():
            return super().match(user, limit=limit, selection=selection, after=after, seeker=seeker)

    def count(self, user: User, *, most: int, selection: Selection) -> MatchCount:
        with self._view():
            return super().count(user, most=most, selection=selection)

    def circles(
        self,
        user: User,
        *,
        limit: int = 5,
        selection: CircleSelection | None = None,
        seeker: Member | None = None,
    ) -> list[Circle]:
        with self._view():
            return super().circles(user, limit=limit, selection=selection, seeker=seeker)

    def check(self) -> list[CheckMessage]:
        if not is_readable("MATCHING_SNAPSHOT_DIR"):
            return []
        try:
            SnapshotStore.configured()
        except (ImproperlyConfigured, OSError) as error:
            hint = "Until then the SQL matcher answers."
            return [Warning(f"The folder of the matching index: {error}", hint=hint, id="skillswap_matching.W002")]
        return []

    @contextmanager
    def _view(self) -> Iterator[View | None]:
        """The present view, the same in all that happens inside."""
        pinned = self._pinned
        if pinned.is_pinned:
            yield pinned.view
            return
        pinned.view, pinned.is_pinned = self._follower.view(get_scoring()), True
        try:
            yield pinned.view
        finally:
            pinned.view, pinned.is_pinned = None, False


def _order(candidate: Candidate) -> tuple[float, int]:
    return -candidate.score, candidate.number


def _numbers() -> QuerySet[Profile, Any]:
    return Profile.objects.filter(user=given_user("user")).order_by().values_list("pk")


NUMBERS = Prepared(_numbers)
PROFILE_OF_USER: Any = Profile._meta.get_field("user").remote_field


def _number_of(user: User) -> int | None:
    known: Profile | None = PROFILE_OF_USER.get_cached_value(user, default=None)
    if known is not None and known.pk is not None:
        return known.pk
    # The instance may have been asked for its profile before there was one, and remembers.
    return next((number for (number,) in NUMBERS.rows(user=user.pk)), None)
