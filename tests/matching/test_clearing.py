"""Circles for the whole community: they do not overlap, nobody meets whom they may not, and each proposal is whole."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.core.policies import contributed_contact_policies
from skillswap_kit.exchange.exceptions import CannotContact
from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapParticipant
from skillswap_kit.exchange.services import accept_swap, cancel_swap, decline_swap, pause_listing, update_profile
from skillswap_kit.exchange.services.moves import expire_due_swaps
from skillswap_kit.matching.choosing import Choice
from skillswap_kit.matching.services import clearing, dismiss_member
from skillswap_kit.matching.services.clearing import clear_circles
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.matchers import HidesTwoFromEachOther
from skillswap_kit.testing.settings import override_skillswap

from .seekers import WANT, always_fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    with always_fresh():
        yield


@pytest.fixture
def skills():
    return [make_skill(name) for name in ("Juggling", "Knitting", "Latin")]


@pytest.fixture
def three(make_user, skills):
    """Makes three of whom each teaches what the next one wants."""

    def make(level="expert"):
        people = [make_user() for _ in skills]
        for place, user in enumerate(people):
            make_listing(user, skill=skills[place], level=level)
            make_listing(user, skill=skills[place - 1], kind=WANT, priority=5)
        return people

    return make


def cleared(*arguments):
    out = StringIO()
    call_command("skillswap_clear_circles", *arguments, stdout=out)
    return out.getvalue()


def legs_of(swap):
    return {(leg.giver.user, leg.receiver.user, leg.skill.name) for leg in swap.legs.all()}


def test_the_site_asks_three_who_fit(three, skills):
    one, other, third = three()
    said = cleared()
    swap = Swap.objects.get()
    assert (swap.kind, swap.status, swap.proposed_by) == ("circle", "proposed", None)
    assert legs_of(swap) == {(one, other, "Juggling"), (other, third, "Knitting"), (third, one, "Latin")}
    assert {participant.decision for participant in swap.participants.all()} == {"pending"}
    assert {leg.listing.owner for leg in swap.legs.all()} == {one, other, third}
    assert Event.objects.filter(name="exchange.swap_suggested").count() == 1
    assert "Members who offer and want something: 3" in said
    assert "Circles that are possible: 1" in said
    assert "Chosen: 1 with 3 members, worth 1.000 together" in said
    assert said.endswith("Proposed: 1\n")


def test_each_circle_counts_once_whoever_finds_it(three):
    three()
    three()
    found = clear_circles(dry_run=True, candidates=50)
    assert found.found == 8
    assert len(found.choice.options) == 2
    assert len(found.reached) == 6


def test_a_dry_run_proposes_nothing(three):
    three()
    assert "Would be proposed: 1\n" in cleared("--dry-run")
    assert not Swap.objects.exists()


@pytest.mark.parametrize("method", ["greedy", "exact"])
def test_nobody_is_asked_more_often_than_wanted(three, method):
    if method == "exact":
        pytest.importorskip("scipy")
    three()
    three()
    for per_member, swaps in ((1, 2), (2, 4), (2, 4)):
        clear_circles(method=method, per_member=per_member, candidates=50)
        assert Swap.objects.count() == swaps
    for user in {row.user for row in SwapParticipant.objects.all()}:
        assert SwapParticipant.objects.filter(user=user).count() == 2


def test_who_has_a_circle_to_answer_is_not_asked_until_it_is_answered(three):
    three()
    cleared()
    three("beginner")
    cleared()
    assert Swap.objects.count() == 2
    cleared()
    assert Swap.objects.count() == 2


def test_a_refused_circle_is_not_asked_again_and_leaves_room_for_another(three):
    people = three()
    cleared()
    decline_swap(swap=Swap.objects.get(), by=people[0])
    assert "Circles that are possible: 0" in cleared()
    newcomers = three("beginner")
    clear_circles(candidates=50)
    asked = {row.user for row in SwapParticipant.objects.filter(swap__status="proposed")}
    assert asked == {*people, *newcomers}


def ignore(swap, people):
    Swap.objects.filter(pk=swap.pk).update(deadline=timezone.now())
    expire_due_swaps()


def withdraw_from(swap, people):
    accept_swap(swap=swap, by=people[0])
    cancel_swap(swap=swap, by=people[0])


@pytest.mark.parametrize("end", [ignore, withdraw_from])
def test_what_the_site_suggested_in_vain_is_not_asked_again_for_a_while(three, end):
    people = three()
    cleared()
    end(Swap.objects.get(), people)
    assert clear_circles().found == 0
    with override_skillswap(EXCHANGE_REFUSAL_COOLDOWN_DAYS=0):
        assert clear_circles(dry_run=True).found == 1


@pytest.mark.parametrize("end", [ignore, withdraw_from])
def test_what_a_member_proposed_in_vain_the_site_may_suggest(three, end):
    people = three()
    cleared()
    Swap.objects.update(proposed_by=people[0])
    end(Swap.objects.get(), people)
    assert clear_circles(dry_run=True).found == 1


def test_what_was_asked_already_takes_nobodys_place(three):
    """Of each member the best circles have been refused, and one is looked for."""
    people = [*three(), *three("beginner")]
    swaps = clear_circles(per_member=10, candidates=50).proposed
    for swap in swaps[:4]:
        decline_swap(swap=swap, by=swap.participants.first().user)
    Swap.objects.filter(status="proposed").delete()
    found = clear_circles(per_member=10, candidates=1, dry_run=True)
    assert (len(swaps), found.found, len(found.reached)) == (8, 3, len(people))


def test_who_may_not_meet_is_in_no_circle(three):
    people = three()
    for person, name in zip(people, HidesTwoFromEachOther.names, strict=False):
        update_profile(by=person, display_name=name)
    path = f"{HidesTwoFromEachOther.__module__}.{HidesTwoFromEachOther.__qualname__}"
    with override_skillswap(CONTACT_POLICIES=[*contributed_contact_policies(), path]):
        assert clear_circles().found == 0
    assert clear_circles(dry_run=True).found == 1


def test_who_may_not_meet_takes_nobodys_place(three):
    """The one circle that is looked for is the best of those that are possible."""
    one, *others = [*three(), *three()]
    for person in others:
        dismiss_member(by=one, member=person)
    three("beginner")
    found = clear_circles(dry_run=True, candidates=1)
    assert one.skillswap_profile.pk in found.reached


def test_no_member_costs_more_queries_than_another(three, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(1000) as counted:
            clear_circles(dry_run=True)
        return len(counted)

    three()
    of_three = queries()
    three(), three(), three()
    assert queries() <= 4 * of_three


def pause(people):
    pause_listing(by=people[1], listing=Listing.objects.get(owner=people[1].pk, kind="offer"))


def dismiss(people):
    dismiss_member(by=people[1], member=people[2])


def withdraw(people):
    update_profile(by=people[1], visibility=Profile.Visibility.CONNECTIONS)


def leave(people):
    people[1].is_active = False
    people[1].save()


@pytest.mark.parametrize("change", [pause, dismiss, withdraw, leave])
def test_whom_the_others_would_not_be_shown_is_in_no_circle(three, change):
    people = three()
    assert clear_circles(dry_run=True).found == 1
    change(people)
    assert clear_circles().found == 0
    assert not Swap.objects.exists()


@pytest.mark.parametrize("change", [pause, dismiss])
def test_what_has_changed_meanwhile_is_not_proposed(three, monkeypatch, change):
    people = three()
    choose = clearing._choose

    def choose_and_change(*args):
        change(people)
        return choose(*args)

    monkeypatch.setattr(clearing, "_choose", choose_and_change)
    assert "Not proposed (invalid): 1" in cleared()
    assert not Swap.objects.exists()


def test_two_runs_at_once_ask_nobody_more_often_than_wanted(three, monkeypatch):
    three()
    three()
    choose, other_run = clearing._choose, []

    def choose_otherwise(method, options, *args):
        """The other run chooses, and proposes, while this one does."""
        mine = choose(method, options, *args)
        if not other_run:
            other_run.append(True)
            monkeypatch.setattr(clearing, "_choose", lambda *_args: Choice(options=[_one_of(options, mine)]))
            clear_circles(candidates=50)
        return mine

    monkeypatch.setattr(clearing, "_choose", choose_otherwise)
    assert "Not proposed (limit_reached): 2" in cleared("--candidates", "50")
    assert Swap.objects.count() == 1


def _one_of(options, choice):
    """That is not chosen."""
    return next(option for option in options if option not in choice.options)


def test_who_joins_during_the_run_waits_for_the_next(three):
    people = three()

    def while_looking(what, items):
        if what == "Looking for circles":
            three()
        return items

    found = clear_circles(candidates=50, watch=while_looking)
    assert found.found == 1
    assert {row.user for row in SwapParticipant.objects.all()} == {*people}


def test_a_refusal_is_counted_and_the_others_are_proposed(three, monkeypatch):
    three()
    three()
    suggest, calls = clearing.suggest_swap, []

    def suggest_but_once(**terms):
        calls.append(terms)
        if len(calls) == 1:
            raise CannotContact
        return suggest(**terms)

    monkeypatch.setattr(clearing, "suggest_swap", suggest_but_once)
    said = cleared()
    assert "Not proposed (cannot_contact): 1" in said
    assert "Proposed: 1\n" in said
    assert Swap.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_interrupted_it_leaves_whole_proposals(three, monkeypatch):
    three()
    three()
    suggest, calls = clearing.suggest_swap, []

    def suggest_until_interrupted(**terms):
        calls.append(suggest(**terms))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return calls[-1]

    monkeypatch.setattr(clearing, "suggest_swap", suggest_until_interrupted)
    with pytest.raises(KeyboardInterrupt):
        cleared()
    swap = Swap.objects.get()
    assert swap == calls[0]
    assert (swap.participants.count(), swap.legs.count(), swap.proposals.count()) == (3, 3, 1)


def test_the_exact_method_says_that_nothing_is_better(three):
    pytest.importorskip("scipy")
    three()
    assert "No choice of these circles is worth more." in cleared("--method", "exact", "--time-limit", "5")


def test_the_greedy_method_says_that_it_does_not_know(three):
    three()
    assert "does not know how much more" in cleared()


def test_the_time_to_answer(three):
    three()
    cleared("--days", "2")
    swap = Swap.objects.get()
    assert (swap.deadline - swap.created_at).days in (1, 2)
    with pytest.raises(CommandError, match="EXCHANGE_PROPOSAL_DAYS"):
        cleared("--days", "1000")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--per-member", "0"),
        ("--candidates", "x"),
        ("--time-limit", "0"),
        ("--time-limit", "nan"),
        ("--method", "best"),
    ],
)
def test_numbers_that_make_no_sense(arguments):
    with pytest.raises(CommandError):
        cleared(*arguments)


def test_a_matcher_without_circles_is_named():
    fuzzy = {"default": {"BACKEND": "skillswap_kit.matching.backends.fuzzy.FuzzyMatcher"}}
    with override_skillswap(MATCHING_BACKENDS=fuzzy), pytest.raises(CommandError, match="FuzzyMatcher"):
        cleared()


def test_the_worth_leaves_out_how_many_ask_somebody(three):
    people = three()
    clear_circles()
    cancelled = Swap.objects.get()
    assert clear_circles(per_member=2, dry_run=True).found == 0
    decline_swap(swap=cancelled, by=people[0])
    with override_skillswap(EXCHANGE_REFUSAL_COOLDOWN_DAYS=0):
        assert clear_circles(dry_run=True).choice.worth == 1.0
