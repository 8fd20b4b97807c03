"""Whom of the ranked candidates somebody may be shown: asked of the database, for all matchers in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Exists, IntegerField, QuerySet, Value

from skillswap_kit.core.policies import contact_policies, hidden_among, without_hidden
from skillswap_kit.core.prepared import Asking, Prepared, is_among
from skillswap_kit.core.types import User, Viewer
from skillswap_kit.exchange.models import Connection, Profile

from .models import Dismissal

Narrow = Callable[[QuerySet[Profile]], QuerySet[Profile]]
"""Keeps the profiles that were asked for: what a filter set does."""
Pair = tuple[int, int]
"""Two members by their numbers."""

ASKED_AT_ONCE = 100
"""Viewers in one statement: databases bound its length."""
NUMBERS_AT_ONCE = 5000
"""Members in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""


class Selection:
    """The members whom a person may find and has no reason not to see, narrowed by what they ask for.

    Left out besides the hidden: themselves, whom they are connected with, whom they dismissed.
    """

    def __init__(self, viewer: User, narrow: Narrow | None = None) -> None:
        self.viewer, self.narrow = viewer, narrow

    def of(self, numbers: Collection[int]) -> set[int]:
        """Which of these members are among them."""
        asked, found = list(numbers), set[int]()
        for begin in range(0, len(asked), NUMBERS_AT_ONCE):
            found |= self._among(asked[begin : begin + NUMBERS_AT_ONCE])
        return found

    def _among(self, numbers: Collection[int]) -> set[int]:
        """The same of no more than one statement holds."""
        if self.narrow:
            narrowed = self.narrow(_shown_to(self.viewer)).filter(pk__in=numbers).order_by()
            return set(narrowed.values_list("pk", flat=True))
        found = dict(SHOWN_AMONG.rows(viewer=self.viewer.pk, numbers=numbers))
        hidden = hidden_among(self.viewer, set(found.values()))
        return {number for number, user in found.items() if user not in hidden}


def _shown_to(viewer: Viewer) -> QuerySet[Profile]:
    connected = Connection.objects.partners_of(viewer)
    dismissed = Dismissal.objects.visible_to(viewer).values("about")
    shown = Profile.objects.visible_to(viewer).exclude(user=viewer.pk)
    return shown.exclude(user__in=connected).exclude(user__in=dismissed)


def _shown_among() -> QuerySet[Profile, Any]:
    shown = _shown_to(cast("Viewer", Asking()))
    return shown.filter(is_among("pk", "numbers", BigIntegerField())).order_by().values_list("pk", "user")


SHOWN_AMONG = Prepared(_shown_among)
"""Of the profiles with these ``numbers`` those shown to the ``viewer``, with their users, before contact policies."""


class CircleSelection(Selection):
    """Who of them may share a circle with the viewer, and with each other; nobody of ``without``."""

    def __init__(self, viewer: User, narrow: Narrow | None = None, *, without: Collection[int] = ()) -> None:
        super().__init__(viewer, narrow)
        self.without = without

    def pairs(self, pairs: Collection[Pair]) -> set[Pair]:
        """Of these pairs of other members those of whom each may find the other, and reach the viewer."""
        return reachable_pairs(pairs, asker=self.viewer)


def reachable_pairs(pairs: Collection[Pair], *, asker: User | None = None) -> set[Pair]:
    """Of these pairs of members those of whom each may find the other.

    Where somebody asks, only those from whom no contact policy hides them. At most two queries for a hundred members.
    """
    others = defaultdict[int, set[int]](set)
    for one, other in pairs:
        others[one].add(other)
        others[other].add(one)
    found, members = set[Pair](), sorted(others)
    for begin in range(0, len(members), ASKED_AT_ONCE):
        found |= _found_by(members[begin : begin + ASKED_AT_ONCE], others, asker)
    return {(one, other) for one, other in pairs if {(one, other), (other, one)} <= found}


def _found_by(viewers: Collection[int], others: Mapping[int, Collection[int]], asker: User | None) -> set[Pair]:
    """Each of these viewers with each of their others whom they may find."""
    numbers = {*viewers, *(number for viewer in viewers for number in others[viewer])}
    profiles = Profile.objects.filter(pk__in=numbers).select_related("user").in_bulk()
    found, looks, is_free = set[Pair](), list[QuerySet[Profile, Any]](), not contact_policies()
    for viewer in viewers:
        known = [number for number in others[viewer] if number in profiles]
        if is_free and all(profiles[number].is_open for number in known):
            # To write the statement takes longer than all the rest of a search.
            found.update((viewer, number) for number in known)
        elif viewer in profiles:
            looks.append(_look(profiles[viewer], known, asker))
    return found.union(looks[0].union(*looks[1:], all=True)) if looks else found


def _look(viewer: Profile, others: Collection[int], asker: User | None) -> QuerySet[Profile, Any]:
    """This member's number with the number of each of the others whom they may find."""
    shown = Profile.objects.visible_to(viewer.user).filter(pk__in=others).order_by()
    if asker is not None and contact_policies():
        users = get_user_model()._default_manager.filter(pk=asker.pk)
        shown = shown.filter(Exists(users.filter(without_hidden(viewer.user, "pk"))))
    return shown.annotate(viewer=Value(viewer.pk, IntegerField())).values_list("viewer", "pk")
