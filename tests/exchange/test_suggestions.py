"""Swaps that the site suggests, and circles that go on without whoever declined."""

from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import (
    AlreadyProposed,
    CannotContact,
    CoolingDown,
    InvalidTransition,
    LimitReached,
)
from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    cancel_swap,
    change_swap,
    decline_swap,
    propose_swap,
    suggest_swap,
)
from skillswap_kit.testing.factories import make_skill
from skillswap_kit.testing.settings import override_skillswap

from .api_client import Api, Hiding, key

pytestmark = pytest.mark.django_db


def decisions(swap):
    return [participant.decision for participant in swap.participants.all()]


def timeline(swap):
    return [event.name.removeprefix("exchange.") for event in Event.objects.about(swap).order_by("pk")]


class TestSuggesting:
    def test_all_are_asked_and_nobody_has_made_it(self, trio, circle_legs):
        swap = suggest_swap(legs=circle_legs, message="This would fit.")
        assert (swap.kind, swap.status, swap.proposed_by) == (Swap.Kind.CIRCLE, Swap.Status.PROPOSED, None)
        assert decisions(swap) == ["pending"] * 3
        assert timeline(swap) == ["swap_suggested"]
        assert Event.objects.about(swap).get().by is None
        [proposal] = swap.proposals.all()
        assert (proposal.version, proposal.by, proposal.message) == (1, None, "This would fit.")

    def test_with_the_last_yes_it_is_accepted(self, trio, circle_legs):
        swap = suggest_swap(legs=circle_legs)
        for person in trio.people:
            assert swap.status == Swap.Status.PROPOSED
            swap = accept_swap(swap=swap, by=person)
        assert swap.status == Swap.Status.ACCEPTED

    def test_anybody_may_change_it(self, trio, circle_legs):
        swap = suggest_swap(legs=circle_legs)
        changed = change_swap(swap=swap, by=trio.bruno, version=1, legs=circle_legs[::-1])
        assert decisions(changed) == ["pending", "accepted", "pending"]
        assert [proposal.is_suggested for proposal in changed.proposals.all()] == [True, False]

    @pytest.mark.parametrize("count", [0, 2])
    def test_legs_must_make_a_swap(self, circle_legs, count):
        with pytest.raises(InvalidInput):
            suggest_swap(legs=circle_legs[:count])

    def test_not_beside_somebodys_own_equal_proposal(self, trio, circle_legs):
        propose_swap(by=trio.amina, legs=circle_legs)
        with pytest.raises(AlreadyProposed):
            suggest_swap(legs=circle_legs)

    def test_not_among_people_who_must_not_meet(self, trio, circle_legs, monkeypatch):
        monkeypatch.setattr(Hiding, "hidden", [trio.chiyo])
        with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]), pytest.raises(CannotContact):
            suggest_swap(legs=circle_legs)
        assert not Swap.objects.exists()

    def test_not_with_somebody_whose_account_is_closed(self, trio, circle_legs):
        trio.chiyo.is_active = False
        with pytest.raises(CannotContact):
            suggest_swap(legs=circle_legs)

    def test_what_anybody_refused_is_not_suggested_for_a_while(self, trio, circle_legs):
        declined = decline_swap(swap=suggest_swap(legs=circle_legs), by=trio.bruno)
        with pytest.raises(CoolingDown):
            suggest_swap(legs=circle_legs)
        # Who refused may ask at once, as ever.
        cancel_swap(swap=propose_swap(by=trio.bruno, legs=circle_legs), by=trio.bruno)
        Swap.objects.filter(pk=declined.pk).update(closed_at=timezone.now() - timedelta(days=8))
        assert suggest_swap(legs=circle_legs).status == Swap.Status.PROPOSED

    def test_it_counts_for_nobodys_own_proposals(self, trio, barter_legs, circle_legs):
        with override_skillswap(EXCHANGE_MAX_OPEN_PROPOSALS=1):
            suggest_swap(legs=circle_legs)
            propose_swap(by=trio.amina, legs=barter_legs)
            others = [LegTerms(giver=trio.amina, receiver=trio.bruno, skill=make_skill())]
            assert suggest_swap(legs=others)
            with pytest.raises(LimitReached):
                propose_swap(by=trio.amina, legs=circle_legs[:1])


