"""What two people could teach each other, listing by listing: what reasons say and proposals are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from skillswap_kit.core.prepared import Prepared, is_among
from skillswap_kit.exchange.models import Listing

from .matches import MatchedSkill, Member
from .rows import Similar
from .scoring import get_scoring, matched_skills


class Grade(NamedTuple):
    """What of a listing counts: the level of an offer, the priority of a want."""

    level: str = ""
    priority: int = 0


L = TypeVar("L", Listing, Grade)


@dataclass
class Side(Generic[L]):
    """The listings in force of one member by skill, or their grades."""

    offers: dict[int, L] = field(default_factory=dict)
    wants: dict[int, L] = field(default_factory=dict)

    @cached_property
    def offered(self) -> dict[int, int]:
        weigh = get_scoring().offer_weight
        return {skill: weigh(offer.level) for skill, offer in self.offers.items()}

    @cached_property
    def wanted(self) -> dict[int, int]:
        weigh = get_scoring().want_weight
        return {skill: weigh(want.priority) for skill, want in self.wants.items()}

    @property
    def member(self) -> Member:
        """For what asks about skills alone: of no number."""
        return Member(number=0, offers=self.offered, wants=self.wanted)


def read_sides(users: Iterable[Any]) -> defaultdict[Any, Side[Listing]]:
    """The sides of these users by their keys, listings joined with skills; who has none has an empty one. One query."""
    sides = defaultdict[Any, Side[Listing]](Side)
    listings = Listing.objects.advertised().filter(owner__in=users).order_by().select_related("skill")
    for listing in listings.defer("description", "search_text"):
        side = sides[listing.owner_id]
        (side.offers if listing.kind == Listing.Kind.OFFER else side.wants)[listing.skill_id] = listing
    return sides


def _graded() -> QuerySet[Listing, Any]:
    owned = Listing.objects.advertised().filter(is_among("owner", "users", get_user_model()._meta.pk))
    return owned.order_by().values_list("owner", "kind", "skill", "level", "priority")


GRADED = Prepared(_graded)


def read_grades(users: Collection[Any]) -> defaultdict[Any, Side[Grade]]:
    """The same with the grades of the listings alone, which is a tenth of the work."""
    sides = defaultdict[Any, Side[Grade]](Side)
    for owner, kind, skill, level, priority in GRADED.rows(users=users):
        side = sides[owner]
        (side.offers if kind == Listing.Kind.OFFER else side.wants)[skill] = Grade(level, priority)
    return sides


def taught_by_value(learner: Side[L], teacher: Side[L], similar: Similar) -> list[MatchedSkill]:
    """What the one can learn from the other, the most valuable first."""
    matched = matched_skills(learner.wanted, teacher.offered, similar)
    return sorted(matched, key=lambda skill: (-skill.value, skill.wanted, skill.taught))
