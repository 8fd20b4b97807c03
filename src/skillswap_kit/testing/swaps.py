"""Swaps, sessions and reviews in every state, reached by the moves that members make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Unpack

from django.utils import timezone

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Review, Session, Skill, Swap
from skillswap_kit.exchange.services import (
    Appointment,
    LegTerms,
    accept_session,
    accept_swap,
    cancel_session,
    cancel_swap,
    complete_session,
    confirm_legs,
    decline_session,
    decline_swap,
    miss_session,
    propose_swap,
    request_session,
    start_swap,
    write_review,
)
from skillswap_kit.exchange.services.moves import expire_due_swaps
from skillswap_kit.exchange.services.reviews import ReviewFields

from .factories import make_skill


def make_swap(
    people: Sequence[User],
    *,
    kind: str = Swap.Kind.BARTER,
    skills: Sequence[Skill] = (),
    points: int = 0,
    status: str = Swap.Status.PROPOSED,
    message: str = "",
) -> Swap:
    """A swap that the first of ``people`` proposed, brought to ``status``; each gives the next one a skill.

    In a gift, and in a swap for points, only the first gives; what is given costs ``points``. Missing skills are made.
    """
    givers = people[:1] if kind in {Swap.Kind.GIFT, Swap.Kind.POINTS} else people
    wanted = [*skills, *(make_skill() for _ in range(len(givers) - len(skills)))]
    receivers = [*people[1:], people[0]]
    legs = [
        LegTerms(giver=giver, receiver=receiver, skill=skill, points=points)
        for giver, receiver, skill in zip(givers, receivers, wanted, strict=False)
    ]
    swap = propose_swap(by=people[0], legs=legs, message=message)
    _bring_to(status, swap, people)
    swap.refresh_from_db()
    return swap


def _bring_to(status: str, swap: Swap, people: Sequence[User]) -> None:
    match status:
        case Swap.Status.PROPOSED:
            return
        case Swap.Status.DECLINED:
            decline_swap(swap=swap, by=people[1])
        case Swap.Status.CANCELLED:
            cancel_swap(swap=swap, by=people[0])
        case Swap.Status.EXPIRED:
            # Time passes by moving the row, so that no clock has to be turned.
            Swap.objects.filter(pk=swap.pk).update(deadline=timezone.now())
            expire_due_swaps()
        case _:
            _go_through(status, swap, people)


def _go_through(status: str, swap: Swap, people: Sequence[User]) -> None:
    for person in people[1:]:
        accept_swap(swap=swap, by=person)
    if status == Swap.Status.IN_PROGRESS:
        start_swap(swap=swap, by=people[0])
    if status == Swap.Status.COMPLETED:
        for leg in swap.legs.select_related("receiver__user"):
            if leg.receiver.user is not None:
                confirm_legs(swap=swap, by=leg.receiver.user, leg=leg)


def make_session(
    swap: Swap, *, by: User, recipient: User | None = None, status: str = Session.Status.PENDING, days: int = 1
) -> Session:
    """A session of a running swap, so many days ahead, asked for by ``by`` and brought to ``status``."""
    appointment = Appointment(topic="First steps", starts_at=timezone.now() + timedelta(days=days))
    session = request_session(swap=swap, by=by, appointment=appointment, recipient=recipient)
    answering = session.recipient.user
    if answering is not None and status != Session.Status.PENDING:
        _answer(status, session, by, answering)
    session.refresh_from_db()
    return session


def _answer(status: str, session: Session, by: User, answering: User) -> None:
    if status == Session.Status.DECLINED:
        decline_session(session=session, by=answering)
        return
    accept_session(session=session, by=answering)
    if status == Session.Status.CANCELLED:
        cancel_session(session=session, by=by)
    if status in (Session.Status.COMPLETED, Session.Status.MISSED):
        Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=2))
        finish = complete_session if status == Session.Status.COMPLETED else miss_session
        finish(session=session, by=by)


def make_review(swap: Swap, *, by: User, about: User | None = None, **fields: Unpack[ReviewFields]) -> Review:
    """A review of a completed swap, five stars unless ``fields`` say otherwise; published if it is the second one."""
    fields.setdefault("rating", 5)
    review = write_review(swap=swap, by=by, about=about, **fields)
    review.refresh_from_db()
    return review
