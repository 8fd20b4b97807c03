"""Whom of the ranked candidates somebody may be shown: asked of the database, for all matchers in one place."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db.models import QuerySet

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Connection, Profile

from .models import Dismissal

Narrow = Callable[[QuerySet[Profile]], QuerySet[Profile]]
"""Keeps the profiles that were asked for: what a filter set does."""


class Selection:
    """The members whom a person may find and has no reason not to see, narrowed by what they ask for.

    Left out besides the hidden: themselves, whom they are connected with, whom they dismissed.
    """

    def __init__(self, viewer: User, narrow: Narrow | None = None) -> None:
        self.viewer, self.narrow = viewer, narrow

    def members(self) -> QuerySet[Profile]:
        connected = Connection.objects.of(self.viewer).partners_of(self.viewer)
        dismissed = Dismissal.objects.visible_to(self.viewer).values("about")
        shown = Profile.objects.visible_to(self.viewer).exclude(user=self.viewer.pk)
        shown = shown.exclude(user__in=connected).exclude(user__in=dismissed)
        return self.narrow(shown) if self.narrow else shown

    def of(self, numbers: Collection[int]) -> set[int]:
        """Which of these members are among them."""
        found = self.members().filter(pk__in=numbers).order_by()
        return set(found.values_list("pk", flat=True))
