"""What a participant may do at this moment.

One function per command: the service asks it under the lock before it writes, the faces ask it to show what is
possible. They read what is loaded, so a list that has prefetched people and legs costs no query per row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import NotAllowed, SkillSwapError
from skillswap_kit.core.types import User, Viewer

from ..conf import exchange_settings
from ..exceptions import DeadlinePassed, InvalidTransition, ProposalChanged, ReviewPeriodOver
from ..models import Session, Swap, SwapLeg, SwapParticipant
from ..policies import get_cancellation_policy

Row = TypeVar("Row", Swap, Session)
Rule = Callable[[Row, SwapParticipant], object]

FIRST_VERSION = 1


def check_move(row: Swap | Session, to: str) -> None:
    """Raises InvalidTransition if the state map has no such move."""
    if to not in row.TRANSITIONS[row.status]:
        raise InvalidTransition


def check_answerable(swap: Swap) -> None:
    """Raises InvalidTransition unless the swap is proposed, DeadlinePassed if it is but the time is over."""
    if swap.status != Swap.Status.PROPOSED:
        raise InvalidTransition
    if swap.deadline <= timezone.now():
        raise DeadlinePassed


def check_running(swap: Swap) -> None:
    if swap.status not in Swap.RUNNING:
        raise InvalidTransition


def check_accept(swap: Swap, participant: SwapParticipant) -> None:
    check_answerable(swap)
    if participant.decision != SwapParticipant.Decision.PENDING:
        raise InvalidTransition(_("You have accepted this already."))


def check_version(swap: Swap, version: int) -> None:
    """Raises InvalidTransition if there is nothing to answer, ProposalChanged for another version than the present."""
    check_answerable(swap)
    if version != swap.version:
        raise ProposalChanged


def check_decline(swap: Swap, participant: SwapParticipant) -> None:
    check_answerable(swap)
    if participant.decision != SwapParticipant.Decision.PENDING:
        raise InvalidTransition(_("You have accepted this. You can cancel it."))


def check_change(swap: Swap, participant: SwapParticipant) -> None:
    check_answerable(swap)


def check_cancel(swap: Swap, participant: SwapParticipant) -> None:
    check_move(swap, Swap.Status.CANCELLED)
    if swap.status == Swap.Status.PROPOSED:
        if participant.decision == SwapParticipant.Decision.PENDING:
            raise InvalidTransition(_("You have not accepted this. You can decline it."))
    elif not get_cancellation_policy().may_cancel(swap, list(swap.legs.all())):
        raise InvalidTransition(_("This swap can no longer be cancelled."))


def check_start(swap: Swap, participant: SwapParticipant) -> None:
    check_move(swap, Swap.Status.IN_PROGRESS)


def legs_to_confirm(swap: Swap, participant: SwapParticipant) -> list[SwapLeg]:
    """The open legs that this person receives. Raises InvalidTransition if there are none."""
    check_running(swap)
    legs = [leg for leg in swap.legs.all() if leg.receiver_id == participant.pk and leg.status == SwapLeg.Status.OPEN]
    if not legs:
        raise InvalidTransition(_("There is nothing left for you to confirm."))
    return legs


def check_request_session(swap: Swap, participant: SwapParticipant) -> None:
    check_running(swap)


def review_until(swap: Swap) -> datetime:
    """When the reviews of a completed swap are published. Raises InvalidTransition before, ReviewPeriodOver after."""
    if swap.status != Swap.Status.COMPLETED or swap.completed_at is None:
        raise InvalidTransition(_("A swap can be reviewed once it is completed."))
    publish_at = swap.completed_at + timedelta(days=exchange_settings.REVIEW_PERIOD_DAYS)
    if publish_at <= timezone.now():
        raise ReviewPeriodOver
    return publish_at


def review_partners(swap: Swap, author: SwapParticipant) -> dict[object, User]:
    """Whom a confirmed leg joined this person with, by their keys."""
    sides = [(leg.giver, leg.receiver) for leg in swap.legs.all() if leg.status == SwapLeg.Status.CONFIRMED]
    others = [receiver if giver.pk == author.pk else giver for giver, receiver in sides if author in (giver, receiver)]
    return {other.user.pk: other.user for other in others if other.user is not None}


def check_review(swap: Swap, participant: SwapParticipant) -> None:
    review_until(swap)
    written = {review.about_id for review in swap.reviews.all() if review.author_id == participant.user_id}
    if not review_partners(swap, participant).keys() - written:
        raise InvalidTransition(_("There is nobody left for you to review."))


SWAP_RULES: Mapping[str, Rule[Swap]] = {
    "accept": check_accept,
    "decline": check_decline,
    "change": check_change,
    "cancel": check_cancel,
    "start": check_start,
    "confirm": legs_to_confirm,
    "request_session": check_request_session,
    "review": check_review,
}


def swap_actions(swap: Swap, viewer: Viewer) -> list[str]:
    """The commands that the viewer may give this swap now. A host's policy may still refuse one."""
    own = [participant for participant in swap.participants.all() if participant.user_id == viewer.pk]
    return _allowed(SWAP_RULES, swap, own[0]) if own and viewer.is_authenticated else []


