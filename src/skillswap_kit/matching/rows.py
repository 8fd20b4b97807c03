"""Members as the database has them: the one reading of who takes part in matching and with what.

Takes part: a profile with listings that others may see. Not asked here: whom a seeker may meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet

from skillswap_kit.core.prepared import Prepared, is_among
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Swap, SwapParticipant

from .conf import matching_settings
from .matches import Member
from .models import SkillSimilarity
from .scoring import ACTIVITY_CAP, Scoring

Similar = dict[int, dict[int, int]]
"""By wanted skill the skills that help, with weights in hundredths."""


def read_members(scoring: Scoring, users: Collection[Any] | QuerySet[Any, Any] | None = None) -> list[Member]:
    """These users as members, or all; in order of their numbers. Who has no listing in force is left out.

    ``users``: their keys, or a query for these.
    """
    listings, waiting, done = listings_in_force(), unanswered_proposals(), completed_swaps()
    if users is not None:
        listings = listings.filter(owner__in=users)
        waiting, done = waiting.filter(user__in=users), done.filter(user__in=users)
    loads, activities = _per_user(waiting), _per_user(done) if scoring.activity_factor else {}
    offers, wants = defaultdict[int, dict[int, int]](dict), defaultdict[int, dict[int, int]](dict)
    owners = dict[int, Any]()
    for number, owner, kind, skill, level, priority in listings.iterator(chunk_size=10_000):
        owners[number] = owner
        if kind == Listing.Kind.OFFER:
            offers[number][skill] = scoring.offer_weight(level)
        else:
            wants[number][skill] = scoring.want_weight(priority)
    return [
        Member(
            number=number,
            offers=offers.get(number, {}),
            wants=wants.get(number, {}),
            load=loads.get(owner, 0),
            activity=min(activities.get(owner, 0), ACTIVITY_CAP),
        )
        for number, owner in sorted(owners.items())
    ]


def read_member(scoring: Scoring, user: User) -> Member:
    """This person as a member; without a listing in force an empty one of number 0, which is nobody's."""
    return next(iter(read_members(scoring, [user.pk])), Member(number=0))


def listings_advertised() -> QuerySet[Listing, Any]:
    """Those in force, and those of users who have no profile, for whoever leaves these out otherwise."""
    return Listing.objects.advertised().order_by()


def listings_in_force() -> QuerySet[Listing, Any]:
    rows = listings_advertised().filter(owner__skillswap_profile__isnull=False)
    return rows.values_list("owner__skillswap_profile", "owner", "kind", "skill", "level", "priority")


def unanswered_proposals() -> QuerySet[SwapParticipant]:
    pending = SwapParticipant.Decision.PENDING
    return SwapParticipant.objects.filter(decision=pending, swap__status=Swap.Status.PROPOSED, user__isnull=False)


def completed_swaps() -> QuerySet[SwapParticipant]:
    return SwapParticipant.objects.filter(swap__status=Swap.Status.COMPLETED, user__isnull=False)


def _per_user(rows: QuerySet[SwapParticipant]) -> dict[Any, int]:
    return dict(rows.order_by().values_list("user").annotate(Count("pk")))


def read_similar(about: Member | None = None) -> Similar:
    """What is similar, the strongest first, at most MAX_SIMILAR for each wanted skill.

    With ``about`` only what that member's matches depend on: what helps with the skills they want, and with those for
    which one that they offer helps.
    """
    most = matching_settings.MAX_SIMILAR
    similar = defaultdict[int, dict[int, int]](dict)
    if about is None:
        rows: Iterable[tuple[int, int, int]] = _similarities()
    else:
        rows = SIMILAR_ABOUT.rows(wants=about.wants, offers=about.offers)
    for wanted, taught, weight in rows:
        if len(similar[wanted]) < most:
            similar[wanted][taught] = weight
    return dict(similar)


def _similarities() -> QuerySet[SkillSimilarity, Any]:
    rows = SkillSimilarity.objects.filter(weight__gt=0).order_by("wanted_id", "-weight", "taught_id")
    return rows.values_list("wanted", "taught", "weight")


def _similarities_about() -> QuerySet[SkillSimilarity, Any]:
    wanted, taught = is_among("wanted", "wants", BigIntegerField()), is_among("taught", "offers", BigIntegerField())
    near = SkillSimilarity.objects.filter(Q(wanted) | Q(taught)).order_by()
    return _similarities().filter(wanted__in=near.values("wanted"))


SIMILAR_ABOUT = Prepared(_similarities_about)
"""What is similar to these skills, ``wants`` and ``offers``."""
