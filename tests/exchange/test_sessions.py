"""Sessions: who asks, who answers, when they can be held, and what happens when their swap ends."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import DeadlinePassed, InvalidTransition, LimitReached, ProposalChanged
from skillswap_kit.exchange.models import Session, Swap
from skillswap_kit.exchange.services import (
    Appointment,
    accept_session,
    accept_swap,
    cancel_session,
    cancel_swap,
    change_swap,
    complete_session,
    confirm_legs,
    decline_session,
    decline_swap,
    miss_session,
    propose_session,
    propose_swap,
    request_session,
    reschedule_session,
)
from skillswap_kit.exchange.services.moves import confirm_due_legs
from skillswap_kit.exchange.services.states import move_session

pytestmark = pytest.mark.django_db


def tomorrow(**fields):
    return Appointment(**{"topic": "First chords", "starts_at": timezone.now() + timedelta(days=1), **fields})


def begin(session, hours=1):
    """As if the session had begun so many hours ago."""
    began = timezone.now() - timedelta(hours=hours)
    Session.objects.filter(pk=session.pk).update(starts_at=began)
    Session.objects.filter(pk=session.pk, agreed_for__isnull=False).update(agreed_for=began)


def accepted_long_ago():
    Swap.objects.update(accepted_at=timezone.now() - timedelta(days=30))


@pytest.fixture
def accepted(proposed, trio):
    return accept_swap(swap=proposed, by=trio.bruno)


@pytest.fixture
def pending(accepted, trio):
    """Amina asks, Bruno has not answered."""
    return request_session(swap=accepted, by=trio.amina, appointment=tomorrow())


@pytest.fixture
def agreed(pending, trio):
    return accept_session(session=pending, by=trio.bruno)


class TestRequesting:
    def test_the_other_participant_is_asked(self, pending, trio):
        assert (pending.status, pending.requester.user, pending.recipient.user) == ("pending", trio.amina, trio.bruno)
        assert pending.time_zone == "Africa/Cairo"
        assert Event.objects.about(pending).get().name == "exchange.session_requested"

    def test_in_a_circle_one_says_whom(self, trio, circle_legs):
        swap = propose_swap(by=trio.amina, legs=circle_legs)
        for person in (trio.bruno, trio.chiyo):
            accept_swap(swap=swap, by=person)
        with pytest.raises(InvalidInput):
            request_session(swap=swap, by=trio.amina, appointment=tomorrow())
        session = request_session(swap=swap, by=trio.amina, appointment=tomorrow(), recipient=trio.chiyo)
        with pytest.raises(NotAllowed):
            accept_session(session=session, by=trio.bruno)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("starts_at", timezone.now() - timedelta(minutes=1)),
            ("starts_at", timezone.now() + timedelta(days=400)),
            ("duration_minutes", 4),
            ("duration_minutes", 481),
            ("time_zone", "Mars/Olympus"),
            ("topic", ""),
            ("topic", "x" * 161),
            ("mode", "telepathy"),
            ("place", "x" * 301),
        ],
    )
    def test_impossible_appointments_are_refused(self, accepted, trio, field, value):
        with pytest.raises(InvalidInput) as refusal:
            request_session(swap=accepted, by=trio.amina, appointment=tomorrow(**{field: value}))
        assert set(refusal.value.fields) == {field}
        assert not Session.objects.exists()

    def test_only_so_many_wait_for_an_answer(self, accepted, trio):
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_MAX_OPEN_SESSIONS": 2}):
            for _number in range(2):
                request_session(swap=accepted, by=trio.amina, appointment=tomorrow())
            with pytest.raises(LimitReached):
                request_session(swap=accepted, by=trio.bruno, appointment=tomorrow())

    def test_strangers_and_unaccepted_swaps(self, proposed, trio):
        with pytest.raises(NotAllowed):
            request_session(swap=proposed, by=trio.chiyo, appointment=tomorrow())
        with pytest.raises(InvalidTransition):
            request_session(swap=proposed, by=trio.amina, appointment=tomorrow())

    def test_a_stranger_to_the_swap_cannot_be_asked(self, accepted, trio):
        for person in (trio.chiyo, trio.amina):
            with pytest.raises(InvalidInput):
                request_session(swap=accepted, by=trio.amina, appointment=tomorrow(), recipient=person)


class TestAskingDirectly:
    @pytest.fixture
    def direct(self, trio, gift_legs):
        return propose_session(by=trio.amina, legs=gift_legs, appointment=tomorrow())

    def test_it_proposes_a_gift_with_the_session(self, direct, trio):
        assert (direct.swap.kind, direct.swap.status, direct.status) == ("gift", "proposed", "pending")
        assert direct.recipient.user == trio.bruno

    def test_accepting_the_session_accepts_the_swap(self, direct, trio):
        assert accept_session(session=direct, by=trio.bruno).status == "accepted"
        assert Swap.objects.get().status == "accepted"

    def test_declining_the_session_declines_the_swap(self, direct, trio):
        decline_session(session=direct, by=trio.bruno, reason="Busy")
        assert Session.objects.get().status == "declined"
        assert Swap.objects.get().status == "declined"

    def test_the_swap_can_be_accepted_without_the_session(self, direct, trio):
        accept_swap(swap=direct.swap, by=trio.bruno)
        assert Session.objects.get().status == "pending"

    def test_declining_the_swap_cancels_the_session(self, direct, trio):
        decline_swap(swap=direct.swap, by=trio.bruno)
        assert Session.objects.get().status == "cancelled"

    def test_a_changed_proposal_is_not_accepted_unseen(self, direct, trio, barter_legs):
        change_swap(swap=direct.swap, by=trio.amina, version=1, legs=barter_legs)
        with pytest.raises(ProposalChanged):
            accept_session(session=direct, by=trio.bruno)

    def test_suggesting_another_time_agrees_to_the_swap(self, direct, trio):
        later = timezone.now() + timedelta(days=2)
        moved = reschedule_session(session=direct, by=trio.bruno, starts_at=later)
        assert (moved.status, Swap.objects.get().status) == ("pending", "accepted")
        assert accept_session(session=moved, by=trio.amina).status == "accepted"

    def test_who_asked_can_move_it_before_the_answer(self, direct, trio):
        reschedule_session(session=direct, by=trio.amina, starts_at=timezone.now() + timedelta(days=2))
        assert Swap.objects.get().status == "proposed"

    def test_nothing_is_proposed_where_the_session_is_impossible(self, trio, gift_legs):
        with pytest.raises(InvalidInput):
            propose_session(by=trio.amina, legs=gift_legs, appointment=tomorrow(topic=""))
        assert not Swap.objects.exists()


class TestAnswering:
    def test_only_the_recipient_answers(self, pending, trio):
        for answer in (accept_session, decline_session):
            for person in (trio.amina, trio.chiyo):
                with pytest.raises(NotAllowed):
                    answer(session=pending, by=person)
        assert Session.objects.get().status == "pending"

    def test_accepting(self, agreed):
        assert agreed.status == Session.objects.get().status == "accepted"
        assert agreed.answered_at is not None

    def test_answering_twice_is_refused(self, agreed, trio):
        for answer in (accept_session, decline_session):
            with pytest.raises(InvalidTransition):
                answer(session=agreed, by=trio.bruno)

    def test_too_late(self, pending, trio):
        begin(pending)
        with pytest.raises(DeadlinePassed):
            accept_session(session=pending, by=trio.bruno)

    def test_the_reason_is_kept_and_bounded(self, pending, trio):
        with pytest.raises(InvalidInput):
            decline_session(session=pending, by=trio.bruno, reason="x" * 1001)
        assert decline_session(session=pending, by=trio.bruno, reason="On tour").reason == "On tour"


class TestMoving:
    def test_who_moves_it_asks_the_other(self, agreed, trio):
        later = timezone.now() + timedelta(days=3)
        session = reschedule_session(session=agreed, by=trio.bruno, starts_at=later, time_zone="Asia/Tokyo")
        assert (session.status, session.starts_at, session.time_zone) == ("pending", later, "Asia/Tokyo")
        stored = Session.objects.get()
        assert (stored.requester.user, stored.recipient.user) == (trio.bruno, trio.amina)
        with pytest.raises(NotAllowed):
            accept_session(session=stored, by=trio.bruno)
        assert accept_session(session=stored, by=trio.amina).status == "accepted"

    def test_an_unanswered_one_can_be_moved(self, pending, trio):
        later = timezone.now() + timedelta(days=2)
        session = reschedule_session(session=pending, by=trio.bruno, starts_at=later, duration_minutes=30)
        assert (session.duration_minutes, session.recipient_id) == (30, pending.requester_id)

    def test_not_into_the_past(self, agreed, trio):
        with pytest.raises(InvalidInput):
            reschedule_session(session=agreed, by=trio.amina, starts_at=timezone.now())

    def test_nobody_who_left_is_asked(self, agreed, accepted, trio):
        begin(agreed)
        confirm_legs(swap=accepted, by=trio.amina)
        trio.bruno.delete()
        Swap.objects.update(status="accepted")
        with pytest.raises(InvalidTransition):
            reschedule_session(session=agreed, by=trio.amina, starts_at=timezone.now() + timedelta(days=3))

    def test_cancelling_by_either(self, agreed, trio):
        with pytest.raises(NotAllowed):
            cancel_session(session=agreed, by=trio.chiyo)
        assert cancel_session(session=agreed, by=trio.amina, reason="Ill").reason == "Ill"
        with pytest.raises(InvalidTransition):
            cancel_session(session=agreed, by=trio.bruno)


class TestHolding:
    def test_completing_keeps_the_time(self, agreed, trio):
        begin(agreed)
        session = complete_session(session=agreed, by=trio.amina)
        assert Session.objects.get().completed_at == session.completed_at is not None
        with pytest.raises(InvalidTransition):
            complete_session(session=agreed, by=trio.bruno)

    def test_not_before_it_begins_and_not_unless_accepted(self, agreed, trio):
        for move in (complete_session, miss_session):
            with pytest.raises(InvalidTransition):
                move(session=agreed, by=trio.amina)
        Session.objects.update(status="pending")
        begin(agreed)
        for move in (complete_session, miss_session):
            with pytest.raises(InvalidTransition):
                move(session=agreed, by=trio.amina)

    def test_only_participants_complete(self, agreed, trio):
        begin(agreed)
        with pytest.raises(NotAllowed):
            complete_session(session=agreed, by=trio.chiyo)

    def test_what_has_begun_took_place_or_did_not(self, agreed, trio):
        begin(agreed)
        with pytest.raises(InvalidTransition):
            cancel_session(session=agreed, by=trio.amina)
        with pytest.raises(InvalidTransition):
            reschedule_session(session=agreed, by=trio.amina, starts_at=timezone.now() + timedelta(days=1))

    def test_a_missed_one(self, agreed, trio):
        begin(agreed)
        assert miss_session(session=agreed, by=trio.bruno, reason="Nobody came").status == "missed"


class TestWithItsSwap:
    def test_coming_sessions_end_with_the_swap_and_past_ones_stay(self, accepted, trio):
        past, coming, unanswered = (
            request_session(swap=accepted, by=trio.amina, appointment=tomorrow()) for _ in range(3)
        )
        for session in (past, coming):
            accept_session(session=session, by=trio.bruno)
        begin(past)
        cancel_swap(swap=accepted, by=trio.amina)
        statuses = [Session.objects.get(pk=session.pk).status for session in (past, coming, unanswered)]
        assert statuses == ["accepted", "cancelled", "cancelled"]
        assert complete_session(session=past, by=trio.bruno).status == "completed"

    def test_the_term_of_a_leg_begins_with_the_last_accepted_session(self, agreed, accepted, trio):
        accepted_long_ago()
        assert confirm_due_legs() == 0
        begin(agreed, hours=8 * 24)
        assert confirm_due_legs() == 1

    @pytest.mark.parametrize("move", [cancel_session, miss_session])
    def test_a_session_called_off_or_missed_does_not_end_the_term_at_once(self, agreed, trio, move):
        accepted_long_ago()
        if move is miss_session:
            begin(agreed)
        move(session=agreed, by=trio.amina)
        assert confirm_due_legs() == 0

    def test_a_session_that_is_moved_counts_for_when_it_was_agreed_for(self, agreed, trio):
        accepted_long_ago()
        reschedule_session(session=agreed, by=trio.amina, starts_at=timezone.now() + timedelta(days=3))
        assert confirm_due_legs() == 0
        Session.objects.update(agreed_for=timezone.now() - timedelta(days=8))
        assert confirm_due_legs() == 1

    def test_asking_alone_does_not_stretch_the_term(self, pending):
        accepted_long_ago()
        assert confirm_due_legs() == 1

    def test_who_leaves_takes_their_sessions_along(self, trio, circle_legs):
        swap = propose_swap(by=trio.amina, legs=circle_legs)
        for person in (trio.bruno, trio.chiyo):
            accept_swap(swap=swap, by=person)
        kept = request_session(swap=swap, by=trio.bruno, appointment=tomorrow(), recipient=trio.chiyo)
        gone = request_session(swap=swap, by=trio.amina, appointment=tomorrow(), recipient=trio.chiyo)
        confirm_legs(swap=swap, by=trio.bruno)
        trio.amina.delete()
        assert Session.objects.get(pk=kept.pk).status == "pending"
        assert Session.objects.get(pk=gone.pk).status == "cancelled"


def test_every_pair_of_states(pending):
    for old in Session.Status.values:
        for new in Session.Status.values:
            Session.objects.filter(pk=pending.pk).update(status=old)
            session = Session.objects.get(pk=pending.pk)
            if new in Session.TRANSITIONS[old]:
                move_session(session, to=new)
            else:
                with pytest.raises(InvalidTransition):
                    move_session(session, to=new)
            assert Session.objects.get().status == (new if new in Session.TRANSITIONS[old] else old)
