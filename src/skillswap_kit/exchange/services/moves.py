"""Moving a swap: accept, decline, cancel, start, confirm; and what the clock or a departure does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError
from django.db.models import Case, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.events import DomainSignal
from skillswap_kit.core.jobs import do_each
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import InvalidTransition
from ..models import Session, Swap, SwapLeg, SwapParticipant
from ..policies import get_settlement
from ..signals import (
    leg_confirmed,
    session_cancelled,
    swap_accepted,
    swap_agreed,
    swap_cancelled,
    swap_completed,
    swap_declined,
    swap_expired,
    swap_started,
)
from .cleaning import check_fields
from .connections import connect_participants
from .proposals import terms_key
from .rules import (
    check_accept,
    check_cancel,
    check_decline,
    check_running,
    check_start,
    check_version,
    legs_to_confirm,
)
from .states import lock_swap, move_session, move_swap, participant_of

Decision = SwapParticipant.Decision


@kit_atomic()
def accept_swap(*, swap: Swap, by: User, version: int = 1) -> Swap:
    """Agree to version ``version`` of a proposal; with the last agreement the swap is accepted.

    Who names no version means the first, so a changed proposal is never accepted unseen. Raises NotAllowed,
    InvalidTransition, DeadlinePassed, ProposalChanged, and what the settlement raises.
    """
    swap = lock_swap(swap)
    participant = participant_of(swap, by)
    check_version(swap, version)
    check_accept(swap, participant)
    participant.decide(Decision.ACCEPTED)
    swap_agreed.record(by=by, swap_id=swap.pk)
    if not swap.participants.exclude(decision=Decision.ACCEPTED).exists():
        _everybody_accepted(swap, by)
    return swap


def _everybody_accepted(swap: Swap, by: User) -> None:
    move_swap(swap, to=Swap.Status.ACCEPTED, before_deadline=True, accepted_at=timezone.now())
    get_settlement().reserve(swap, list(swap.legs.all()))
    connect_participants(swap)
    swap_accepted.record(by=by, swap_id=swap.pk)


@kit_atomic()
def decline_swap(*, swap: Swap, by: User, reason: str = "") -> Swap:
    """Refuse a proposal; for everybody in it, it is over. Raises NotAllowed, InvalidTransition, DeadlinePassed."""
    swap = lock_swap(swap)
    participant = participant_of(swap, by)
    check_decline(swap, participant)
    participant.decide(Decision.DECLINED)
    _close(swap, to=Swap.Status.DECLINED, by=by, reason=reason, signal=swap_declined)
    return swap


@kit_atomic()
def cancel_swap(*, swap: Swap, by: User, reason: str = "") -> Swap:
    """Withdraw one's own agreement to a proposal, or end a running swap as long as the cancellation policy lets one.

    Raises NotAllowed, InvalidTransition.
    """
    swap = lock_swap(swap)
    check_cancel(swap, participant_of(swap, by))
    _close(swap, to=Swap.Status.CANCELLED, by=by, reason=reason, signal=swap_cancelled)
    return swap


def _close(swap: Swap, *, to: str, by: User | None, signal: DomainSignal, reason: str = "") -> None:
    """End a swap that will not complete: its open legs are void and its coming sessions cancelled."""
    swap.close_reason = reason
    check_fields(swap, ["close_reason"])
    move_swap(swap, to=to, closed_at=timezone.now(), close_reason=reason)
    _void(swap, swap.legs.filter(status=SwapLeg.Status.OPEN))
    _cancel_coming_sessions(swap)
    signal.record(by=by, swap_id=swap.pk)


def _void(swap: Swap, legs: QuerySet[SwapLeg]) -> None:
    released = list(legs)
    SwapLeg.objects.filter(pk__in=[leg.pk for leg in released]).update(status=SwapLeg.Status.VOID)
    get_settlement().release(swap, released)


def _cancel_coming_sessions(swap: Swap, of: Q | None = None) -> None:
    unanswered = Q(status=Session.Status.PENDING)
    coming = Q(status=Session.Status.ACCEPTED, starts_at__gt=timezone.now())
    for session in swap.sessions.filter(unanswered | coming, of or Q()):
        move_session(session, to=Session.Status.CANCELLED, answered_at=timezone.now())
        session_cancelled.record(session_id=session.pk, swap_id=swap.pk)


@kit_atomic()
def start_swap(*, swap: Swap, by: User) -> Swap:
    """Say that an accepted swap has begun. Raises NotAllowed, InvalidTransition."""
    swap = lock_swap(swap)
    check_start(swap, participant_of(swap, by))
    move_swap(swap, to=Swap.Status.IN_PROGRESS, started_at=timezone.now())
    swap_started.record(by=by, swap_id=swap.pk)
    return swap


@kit_atomic()
def confirm_legs(*, swap: Swap, by: User, leg: SwapLeg | None = None) -> Swap:
    """Confirm what one has received: one leg, or all of one's own. With the last leg the swap is completed.

    Raises NotAllowed for somebody else's leg, InvalidInput for another swap's, InvalidTransition if nothing is open.
    """
    swap = lock_swap(swap)
    participant = participant_of(swap, by)
    check_running(swap)
    if leg is not None and leg.swap_id != swap.pk:
        raise InvalidInput(fields={"leg": [_("This leg is not part of the swap.")]})
    if leg is not None and leg.receiver_id != participant.pk:
        raise NotAllowed(_("Only who receives can confirm."))
    legs = [open_leg for open_leg in legs_to_confirm(swap, participant) if leg is None or leg.pk == open_leg.pk]
    if not legs:
        raise InvalidTransition(_("This leg is confirmed already."))
    for open_leg in legs:
        _confirm(swap, open_leg, by=by)
    _complete_if_done(swap, by=by)
    return swap


def _confirm(swap: Swap, leg: SwapLeg, *, by: User | None) -> None:
    leg.status, leg.confirmed_at, leg.confirmed_by_time = SwapLeg.Status.CONFIRMED, timezone.now(), by is None
    leg.save(update_fields=["status", "confirmed_at", "confirmed_by_time"])
    get_settlement().pay(swap, leg)
    leg_confirmed.record(by=by, swap_id=swap.pk, leg_id=leg.pk)


def _complete_if_done(swap: Swap, *, by: User | None) -> None:
    if swap.legs.filter(status=SwapLeg.Status.OPEN).exists():
        return
    move_swap(swap, to=Swap.Status.COMPLETED, completed_at=timezone.now())
    _cancel_coming_sessions(swap)
    swap_completed.record(by=by, swap_id=swap.pk)


def expire_due_swaps(*, limit: int = 500) -> int:
    """End the proposals whose deadline passed; how many."""
    due = Swap.objects.filter(status=Swap.Status.PROPOSED, deadline__lte=timezone.now())
    return _each_locked(due, _expire, limit=limit)


def _expire(swap: Swap) -> None:
    _close(swap, to=Swap.Status.EXPIRED, by=None, signal=swap_expired)


def confirm_due_legs(*, limit: int = 500) -> int:
    """Confirm the open legs of swaps whose term is over since their last agreed session, or since acceptance.

    So a receiver who forgets to confirm blocks nobody. Returns how many swaps were confirmed.
    """
    return _each_locked(_swaps_past_their_term(), _confirm_all, limit=limit)


def _swaps_past_their_term() -> QuerySet[Swap]:
    """Running swaps whose last agreed session began so long ago, or was called off; without one, since acceptance.

    A session that is moved or missed still counts for the time that both had agreed on, one that is only asked for
    does not count: neither side can shorten or stretch the term alone.
    """
    called_off = When(
        sessions__status=Session.Status.CANCELLED,
        sessions__agreed_for__isnull=False,
        then=Least("sessions__agreed_for", "sessions__answered_at"),
    )
    last_agreed = Max(Case(called_off, default="sessions__agreed_for"))
    before = timezone.now() - timedelta(days=exchange_settings.AUTO_CONFIRM_DAYS)
    running = Swap.objects.filter(status__in=Swap.RUNNING)
    return running.annotate(term_begins=Coalesce(last_agreed, "accepted_at")).filter(term_begins__lte=before)


def _confirm_all(swap: Swap) -> None:
    for leg in swap.legs.filter(status=SwapLeg.Status.OPEN):
        _confirm(swap, leg, by=None)
    _complete_if_done(swap, by=None)


def _each_locked(due: QuerySet[Swap], move: Callable[[Swap], None], *, limit: int) -> int:
    """Move each swap that is due, one transaction each, asking again under the lock whether it still is."""

    def move_one(pk: int) -> bool:
        with kit_atomic():
            swap = lock_swap(Swap(pk=pk))
            is_due = due.filter(pk=pk).exists()
            if is_due:
                move(swap)
            return is_due

    return do_each(due, move_one, limit=limit)


@kit_atomic()
def leave_swaps(*, user: User) -> None:
    """Take a person who leaves the site out of their open swaps.

    What nobody has received anything of is cancelled. Where something was received, only the legs with this person
    are void, and the swap completes when nothing else is open.
    """
    involved = SwapParticipant.objects.filter(user=user.pk).values("swap")
    # The ended ones are locked too: what refers to the person there, a review being written, waits or has waited.
    for swap in Swap.objects.filter(pk__in=involved).order_by("pk").select_for_update():
        if swap.status not in (Swap.Status.PROPOSED, *Swap.RUNNING):
            continue
        if swap.legs.filter(status=SwapLeg.Status.CONFIRMED).exists():
            _go_on_without(swap, user)
        else:
            _close(swap, to=Swap.Status.CANCELLED, by=None, signal=swap_cancelled)


def _go_on_without(swap: Swap, user: User) -> None:
    with_user = Q(giver__user=user.pk) | Q(receiver__user=user.pk)
    _void(swap, swap.legs.filter(with_user, status=SwapLeg.Status.OPEN))
    _cancel_coming_sessions(swap, of=Q(requester__user=user.pk) | Q(recipient__user=user.pk))
    _complete_if_done(swap, by=None)


@kit_atomic()
def rekey_swap(*, swap: Swap) -> None:
    """Bring a swap's keys in step with its skills after a merge; a proposal that now doubles another is cancelled."""
    swap = lock_swap(swap)
    swap.terms_key = terms_key(
        swap.participants.values_list("user", flat=True), swap.legs.values_list("skill", flat=True)
    )
    is_proposed = swap.status == Swap.Status.PROPOSED
    try:
        with kit_atomic():
            Swap.objects.filter(pk=swap.pk).update(
                terms_key=swap.terms_key, open_key=swap.terms_key if is_proposed else None
            )
    except IntegrityError:
        Swap.objects.filter(pk=swap.pk).update(terms_key=swap.terms_key)
        _close(swap, to=Swap.Status.CANCELLED, by=None, signal=swap_cancelled)
