"""Whom one can still review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from skillswap_kit.core.types import User

from ...conf import exchange_settings
from ...models import Review, Skill, Swap, SwapLeg

MOST_LEGS = 100


@dataclass(frozen=True, kw_only=True)
class LeftToReview:
    """Somebody whom confirmed legs of a completed swap joined the viewer with, and what those legs taught."""

    swap: Swap
    partner: User
    until: datetime
    skills: list[Skill]


def left_to_review(person: User) -> list[LeftToReview]:
    """Those whom this person has not reviewed yet and still may, the most urgent first."""
    period = timedelta(days=exchange_settings.REVIEW_PERIOD_DAYS)
    legs = _open_legs(person, since=timezone.now() - period)
    joined = groupby(legs, key=lambda leg: (leg.swap_id, _partner(leg, person).pk))
    return [_left(list(group), person, period) for _key, group in joined]


def _open_legs(person: User, *, since: datetime) -> list[SwapLeg]:
    written = Review.objects.filter(swap=OuterRef("swap"), author=person.pk)
    taught = Q(giver__user=person.pk, receiver__user__isnull=False) & ~Exists(
        written.filter(about=OuterRef("receiver__user"))
    )
    learned = Q(receiver__user=person.pk, giver__user__isnull=False) & ~Exists(
        written.filter(about=OuterRef("giver__user"))
    )
    done = Q(status=SwapLeg.Status.CONFIRMED, swap__status=Swap.Status.COMPLETED, swap__completed_at__gt=since)
    legs = SwapLeg.objects.filter(taught | learned, done).select_related(
        "skill", "swap", "giver__user__skillswap_profile", "receiver__user__skillswap_profile"
    )
    return sorted(legs.order_by("swap__completed_at", "pk")[:MOST_LEGS], key=lambda leg: _order(leg, person))


def _order(leg: SwapLeg, person: User) -> tuple[Any, ...]:
    return leg.swap.completed_at, leg.swap_id, str(_partner(leg, person).pk), leg.position


def _partner(leg: SwapLeg, person: User) -> Any:
    return leg.receiver.user if leg.giver.user_id == person.pk else leg.giver.user


def _left(legs: list[SwapLeg], person: User, period: timedelta) -> LeftToReview:
    swap = legs[0].swap
    return LeftToReview(
        swap=swap,
        partner=_partner(legs[0], person),
        until=(swap.completed_at or swap.created_at) + period,
        skills=[leg.skill for leg in legs],
    )
