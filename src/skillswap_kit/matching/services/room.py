"""How many circles somebody has to answer, asked so that two proposals at the same moment do not miss each other."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, QuerySet

from skillswap_kit.exchange.exceptions import LimitReached
from skillswap_kit.exchange.models import Profile, SwapParticipant


def times_among(participants: QuerySet[SwapParticipant]) -> dict[int, int]:
    """How often each member is one of these, by their numbers."""
    return dict(participants.order_by().values_list("user__skillswap_profile").annotate(Count("pk")))


def check_room(people: Collection[int], most: int, participants: QuerySet[SwapParticipant]) -> None:
    """For the transaction that has just written a circle, which counts itself: whether each of these members, by their
    numbers, is among ``participants`` so many times at most. Raises LimitReached.
    """
    # One proposal after the other, or each counts without the others.
    Profile.objects.select_for_update().order_by("pk").in_bulk(people)
    asked = times_among(participants.filter(user__skillswap_profile__in=people))
    if any(asked.get(number, 0) > most for number in people):
        raise LimitReached
