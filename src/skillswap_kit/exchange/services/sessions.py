"""Arranging meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import LimitReached
from ..models import Session, Swap, SwapParticipant
from ..models.listings import Mode
from ..signals import (
    session_accepted,
    session_cancelled,
    session_completed,
    session_declined,
    session_missed,
    session_requested,
    session_rescheduled,
)
from .cleaning import check_fields, check_time_zone
from .members import profile_of
from .moves import accept_swap, decline_swap
from .proposals import LegTerms, propose_swap
from .rules import (
    answers_proposal,
    check_accept_session,
    check_cancel_session,
    check_complete_session,
    check_decline_session,
    check_miss_session,
    check_request_session,
    check_reschedule_session,
    check_running,
)
from .states import lock_swap, move_session, participant_of

SHORTEST_MINUTES = 5


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """When, how long, how and where. ``starts_at`` is aware; ``time_zone`` an IANA name, the asker's own if empty."""

    topic: str
    starts_at: datetime
    duration_minutes: int = 60
    time_zone: str = ""
    mode: str = Mode.REMOTE
    place: str = ""


@kit_atomic()
def request_session(*, swap: Swap, by: User, appointment: Appointment, recipient: User | None = None) -> Session:
    """Ask another participant of a running swap for a meeting. ``recipient`` may be left out where there are only two.

    Raises NotAllowed, InvalidTransition, InvalidInput, LimitReached.
    """
    swap = lock_swap(swap)
    requester = participant_of(swap, by)
    check_request_session(swap, requester)
    if swap.sessions.filter(status=Session.Status.PENDING).count() >= exchange_settings.MAX_OPEN_SESSIONS:
        raise LimitReached(_("Too many sessions of this swap wait for an answer."))
    return _request(swap, requester, _other(swap, requester, recipient), by, appointment)


@kit_atomic()
def propose_session(*, by: User, legs: Sequence[LegTerms], appointment: Appointment, message: str = "") -> Session:
    """Ask somebody directly for a meeting: proposes the swap with it. Raises as ``propose_swap`` does."""
    swap = propose_swap(by=by, legs=legs, message=message)
    requester = participant_of(swap, by)
    return _request(swap, requester, _other(swap, requester, None), by, appointment)


def _request(
    swap: Swap, requester: SwapParticipant, recipient: SwapParticipant, by: User, appointment: Appointment
) -> Session:
    _check_time(appointment.starts_at, appointment.duration_minutes)
    session = Session(
        swap=swap,
        requester=requester,
        recipient=recipient,
        topic=appointment.topic,
        starts_at=appointment.starts_at,
        duration_minutes=appointment.duration_minutes,
        time_zone=_zone(appointment.time_zone, by),
        mode=appointment.mode,
        place=appointment.place,
    )
    check_fields(session, ["topic", "mode", "place"])
    session.save()
    session_requested.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session


def _other(swap: Swap, requester: SwapParticipant, user: User | None) -> SwapParticipant:
    others = swap.participants.exclude(pk=requester.pk).exclude(user=None)
    candidates = list(others if user is None else others.filter(user=user.pk))
    if len(candidates) != 1:
        raise InvalidInput(fields={"with": [_("Say which participant of the swap you want to meet.")]})
    return candidates[0]


def _check_time(starts_at: datetime, duration_minutes: int) -> None:
    longest = exchange_settings.SESSION_MAX_MINUTES
    if not SHORTEST_MINUTES <= duration_minutes <= longest:
        message = _("From %(shortest)s to %(longest)s minutes.") % {
            "shortest": SHORTEST_MINUTES,
            "longest": longest,
        }
        raise InvalidInput(fields={"duration_minutes": [message]})
    now = timezone.now()
    if starts_at <= now:
        raise InvalidInput(fields={"starts_at": [_("This time has passed.")]})
    if starts_at > now + timedelta(days=exchange_settings.SESSION_MAX_DAYS_AHEAD):
        raise InvalidInput(fields={"starts_at": [_("This is too far ahead.")]})