def check_accept_session(session: Session, participant: SwapParticipant) -> None:
    _check_recipient(session, participant)
    check_move(session, Session.Status.ACCEPTED)
    if session.starts_at <= timezone.now():
        raise DeadlinePassed(_("The time of this session has passed. Suggest another one."))
    if session.swap.status == Swap.Status.PROPOSED:
        check_version(session.swap, FIRST_VERSION)
        check_accept(session.swap, participant)
    else:
        check_running(session.swap)


def check_decline_session(session: Session, participant: SwapParticipant) -> None:
    _check_recipient(session, participant)
    check_move(session, Session.Status.DECLINED)
    if answers_proposal(session, participant):
        check_decline(session.swap, participant)


def answers_proposal(session: Session, participant: SwapParticipant) -> bool:
    """Whether answering the session answers the proposal it came with: for whoever has not agreed to that."""
    is_open = session.swap.status == Swap.Status.PROPOSED
    return is_open and participant.decision == SwapParticipant.Decision.PENDING


def check_reschedule_session(session: Session, participant: SwapParticipant) -> None:
    check_move(session, Session.Status.PENDING)
    _check_not_begun(session)
    if answers_proposal(session, participant):
        check_version(session.swap, FIRST_VERSION)
    elif session.swap.status != Swap.Status.PROPOSED:
        check_running(session.swap)
    if None in (session.requester.user_id, session.recipient.user_id):
        raise InvalidTransition(_("The other member has left."))


def check_cancel_session(session: Session, participant: SwapParticipant) -> None:
    check_move(session, Session.Status.CANCELLED)
    _check_not_begun(session)


def check_complete_session(session: Session, participant: SwapParticipant) -> None:
    check_move(session, Session.Status.COMPLETED)
    _check_begun(session)


def check_miss_session(session: Session, participant: SwapParticipant) -> None:
    check_move(session, Session.Status.MISSED)
    _check_begun(session)


def _check_recipient(session: Session, participant: SwapParticipant) -> None:
    if participant.pk != session.recipient_id:
        raise NotAllowed(_("Only who was asked can answer."))


def _check_not_begun(session: Session) -> None:
    if session.status == Session.Status.ACCEPTED and session.starts_at <= timezone.now():
        raise InvalidTransition(_("This session has begun. Say whether it took place."))


def _check_begun(session: Session) -> None:
    if session.starts_at > timezone.now():
        raise InvalidTransition(_("This session has not begun yet."))


SESSION_RULES: Mapping[str, Rule[Session]] = {
    "accept": check_accept_session,
    "decline": check_decline_session,
    "reschedule": check_reschedule_session,
    "cancel": check_cancel_session,
    "complete": check_complete_session,
    "missed": check_miss_session,
}


def session_actions(session: Session, viewer: Viewer) -> list[str]:
    """The commands that the viewer may give this session now."""
    own = [side for side in (session.requester, session.recipient) if side.user_id == viewer.pk]
    return _allowed(SESSION_RULES, session, own[0]) if own and viewer.is_authenticated else []


def _allowed(rules: Mapping[str, Rule[Row]], row: Row, participant: SwapParticipant) -> list[str]:
    return [name for name, rule in rules.items() if _passes(rule, row, participant)]


def _passes(rule: Rule[Row], row: Row, participant: SwapParticipant) -> bool:
    try:
        rule(row, participant)
    except SkillSwapError:
        return False
    return True
