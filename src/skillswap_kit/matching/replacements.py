"""Who may stand in for somebody among others: asked of the database, as ``candidates`` is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile

from .candidates import Narrow, Selection, reachable_pairs
from .models import Dismissal


class ReplacementSelection(Selection):
    """The members whom all of these people may find, who may find all of them, and whom nobody has dismissed.

    Dismissing counts both ways. ``without``: keys of users who do not come into question. Connections do not matter.
    """

    def __init__(self, people: Sequence[User], *, without: Collection[Any], narrow: Narrow | None = None) -> None:
        super().__init__(people[0], narrow)
        self.people, self.without = people, without

    def _among(self, numbers: Collection[int]) -> set[int]:
        found = set(self._shown().filter(pk__in=numbers).order_by().values_list("pk", flat=True))
        others = set(Profile.objects.filter(user__in=self._keys).values_list("pk", flat=True))
        reached = reachable_pairs({(number, other) for number in found for other in others})
        return {number for number in found if all((number, other) in reached for other in others)}

    @property
    def _keys(self) -> list[Any]:
        return [person.pk for person in self.people]

    def _shown(self) -> QuerySet[Profile]:
        shown = Profile.objects.all()
        for person in self.people:
            shown = shown.visible_to(person)
        for one, other in (("by", "about"), ("about", "by")):
            dismissed = Dismissal.objects.filter(**{f"{one}__in": self._keys}).order_by()
            shown = shown.exclude(user__in=dismissed.values(other))
        shown = shown.exclude(user__in=[*self._keys, *self.without])
        return self.narrow(shown) if self.narrow else shown