def _zone(name: str, by: User) -> str:
    zone = name or profile_of(by).time_zone
    check_time_zone(zone, field="time_zone")
    return zone


def _lock(session: Session, by: User) -> tuple[Swap, Session, SwapParticipant]:
    """The swap's row first, as everywhere, then the session; and the acting person's place in it."""
    swap = lock_swap(session.swap)
    session = Session.objects.select_for_update().get(pk=session.pk)
    participant = participant_of(swap, by)
    if participant.pk not in (session.requester_id, session.recipient_id):
        raise NotAllowed
    session.swap = swap
    return swap, session, participant


@kit_atomic()
def accept_session(*, session: Session, by: User) -> Session:
    """Agree to a meeting; to one that came with a proposal, and the proposal is accepted too.

    Raises NotAllowed for anybody but the person asked, InvalidTransition, DeadlinePassed once it should have begun.
    """
    swap, session, participant = _lock(session, by)
    check_accept_session(session, participant)
    if swap.status == Swap.Status.PROPOSED:
        session.swap = accept_swap(swap=swap, by=by)
        check_running(session.swap)
    move_session(session, to=Session.Status.ACCEPTED, answered_at=timezone.now(), agreed_for=session.starts_at)
    session_accepted.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session


@kit_atomic()
def decline_session(*, session: Session, by: User, reason: str = "") -> Session:
    """Refuse a meeting; with one that came with a proposal, the proposal. Raises NotAllowed, InvalidTransition."""
    swap, session, participant = _lock(session, by)
    check_decline_session(session, participant)
    move_session(session, to=Session.Status.DECLINED, answered_at=timezone.now(), reason=reason)
    session_declined.record(by=by, session_id=session.pk, swap_id=swap.pk)
    if answers_proposal(session, participant):
        decline_swap(swap=swap, by=by, reason=reason)
    return session


@kit_atomic()
def reschedule_session(
    *,
    session: Session,
    by: User,
    starts_at: datetime,
    duration_minutes: int | None = None,
    time_zone: str = "",
    reason: str = "",
) -> Session:
    """Move a meeting; the other person is asked again. Who so answers a meeting that came with a proposal accepts that.

    Raises NotAllowed, InvalidTransition, InvalidInput.
    """
    swap, session, participant = _lock(session, by)
    check_reschedule_session(session, participant)
    if answers_proposal(session, participant):
        session.swap = accept_swap(swap=swap, by=by)
    duration = session.duration_minutes if duration_minutes is None else duration_minutes
    _check_time(starts_at, duration)
    other_pk = session.recipient_id if participant.pk == session.requester_id else session.requester_id
    move_session(
        session,
        to=Session.Status.PENDING,
        requester_id=participant.pk,
        recipient_id=other_pk,
        starts_at=starts_at,
        duration_minutes=duration,
        time_zone=_zone(time_zone, by),
        answered_at=None,
        reason=reason,
    )
    session_rescheduled.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session


@kit_atomic()
def cancel_session(*, session: Session, by: User, reason: str = "") -> Session:
    """Call a meeting off; either of the two may. Raises NotAllowed, InvalidTransition."""
    swap, session, participant = _lock(session, by)
    check_cancel_session(session, participant)
    move_session(session, to=Session.Status.CANCELLED, answered_at=timezone.now(), reason=reason)
    session_cancelled.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session


@kit_atomic()
def complete_session(*, session: Session, by: User) -> Session:
    """Say that a meeting took place; not before it begins. Raises NotAllowed, InvalidTransition."""
    swap, session, participant = _lock(session, by)
    check_complete_session(session, participant)
    move_session(session, to=Session.Status.COMPLETED, completed_at=timezone.now())
    session_completed.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session


@kit_atomic()
def miss_session(*, session: Session, by: User, reason: str = "") -> Session:
    """Say that a meeting did not take place; not before it begins. Raises NotAllowed, InvalidTransition."""
    swap, session, participant = _lock(session, by)
    check_miss_session(session, participant)
    move_session(session, to=Session.Status.MISSED, reason=reason)
    session_missed.record(by=by, session_id=session.pk, swap_id=swap.pk)
    return session
