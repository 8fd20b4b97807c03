"""Swaps: every move of the state machine, by whom, when, and once."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as DjangoSession
from django.db.models.signals import pre_delete
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.models import Event
from skillswap_kit.core.policies import BaseContactPolicy
from skillswap_kit.exchange.exceptions import (
    AlreadyProposed,
    CannotContact,
    CoolingDown,
    DeadlinePassed,
    InvalidTransition,
    LimitReached,
    ProposalChanged,
)
from skillswap_kit.exchange.models import Connection, Listing, Skill, Swap, SwapLeg, SwapParticipant
from skillswap_kit.exchange.policies import BaseCancellationPolicy, NoSettlement
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    cancel_swap,
    change_swap,
    confirm_legs,
    decline_swap,
    propose_swap,
    start_swap,
)
from skillswap_kit.exchange.services.moves import confirm_due_legs, expire_due_swaps, leave_swaps
from skillswap_kit.exchange.services.states import move_swap
from skillswap_kit.testing.factories import make_listing, make_skill

pytestmark = pytest.mark.django_db

CALLS = []


class SpySettlement(NoSettlement):
    """Writes down what it is asked."""

    def check(self, swap, legs):
        CALLS.append(("check", len(legs)))
        super().check(swap, legs)

    def reserve(self, swap, legs):
        CALLS.append(("reserve", len(legs)))

    def pay(self, swap, leg):
        CALLS.append(("pay", leg.position))

    def release(self, swap, legs):
        CALLS.append(("release", len(legs)))


class Penniless(NoSettlement):
    def reserve(self, swap, legs):
        raise InvalidInput("Nothing left.")


class KeepsBarter(NoSettlement):
    """Broken for one kind of swap."""

    def release(self, swap, legs):
        if swap.kind == Swap.Kind.BARTER:
            raise RuntimeError("cannot give back")


class NeverCancel(BaseCancellationPolicy):
    def may_cancel(self, swap, legs):
        return False


class HidesEverybody(BaseContactPolicy):
    def hidden_from(self, user):
        return SwapParticipant._meta.get_field("user").related_model._default_manager.exclude(pk=user.pk).values("pk")


@pytest.fixture
def settlement():
    CALLS.clear()
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_SETTLEMENT": f"{__name__}.SpySettlement"}):
        yield CALLS


def reload(swap):
    return Swap.objects.get(pk=swap.pk)


def timeline(swap):
    return [event.name.removeprefix("exchange.") for event in Event.objects.about(swap)]


def pass_deadline(swap):
    Swap.objects.filter(pk=swap.pk).update(deadline=timezone.now() - timedelta(seconds=1))


def pass_days(swap, days):
    """As if the swap had been accepted so many days earlier."""
    Swap.objects.filter(pk=swap.pk).update(accepted_at=timezone.now() - timedelta(days=days))


class TestProposing:
    def test_the_proposer_has_accepted(self, proposed, trio):
        assert (proposed.kind, proposed.status, proposed.version) == ("barter", "proposed", 1)
        decisions = {p.user_id: p.decision for p in proposed.participants.all()}
        assert decisions == {trio.amina.pk: "accepted", trio.bruno.pk: "pending"}
        assert proposed.proposals.get().message == "Shall we?"
        assert timeline(proposed) == ["swap_proposed"]

    def test_one_direction_is_a_gift(self, trio, gift_legs):
        assert propose_swap(by=trio.amina, legs=gift_legs).kind == "gift"

    def test_three_people_who_each_give_once_are_a_circle(self, trio, circle_legs):
        assert propose_swap(by=trio.bruno, legs=circle_legs).kind == "circle"

    def test_a_leg_keeps_its_listing(self, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        want = make_listing(trio.amina, skill=trio.python, kind=Listing.Kind.WANT)
        for listing in (offer, want):
            terms = LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python, listing=listing)
            swap = propose_swap(by=trio.amina, legs=[terms])
            assert swap.legs.get().listing == listing
            cancel_swap(swap=swap, by=trio.amina)

    @pytest.mark.parametrize(
        "bad",
        [
            lambda t: [],
            lambda t: [LegTerms(giver=t.amina, receiver=t.amina, skill=t.guitar)],
            lambda t: [LegTerms(giver=t.bruno, receiver=t.chiyo, skill=t.guitar)],
            lambda t: [LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar)] * 2,
            lambda t: [
                LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar),
                LegTerms(giver=t.amina, receiver=t.chiyo, skill=t.guitar),
            ],
            lambda t: [
                LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar),
                LegTerms(giver=t.bruno, receiver=t.amina, skill=t.python),
                LegTerms(giver=t.chiyo, receiver=t.bruno, skill=t.spanish),
            ],
            lambda t: [LegTerms(giver=t.amina, receiver=t.bruno, skill=make_skill(status=Skill.Status.PROPOSED))],
            lambda t: [LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar, points=5)],
            lambda t: [
                LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar, listing=make_listing(t.bruno, skill=t.guitar))
            ],
            lambda t: [
                LegTerms(giver=t.amina, receiver=t.bruno, skill=t.guitar, listing=make_listing(t.amina, skill=t.python))
            ],
        ],
    )
    def test_legs_that_make_no_swap_are_refused_and_nothing_is_written(self, trio, bad):
        legs = bad(trio)
        with pytest.raises(InvalidInput) as refusal:
            propose_swap(by=trio.amina, legs=legs)
        assert "legs" in refusal.value.fields
        assert not Swap.objects.exists()
        assert not Event.objects.filter(name="exchange.swap_proposed").exists()

    def test_two_circles_are_not_one(self, trio, make_user):
        others = [make_user() for _ in range(2)]
        legs = [
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
            LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.guitar),
            LegTerms(giver=others[0], receiver=others[1], skill=trio.guitar),
            LegTerms(giver=others[1], receiver=others[0], skill=trio.guitar),
        ]
        with pytest.raises(InvalidInput):
            propose_swap(by=trio.amina, legs=legs)

    def test_a_closed_listing_cannot_be_proposed(self, trio):
        listing = make_listing(trio.bruno, skill=trio.python)
        Listing.objects.update(status=Listing.Status.PAUSED)
        listing.refresh_from_db()
        terms = LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python, listing=listing)
        with pytest.raises(InvalidInput):
            propose_swap(by=trio.amina, legs=[terms])

    def test_too_many_people_and_too_long_texts(self, trio, circle_legs, gift_legs):
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_MAX_PARTICIPANTS": 2}), pytest.raises(InvalidInput):
            propose_swap(by=trio.amina, legs=circle_legs)
        with pytest.raises(InvalidInput) as refusal:
            propose_swap(by=trio.amina, legs=gift_legs, message="x" * 2001)
        assert "message" in refusal.value.fields
        for days in (0, 15):
            with pytest.raises(InvalidInput):
                propose_swap(by=trio.amina, legs=gift_legs, days=days)

    def test_one_open_proposal_per_pair_and_skills_whoever_proposes(self, proposed, trio, barter_legs):
        for by in (trio.amina, trio.bruno):
            with pytest.raises(AlreadyProposed):
                propose_swap(by=by, legs=barter_legs)
        crossed = [
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.python),
            LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.guitar),
        ]
        with pytest.raises(AlreadyProposed):
            propose_swap(by=trio.bruno, legs=crossed)
        assert Swap.objects.count() == 1

    def test_the_number_of_open_proposals_is_limited(self, trio, proposed, gift_legs):
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_MAX_OPEN_PROPOSALS": 1}), pytest.raises(LimitReached):
            propose_swap(by=trio.amina, legs=gift_legs)

    def test_nobody_is_reached_against_a_contact_policy(self, trio, gift_legs):
        policy = {"CONTACT_POLICIES": [f"{__name__}.HidesEverybody"]}
        with override_settings(SKILLSWAP_KIT=policy), pytest.raises(CannotContact):
            propose_swap(by=trio.amina, legs=gift_legs)

    def test_a_deactivated_member_is_not_reached(self, trio, gift_legs):
        trio.bruno.is_active = False
        trio.bruno.save()
        with pytest.raises(CannotContact):
            propose_swap(by=trio.amina, legs=gift_legs)


class TestCoolingDown:
    def test_what_was_refused_can_be_repeated_after_a_while(self, proposed, trio, barter_legs):
        decline_swap(swap=proposed, by=trio.bruno)
        with pytest.raises(CoolingDown):
            propose_swap(by=trio.amina, legs=barter_legs)
        Swap.objects.update(closed_at=timezone.now() - timedelta(days=8))
        assert propose_swap(by=trio.amina, legs=barter_legs).status == "proposed"

    def test_who_refused_may_propose_at_once(self, proposed, trio, barter_legs):
        decline_swap(swap=proposed, by=trio.bruno)
        assert propose_swap(by=trio.bruno, legs=barter_legs).status == "proposed"

    def test_a_changed_proposal_is_no_way_around(self, proposed, trio, gift_legs, barter_legs):
        decline_swap(swap=proposed, by=trio.bruno)
        other = propose_swap(by=trio.amina, legs=gift_legs)
        with pytest.raises(CoolingDown):
            change_swap(swap=other, by=trio.amina, version=1, legs=barter_legs)
        assert reload(other).version == 1

    def test_other_skills_are_another_matter(self, proposed, trio, gift_legs):
        decline_swap(swap=proposed, by=trio.bruno)
        assert propose_swap(by=trio.amina, legs=gift_legs).status == "proposed"


class TestChanging:
    def test_the_other_side_is_asked_again(self, proposed, trio, gift_legs):
        swap = change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs, message="Only this")
        assert (swap.kind, swap.version) == ("gift", 2)
        assert [leg.skill for leg in swap.legs.all()] == [trio.python]
        decisions = {p.user_id: p.decision for p in swap.participants.all()}
        assert decisions == {trio.bruno.pk: "accepted", trio.amina.pk: "pending"}
        assert [p.version for p in swap.proposals.all()] == [1, 2]
        assert [len(p.terms) for p in swap.proposals.all()] == [2, 1]
        assert timeline(swap) == ["swap_proposed", "swap_changed"]

    def test_back_and_forth_until_one_accepts(self, proposed, trio, gift_legs, barter_legs):
        change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)
        change_swap(swap=proposed, by=trio.amina, version=2, legs=barter_legs)
        assert accept_swap(swap=proposed, by=trio.bruno, version=3).status == "accepted"

    def test_an_answer_to_an_older_version_is_refused(self, proposed, trio, gift_legs):
        change_swap(swap=proposed, by=trio.amina, version=1, legs=gift_legs)
        with pytest.raises(ProposalChanged):
            accept_swap(swap=proposed, by=trio.bruno)
        with pytest.raises(ProposalChanged):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)
        assert reload(proposed).status == "proposed"

    def test_the_people_stay_the_same(self, proposed, trio, circle_legs):
        with pytest.raises(InvalidInput):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=circle_legs)
        other = [LegTerms(giver=trio.bruno, receiver=trio.chiyo, skill=trio.python)]
        with pytest.raises(InvalidInput):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=other)

    def test_it_cannot_become_a_second_open_proposal(self, proposed, trio, gift_legs):
        propose_swap(by=trio.bruno, legs=gift_legs)
        with pytest.raises(AlreadyProposed):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)
        assert reload(proposed).version == 1

    def test_the_old_skills_are_free_for_another_proposal(self, proposed, trio, gift_legs, barter_legs):
        change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)
        assert propose_swap(by=trio.amina, legs=barter_legs).status == "proposed"

    def test_it_does_not_go_on_for_ever(self, proposed, trio, gift_legs, barter_legs):
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_MAX_PROPOSAL_VERSIONS": 2}):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)
            with pytest.raises(LimitReached):
                change_swap(swap=proposed, by=trio.amina, version=2, legs=barter_legs)

    def test_nobody_is_reached_against_a_contact_policy(self, proposed, trio, gift_legs):
        policy = {"CONTACT_POLICIES": [f"{__name__}.HidesEverybody"]}
        with override_settings(SKILLSWAP_KIT=policy), pytest.raises(CannotContact):
            change_swap(swap=proposed, by=trio.amina, version=1, legs=gift_legs)

    def test_only_participants_and_only_while_it_is_open(self, proposed, trio, gift_legs):
        with pytest.raises(NotAllowed):
            change_swap(swap=proposed, by=trio.chiyo, version=1, legs=gift_legs)
        accept_swap(swap=proposed, by=trio.bruno)
        with pytest.raises(InvalidTransition):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)


class TestAnswering:
    def test_the_last_acceptance_accepts_the_swap_and_connects_people(self, trio, circle_legs):
        swap = propose_swap(by=trio.amina, legs=circle_legs)
        assert accept_swap(swap=swap, by=trio.bruno).status == "proposed"
        assert not Connection.objects.exists()
        swap = accept_swap(swap=swap, by=trio.chiyo)
        assert swap.status == reload(swap).status == "accepted"
        assert reload(swap).open_key is None
        assert reload(swap).accepted_at is not None
        assert Connection.objects.standing().count() == 3
        assert timeline(swap) == ["swap_proposed", "swap_agreed", "swap_agreed", "swap_accepted"]

    def test_accepting_twice_is_refused(self, proposed, trio):
        with pytest.raises(InvalidTransition):
            accept_swap(swap=proposed, by=trio.amina)
        accept_swap(swap=proposed, by=trio.bruno)
        with pytest.raises(InvalidTransition):
            accept_swap(swap=proposed, by=trio.bruno)

    def test_one_refusal_ends_it_for_all(self, trio, circle_legs):
        swap = propose_swap(by=trio.amina, legs=circle_legs)
        accept_swap(swap=swap, by=trio.bruno)
        decline_swap(swap=swap, by=trio.chiyo, reason="No time")
        swap = reload(swap)
        assert (swap.status, swap.close_reason, swap.open_key) == ("declined", "No time", None)
        assert swap.legs.filter(status=SwapLeg.Status.VOID).count() == 3
        for answer in (accept_swap, decline_swap, cancel_swap, start_swap, confirm_legs):
            with pytest.raises(InvalidTransition):
                answer(swap=swap, by=trio.bruno)

    def test_strangers_can_do_nothing(self, proposed, trio):
        for move in (accept_swap, decline_swap, cancel_swap, start_swap, confirm_legs):
            with pytest.raises(NotAllowed):
                move(swap=proposed, by=trio.chiyo)
        assert timeline(proposed) == ["swap_proposed"]

    def test_who_accepted_withdraws_and_who_did_not_declines(self, proposed, trio):
        with pytest.raises(InvalidTransition):
            decline_swap(swap=proposed, by=trio.amina)
        with pytest.raises(InvalidTransition):
            cancel_swap(swap=proposed, by=trio.bruno)
        assert reload(proposed).status == "proposed"
        assert cancel_swap(swap=proposed, by=trio.amina).status == "cancelled"

    def test_nobody_answers_after_the_deadline(self, proposed, trio, gift_legs):
        pass_deadline(proposed)
        for answer in (accept_swap, decline_swap):
            with pytest.raises(DeadlinePassed):
                answer(swap=proposed, by=trio.bruno)
        with pytest.raises(DeadlinePassed):
            change_swap(swap=proposed, by=trio.bruno, version=1, legs=gift_legs)

    def test_the_deadline_is_part_of_the_winning_update(self, proposed, trio):
        pass_deadline(proposed)
        with pytest.raises(InvalidTransition):
            move_swap(proposed, to="accepted", before_deadline=True)
        assert reload(proposed).status == "proposed"

    def test_due_work_expires_it_once(self, proposed, trio, barter_legs):
        assert expire_due_swaps() == 0
        pass_deadline(proposed)
        assert (expire_due_swaps(), expire_due_swaps()) == (1, 0)
        assert reload(proposed).status == "expired"
        assert timeline(proposed) == ["swap_proposed", "swap_expired"]
        assert propose_swap(by=trio.amina, legs=barter_legs).status == "proposed"

    def test_one_that_cannot_end_holds_up_no_other(self, proposed, trio, gift_legs):
        other = propose_swap(by=trio.amina, legs=gift_legs)
        for swap in (proposed, other):
            pass_deadline(swap)
        with override_settings(SKILLSWAP_KIT={"EXCHANGE_SETTLEMENT": f"{__name__}.KeepsBarter"}):
            with pytest.raises(RuntimeError):
                expire_due_swaps()
            assert (reload(proposed).status, reload(other).status) == ("proposed", "expired")
        assert expire_due_swaps() == 1

    def test_a_settlement_that_refuses_stops_the_acceptance_whole(self, proposed, trio):
        penniless = {"EXCHANGE_SETTLEMENT": f"{__name__}.Penniless"}
        with override_settings(SKILLSWAP_KIT=penniless), pytest.raises(InvalidInput):
            accept_swap(swap=proposed, by=trio.bruno)
        assert reload(proposed).status == "proposed"
        assert proposed.participants.get(user=trio.bruno).decision == "pending"
        assert not Connection.objects.exists()
        assert timeline(proposed) == ["swap_proposed"]


class TestRunning:
    @pytest.fixture
    def accepted(self, proposed, trio):
        return accept_swap(swap=proposed, by=trio.bruno)

    def test_every_leg_is_confirmed_by_its_receiver(self, accepted, trio):
        start_swap(swap=accepted, by=trio.amina)
        swap = confirm_legs(swap=accepted, by=trio.bruno)
        assert swap.status == "in_progress"
        swap = confirm_legs(swap=accepted, by=trio.amina)
        assert swap.status == reload(swap).status == "completed"
        assert reload(swap).completed_at is not None
        assert timeline(swap)[-4:] == ["swap_started", "leg_confirmed", "leg_confirmed", "swap_completed"]

    def test_starting_is_optional(self, accepted, trio):
        confirm_legs(swap=accepted, by=trio.bruno)
        assert confirm_legs(swap=accepted, by=trio.amina).status == "completed"

    def test_starting_twice_is_refused(self, accepted, trio):
        start_swap(swap=accepted, by=trio.amina)
        with pytest.raises(InvalidTransition):
            start_swap(swap=accepted, by=trio.bruno)

    def test_nobody_confirms_for_another_or_twice(self, accepted, trio):
        guitar_leg = accepted.legs.get(skill=trio.guitar)
        with pytest.raises(NotAllowed):
            confirm_legs(swap=accepted, by=trio.amina, leg=guitar_leg)
        confirm_legs(swap=accepted, by=trio.bruno, leg=guitar_leg)
        for leg in (guitar_leg, None):
            with pytest.raises(InvalidTransition):
                confirm_legs(swap=accepted, by=trio.bruno, leg=leg)

    def test_a_leg_of_another_swap_is_refused(self, accepted, trio, gift_legs):
        other = propose_swap(by=trio.amina, legs=gift_legs)
        with pytest.raises(InvalidInput):
            confirm_legs(swap=accepted, by=trio.amina, leg=other.legs.get())

    def test_before_acceptance_there_is_nothing_to_confirm(self, proposed, trio):
        with pytest.raises(InvalidTransition):
            confirm_legs(swap=proposed, by=trio.bruno)

    def test_cancelling_ends_with_the_first_confirmation(self, accepted, trio):
        confirm_legs(swap=accepted, by=trio.bruno)
        for person in (trio.amina, trio.bruno):
            with pytest.raises(InvalidTransition):
                cancel_swap(swap=accepted, by=person)

    def test_either_side_cancels_before_that(self, accepted, trio):
        assert cancel_swap(swap=accepted, by=trio.bruno, reason="Moved away").status == "cancelled"

    def test_the_policy_decides(self, accepted, trio):
        policy = {"EXCHANGE_CANCELLATION_POLICY": f"{__name__}.NeverCancel"}
        with override_settings(SKILLSWAP_KIT=policy), pytest.raises(InvalidTransition):
            cancel_swap(swap=accepted, by=trio.amina)

    def test_a_receiver_who_forgets_blocks_nobody(self, accepted, trio):
        confirm_legs(swap=accepted, by=trio.amina)
        pass_days(accepted, 6)
        assert confirm_due_legs() == 0
        pass_days(accepted, 8)
        assert (confirm_due_legs(), confirm_due_legs()) == (1, 0)
        assert reload(accepted).status == "completed"
        assert [leg.confirmed_by_time for leg in accepted.legs.all()] == [True, False]

    def test_every_step_asks_the_settlement(self, trio, barter_legs, settlement):
        swap = propose_swap(by=trio.amina, legs=barter_legs)
        accept_swap(swap=swap, by=trio.bruno)
        confirm_legs(swap=swap, by=trio.bruno)
        confirm_legs(swap=swap, by=trio.amina)
        assert settlement == [("check", 2), ("reserve", 2), ("pay", 0), ("pay", 1)]
        settlement.clear()
        other = propose_swap(by=trio.amina, legs=barter_legs)
        accept_swap(swap=other, by=trio.bruno)
        cancel_swap(swap=other, by=trio.amina)
        assert settlement == [("check", 2), ("reserve", 2), ("release", 2)]


class TestStateMap:
    def test_every_pair_of_states(self, proposed):
        for old in Swap.Status.values:
            for new in Swap.Status.values:
                Swap.objects.filter(pk=proposed.pk).update(status=old)
                swap = reload(proposed)
                if new in Swap.TRANSITIONS[old]:
                    move_swap(swap, to=new)
                    assert swap.status == reload(proposed).status == new
                else:
                    with pytest.raises(InvalidTransition):
                        move_swap(swap, to=new)
                    assert reload(proposed).status == old

    def test_a_row_that_moved_meanwhile_does_not_move_again(self, proposed):
        Swap.objects.update(status=Swap.Status.CANCELLED)
        with pytest.raises(InvalidTransition):
            move_swap(proposed, to=Swap.Status.ACCEPTED)

    def test_every_state_is_on_the_map(self):
        assert set(Swap.TRANSITIONS) == set(Swap.Status.values)


class TestLeaving:
    """``user.delete()`` by the host, at every point."""

    def test_a_proposal_is_cancelled(self, proposed, trio):
        trio.bruno.delete()
        assert reload(proposed).status == "cancelled"
        assert proposed.participants.filter(user=None).count() == 1

    def test_it_does_not_matter_by_which_class_they_are_deleted(self, proposed, trio):
        user_models = [model for model in apps.get_models() if issubclass(model, type(trio.bruno))]
        user_models[-1]._default_manager.get(pk=trio.bruno.pk).delete()
        assert reload(proposed).status == "cancelled"

    def test_nothing_is_asked_when_the_host_deletes_something_else(self):
        assert not pre_delete.has_listeners(DjangoSession)

    def test_a_running_swap_without_confirmations_is_cancelled(self, proposed, trio):
        accept_swap(swap=proposed, by=trio.bruno)
        trio.amina.delete()
        swap = reload(proposed)
        assert (swap.status, swap.proposed_by) == ("cancelled", None)

    def test_what_was_received_stays_and_the_rest_goes_on(self, trio, circle_legs):
        swap = propose_swap(by=trio.amina, legs=circle_legs)
        for person in (trio.bruno, trio.chiyo):
            accept_swap(swap=swap, by=person)
        confirm_legs(swap=swap, by=trio.bruno)
        trio.amina.delete()
        assert [leg.status for leg in swap.legs.all()] == ["confirmed", "open", "void"]
        assert reload(swap).status == "accepted"
        assert confirm_legs(swap=swap, by=trio.chiyo).status == "completed"

    def test_the_last_open_leg_completes(self, proposed, trio):
        accept_swap(swap=proposed, by=trio.bruno)
        confirm_legs(swap=proposed, by=trio.bruno)
        trio.bruno.delete()
        assert reload(proposed).status == "completed"

    def test_ended_swaps_stay_as_they_are(self, proposed, trio):
        accept_swap(swap=proposed, by=trio.bruno)
        for person in (trio.amina, trio.bruno):
            confirm_legs(swap=proposed, by=person)
        history = timeline(proposed)
        type(trio.bruno)._default_manager.filter(pk=trio.bruno.pk).delete()
        assert reload(proposed).status == "completed"
        assert timeline(proposed) == history

    def test_leaving_twice_changes_nothing(self, proposed, trio):
        leave_swaps(user=trio.bruno)
        history = timeline(proposed)
        leave_swaps(user=trio.bruno)
        assert timeline(proposed) == history