class TestGoingOn:
    def test_those_who_accepted_need_not_say_it_again(self, trio, dara, declined, mended):
        assert mended.replaces == declined
        assert [(each.user, each.decision) for each in mended.participants.all()] == [
            (trio.amina, "accepted"),
            (trio.bruno, "accepted"),
            (dara, "pending"),
        ]
        accept_swap(swap=mended, by=dara)
        mended.refresh_from_db()
        assert mended.status == Swap.Status.ACCEPTED

    def test_a_kept_yes_keeps_its_time(self, trio, declined, mended):
        for person in (trio.amina, trio.bruno):
            before, now = (swap.participants.get(user=person).decided_at for swap in (declined, mended))
            assert now == before
        assert mended.deadline > declined.deadline

    def test_who_has_accepted_can_take_it_back(self, trio, mended):
        with pytest.raises(InvalidTransition):
            decline_swap(swap=mended, by=trio.bruno)
        assert cancel_swap(swap=mended, by=trio.bruno).status == Swap.Status.CANCELLED

    def test_who_is_asked_can_decline_and_it_goes_on_again(self, trio, dara, make_user, mended):
        decline_swap(swap=mended, by=dara)
        eli = make_user("eli")
        legs = [
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
            LegTerms(giver=trio.bruno, receiver=eli, skill=trio.python),
            LegTerms(giver=eli, receiver=trio.amina, skill=trio.spanish),
        ]
        again = suggest_swap(legs=legs, accepted=[trio.amina.pk, trio.bruno.pk], replaces=mended)
        assert decisions(again) == ["accepted", "accepted", "pending"]

    def test_one_circle_is_replaced_once(self, trio, make_user, declined, mended):
        other = make_user("eli")
        legs = [
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
            LegTerms(giver=trio.bruno, receiver=other, skill=trio.python),
            LegTerms(giver=other, receiver=trio.amina, skill=trio.spanish),
        ]
        with pytest.raises(AlreadyProposed):
            suggest_swap(legs=legs, accepted=[trio.amina.pk], replaces=declined)
        assert Swap.objects.count() == 2

    def test_only_a_declined_one_is_replaced(self, trio, circle_legs, mended_legs):
        circle = propose_swap(by=trio.amina, legs=circle_legs)
        with pytest.raises(InvalidInput) as caught:
            suggest_swap(legs=mended_legs, accepted=[trio.amina.pk], replaces=circle)
        assert "replaces" in caught.value.fields

    def test_nobodys_yes_is_made_up(self, trio, dara, circle_legs, mended_legs):
        with pytest.raises(InvalidInput):
            suggest_swap(legs=mended_legs, accepted=[trio.amina.pk])
        circle = propose_swap(by=trio.amina, legs=circle_legs)
        decline_swap(swap=circle, by=trio.chiyo)
        for nobodys in (trio.bruno, trio.chiyo, dara):
            with pytest.raises(InvalidInput) as caught:
                suggest_swap(legs=mended_legs, accepted=[trio.amina.pk, nobodys.pk], replaces=circle)
            assert "accepted" in caught.value.fields
        assert Swap.objects.count() == 1

    def test_somebody_must_be_asked(self, trio, declined):
        legs = [
            LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
            LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python),
        ]
        with pytest.raises(InvalidInput) as caught:
            suggest_swap(legs=legs, accepted=[trio.amina.pk, trio.bruno.pk], replaces=declined)
        assert "accepted" in caught.value.fields

    def test_who_has_accepted_takes_part(self, trio, dara, declined):
        legs = [
            LegTerms(giver=trio.amina, receiver=dara, skill=trio.guitar),
            LegTerms(giver=dara, receiver=trio.amina, skill=trio.python),
        ]
        with pytest.raises(InvalidInput):
            suggest_swap(legs=legs, accepted=[trio.amina.pk, trio.bruno.pk], replaces=declined)

    def test_a_change_asks_everybody_again(self, trio, mended, mended_legs):
        changed = change_swap(swap=mended, by=trio.amina, version=1, legs=mended_legs[::-1])
        assert decisions(changed) == ["accepted", "pending", "pending"]

    def test_who_leaves_ends_it(self, trio, mended):
        trio.bruno.delete()
        mended.refresh_from_db()
        assert mended.status == Swap.Status.CANCELLED

    def test_it_outlives_what_it_replaces(self, declined, mended):
        declined.delete()
        mended.refresh_from_db()
        assert (mended.replaces, mended.status) == (None, Swap.Status.PROPOSED)


class TestInTheApi:
    def test_the_site_is_nobody(self, trio, circle_legs):
        swap = suggest_swap(legs=circle_legs, message="This would fit.")
        shown = Api(trio.bruno).get(f"swaps/{swap.pk}/").json()
        assert (shown["proposed_by"], shown["replaces"], shown["message"]) == (None, None, "This would fit.")
        assert [proposal["by"] for proposal in shown["proposals"]] == [None]
        assert shown["actions"] == ["accept", "decline", "change"]
        [row] = Api(trio.bruno).get(f"swaps/{swap.pk}/timeline/").json()["results"]
        assert (row["event"], row["label"], row["by"]) == ("exchange.swap_suggested", "Suggested by the site", None)

    def test_who_changes_it_is_named(self, trio, circle_legs):
        swap = suggest_swap(legs=circle_legs)
        change_swap(swap=swap, by=trio.bruno, version=1, legs=circle_legs[::-1])
        shown = Api(trio.amina).get(f"swaps/{swap.pk}/").json()
        assert shown["proposed_by"] is None
        assert [proposal["by"] and proposal["by"]["id"] for proposal in shown["proposals"]] == [None, key(trio.bruno)]

    def test_only_who_was_in_it_reads_which_circle_it_goes_on_from(self, trio, dara, declined, mended):
        for person, replaced in ((trio.amina, declined.pk), (trio.bruno, declined.pk), (dara, None)):
            assert Api(person).get(f"swaps/{mended.pk}/").json()["replaces"] == replaced
            assert Api(person).get("swaps/").json()["results"][0]["replaces"] == replaced
        assert Api(dara).get(f"swaps/{declined.pk}/").status_code == 404
        assert Api(trio.chiyo).get(f"swaps/{mended.pk}/").status_code == 404

    def test_a_kept_yes_is_outgoing_and_can_be_taken_back(self, trio, dara, mended):
        assert Api(trio.amina).get(f"swaps/{mended.pk}/").json()["actions"] == ["change", "cancel"]
        assert Api(trio.amina).get("swaps/", box="outgoing").json()["results"][0]["id"] == mended.pk
        assert Api(dara).get("swaps/", box="incoming").json()["results"][0]["id"] == mended.pk
        assert Api(trio.bruno).post(f"swaps/{mended.pk}/cancel/").json()["status"] == "cancelled"

    def test_lists_cost_the_same(self, trio, declined, circle_legs):
        before = len(Api(trio.bruno).queries("swaps/"))
        suggest_swap(legs=[*circle_legs[:2], LegTerms(giver=trio.chiyo, receiver=trio.amina, skill=make_skill())])
        assert len(Api(trio.bruno).queries("swaps/")) == before
