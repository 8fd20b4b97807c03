"""Somebody declines a circle: who takes their place, what stays, and what becomes of it where nobody does."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec

import pytest
from django.utils import timezone

from skillswap_kit.core.events import deliver
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Profile, Swap, SwapParticipant
from skillswap_kit.exchange.policies import NoSettlement
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    cancel_swap,
    change_swap,
    decline_swap,
    pause_listing,
    propose_swap,
    suggest_swap,
    update_listing,
    update_profile,
)
from skillswap_kit.exchange.services.moves import expire_due_swaps
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.services import dismiss_member, mend_circle, mending
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding

from .rings import WANT, Ring, make_ring, stand_in
from .seekers import always_fresh

pytestmark = pytest.mark.django_db


class TakesPoints(NoSettlement):
    """Also swaps for points, though nothing is moved."""

    kinds = NoSettlement.kinds | {Swap.Kind.POINTS}


class Asymmetric(Hiding):
    """Whoever is in ``hidden`` finds nobody; all others find them."""

    def hidden_from(self, user):
        everybody = Profile.objects.exclude(user=user.pk)
        return (everybody if user in self.hidden else everybody.none()).values("user")


@pytest.fixture
def ring(make_user):
    with always_fresh():
        yield make_ring(make_user)


@pytest.fixture
def substitute(make_user, ring):
    """Makes somebody who could stand in for whoever has this place, the last unless told otherwise."""

    def make(place=2, **listed):
        person = make_user()
        make_member(person)
        return stand_in(ring, place, person, **listed)

    return make


@pytest.fixture
def points():
    with override_skillswap(EXCHANGE_SETTLEMENT=f"{__name__}.TakesPoints"):
        yield


@pytest.fixture
def hiding(request):
    with override_skillswap(CONTACT_POLICIES=[getattr(request, "param", "tests.exchange.api_client.Hiding")]):
        Hiding.hidden = []
        yield Hiding
        Hiding.hidden = []


def declined(ring, *, place=2, accepted=(1,)):
    """The first proposes, these accept, and whoever has this place declines."""
    swap = ring.propose()
    for accepting in accepted:
        accept_swap(swap=swap, by=ring.people[accepting])
    return decline_swap(swap=swap, by=ring.people[place])


def decisions(swap):
    return {participant.user: participant.decision for participant in swap.participants.all()}


def terms(swap):
    return [(leg.giver.user, leg.receiver.user, leg.skill, leg.points, leg.listing) for leg in swap.legs.all()]


def people_in(swap):
    return set(decisions(swap))


# Somebody else


def test_somebody_else_is_asked_and_nothing_changes_for_the_others(ring, substitute):
    other, swap = substitute(), declined(ring)
    before = terms(swap)
    mended = mend_circle(swap=swap)
    first, second, last = ring.people
    assert (mended.kind, mended.status, mended.replaces, mended.proposed_by) == ("circle", "proposed", swap, None)
    assert decisions(mended) == {first: "accepted", second: "accepted", other: "pending"}
    after = terms(mended)
    assert after[0] == before[0]
    assert [leg[:4] for leg in after] == [tuple(other if part == last else part for part in leg[:4]) for leg in before]
    assert after[2][4].owner == other
    assert after[1][4] == ring.offer(1)
    assert accept_swap(swap=mended, by=other).status == Swap.Status.ACCEPTED


def test_who_had_not_answered_is_still_asked(ring, substitute):
    other = substitute()
    mended = mend_circle(swap=declined(ring, accepted=()))
    assert decisions(mended) == {ring.people[0]: "accepted", ring.people[1]: "pending", other: "pending"}


def test_whoever_fits_best_is_asked(ring, substitute):
    substitute()
    best = substitute(level="expert", priority=5)
    substitute(level="advanced")
    assert best in people_in(mend_circle(swap=declined(ring)))


def test_a_circle_of_five_goes_on_with_four_of_them(make_user, ring, substitute):
    large = make_ring(make_user, size=5)
    other = stand_in(large, 3, substitute())
    mended = mend_circle(swap=declined(large, place=3, accepted=(1, 4)))
    first, second, third, _gone, last = large.people
    accepted = dict.fromkeys((first, second, last), "accepted")
    assert decisions(mended) == {**accepted, third: "pending", other: "pending"}
    assert [leg[2] for leg in terms(mended)] == large.skills


def test_mending_twice_is_mending_once(ring, substitute):
    substitute(), substitute()
    swap = declined(ring)
    mended = mend_circle(swap=swap)
    assert mend_circle(swap=swap) == mended
    assert Swap.objects.count() == 2


def test_declining_mends_however_often_it_is_delivered(ring, substitute, django_capture_on_commit_callbacks):
    substitute(), substitute()
    with django_capture_on_commit_callbacks(execute=True):
        swap = declined(ring)
    Event.objects.filter(name="exchange.swap_declined").update(
        state=Event.State.PENDING, due_at=timezone.now() - timedelta(seconds=1)
    )
    assert deliver(event_id=Event.objects.get(name="exchange.swap_declined").pk)
    assert Swap.objects.get(replaces=swap).status == Swap.Status.PROPOSED
    assert Swap.objects.count() == 2


def test_a_swap_that_is_gone_is_nothing_to_mend():
    from skillswap_kit.matching.receivers import mend_declined_circle

    mend_declined_circle(Swap, swap_id=2**40)


@pytest.mark.skipif(find_spec("numpy") is None, reason="the index needs numpy")
@pytest.mark.django_db(transaction=True)
def test_the_index_finds_who_stands_in_as_well(make_user, tmp_path):
    from skillswap_kit.matching.index.rebuilding import rebuild

    from .indexes import snapshots_in

    backends = {"default": {"BACKEND": "tests.matching.indexes.IndexOnly"}}
    with snapshots_in(tmp_path, MATCHING_BACKENDS=backends):
        ring = make_ring(make_user)
        settled = stand_in(ring, 2, make_user())
        rebuild()
        edited = stand_in(ring, 2, make_user(), level="expert")
        swap = declined(ring)
        mended = Swap.objects.get(replaces=swap)
        assert edited in people_in(mended)
        decline_swap(swap=mended, by=edited)
        assert settled in people_in(Swap.objects.get(replaces=mended))


@pytest.mark.parametrize("matcher", ["reference.ReferenceMatcher", "fuzzy.FuzzyMatcher"])
def test_any_matcher_finds_who_stands_in(ring, substitute, matcher):
    """Also one that ranks by other things: what is agreed on is asked of the listings."""
    other, swap = substitute(), declined(ring)
    backend = {"BACKEND": f"skillswap_kit.matching.backends.{matcher}"}
    with override_skillswap(MATCHING_BACKENDS={"default": backend}):
        assert other in people_in(mend_circle(swap=swap))


# Who can stand in


def test_only_the_very_skill_that_was_agreed_on_will_do(ring, make_user):
    alike, person = make_skill(), make_user()
    SkillSimilarity.objects.create(wanted=ring.skills[2], taught=alike, weight=60)
    make_listing(person, skill=alike, level="expert")
    make_listing(person, skill=ring.skills[1], kind=WANT)
    swap = declined(ring)
    assert mend_circle(swap=swap) is None
    make_listing(person, skill=ring.skills[2])
    assert person in people_in(mend_circle(swap=swap))


def test_nobody_is_asked_by_the_site_again_before_they_have_answered(ring, substitute, make_user):
    other = substitute()
    assert other in people_in(mend_circle(swap=declined(ring)))
    second = Ring(people=[make_user() for _ in ring.people], skills=ring.skills)
    for place, person in enumerate(second.people):
        make_member(person)
        stand_in(second, place, person)
    mended = mend_circle(swap=declined(second))
    assert mended is None or other not in people_in(mended)


def ask_elsewhere(person, make_user):
    """Another circle of the site, with this person."""
    others = make_ring(make_user)
    stand_in(others, 2, person)
    suggest_swap(legs=Ring(people=[*others.people[:2], person], skills=others.skills).terms())


@pytest.mark.parametrize("has_other", [True, False])
def test_whom_the_site_asks_elsewhere_meanwhile_is_not_asked_as_well(
    ring, substitute, make_user, monkeypatch, has_other
):
    """By another circle that is mended, or by a clearing, after the matcher looked."""
    best, other, swap = substitute(level="expert"), substitute() if has_other else None, declined(ring)
    find = mending._substitutes

    def find_and_wait(gap):
        found = list(find(gap))
        ask_elsewhere(best, make_user)
        return found

    monkeypatch.setattr(mending, "_substitutes", find_and_wait)
    mended = mend_circle(swap=swap)
    if has_other:
        assert people_in(mended) == {*ring.people[:2], other}
    else:
        assert mended is None
    assert SwapParticipant.objects.filter(user=best).count() == 1


def test_what_is_learnt_may_help_with_what_is_wanted(ring, make_user):
    wanted, person = make_skill(), make_user()
    make_listing(person, skill=ring.skills[2])
    make_listing(person, skill=wanted, kind=WANT)
    swap = declined(ring)
    assert mend_circle(swap=swap) is None
    SkillSimilarity.objects.create(wanted=wanted, taught=ring.skills[1], weight=20)
    mended = mend_circle(swap=swap)
    assert (ring.people[1], person, ring.skills[1]) in [leg[:3] for leg in terms(mended)]


@pytest.mark.parametrize(
    "lost",
    [
        lambda ring, person: pause_listing(by=person, listing=person.skillswap_listings.get(kind="offer")),
        lambda ring, person: pause_listing(by=person, listing=person.skillswap_listings.get(kind="want")),
        lambda ring, person: update_profile(by=person, visibility=Profile.Visibility.CONNECTIONS),
        lambda ring, person: update_profile(by=ring.people[1], visibility=Profile.Visibility.CONNECTIONS),
        lambda ring, person: dismiss_member(by=ring.people[0], member=person),
        lambda ring, person: dismiss_member(by=ring.people[1], member=person),
        lambda ring, person: dismiss_member(by=person, member=ring.people[1]),
        lambda ring, person: type(person).objects.filter(pk=person.pk).update(is_active=False),
        lambda ring, person: person.delete(),
    ],
    ids=[
        "offer paused", "want paused", "hides", "is not found", "dismissed by the first", "dismissed by the second",
        "dismissed one of them", "deactivated", "left",
    ],
)  # fmt: skip
def test_who_does_not_come_into_question(ring, substitute, lost):
    person, swap = substitute(), declined(ring)
    lost(ring, person)
    assert mend_circle(swap=swap) is None
    assert Swap.objects.count() == 1


@pytest.mark.parametrize(
    "hiding", ["tests.exchange.api_client.Hiding", "tests.matching.test_mending.Asymmetric"], indirect=True
)
def test_whom_a_policy_hides_does_not_come_into_question(ring, substitute, hiding):
    """Nor who would not find the others."""
    best, other, swap = substitute(level="expert"), substitute(), declined(ring)
    hiding.hidden.append(best)
    assert other in people_in(mend_circle(swap=swap))


def test_others_who_may_not_meet_any_more_share_no_circle(ring, substitute, hiding):
    substitute()
    swap = declined(ring)
    hiding.hidden.append(ring.people[1])
    assert mend_circle(swap=swap) is None


def test_nobody_in_the_circle_stands_in_for_another(ring):
    stand_in(ring, 2, ring.people[1])
    assert mend_circle(swap=declined(ring)) is None


def test_the_next_is_asked_where_the_exchange_refuses_the_first(ring, substitute):
    """The best is asked the same already, by one of the others."""
    best, other = substitute(level="expert"), substitute()
    people = [*ring.people[:2], best]
    legs = [
        LegTerms(giver=giver, receiver=receiver, skill=skill)
        for giver, receiver, skill in zip(people, [*people[1:], people[0]], ring.skills, strict=True)
    ]
    propose_swap(by=people[1], legs=legs)
    assert other in people_in(mend_circle(swap=declined(ring)))


# How often, and what is not mended


def decline_again(mended, by):
    return mend_circle(swap=decline_swap(swap=mended, by=by))


@pytest.mark.parametrize("days", [0, 7])
def test_nobody_who_declined_is_asked_again(ring, substitute, days):
    """Whether or not the site lets them be asked again by others."""
    with override_skillswap(EXCHANGE_REFUSAL_COOLDOWN_DAYS=days):
        _decline_one_after_the_other(ring, substitute)


def _decline_one_after_the_other(ring, substitute):
    best, other = substitute(level="expert"), substitute()
    mended = mend_circle(swap=declined(ring))
    again = decline_again(mended, best)
    assert decisions(again) == {ring.people[0]: "accepted", ring.people[1]: "accepted", other: "pending"}
    assert decline_again(again, other) is None


@pytest.mark.parametrize("repairs", range(3))
def test_a_circle_is_mended_so_often(ring, substitute, repairs):
    people = {substitute() for _ in range(4)}
    with override_skillswap(MATCHING_CIRCLE_REPAIRS=repairs):
        swap = declined(ring)
        for _ in range(repairs):
            swap = mend_circle(swap=swap)
            (asked,) = people & people_in(swap)
            swap = decline_swap(swap=swap, by=asked)
        assert mend_circle(swap=swap) is None
    assert Swap.objects.count() == 1 + repairs


def test_two_of_three_may_decline_one_after_the_other(ring, substitute):
    """Also one who had not answered the first time."""
    other, another = substitute(), substitute(1)
    mended = mend_circle(swap=declined(ring, accepted=()))
    again = decline_again(mended, ring.people[1])
    assert decisions(again) == {ring.people[0]: "accepted", other: "pending", another: "pending"}


def test_only_a_refused_circle_is_mended(ring, substitute):
    substitute()
    swap = ring.propose()
    assert mend_circle(swap=swap) is None
    assert mend_circle(swap=cancel_swap(swap=swap, by=ring.people[0])) is None
    swap = ring.propose()
    Swap.objects.filter(pk=swap.pk).update(deadline=timezone.now())
    expire_due_swaps()
    assert mend_circle(swap=swap) is None
    for kind in ("barter", "gift"):
        assert mend_circle(swap=make_swap(ring.people[:2], kind=kind, status="declined")) is None


@pytest.mark.parametrize(("days", "is_mended"), [(13, True), (14, False)])
def test_a_refusal_that_is_long_past_stands(ring, substitute, days, is_mended):
    """Word of it may come late, as events can be delivered again."""
    substitute()
    swap = declined(ring)
    Swap.objects.filter(pk=swap.pk).update(closed_at=timezone.now() - timedelta(days=days))
    assert (mend_circle(swap=swap) is not None) == is_mended


@pytest.mark.parametrize("place", range(2))
def test_without_the_offers_of_the_others_it_is_over(ring, substitute, place):
    substitute()
    swap = declined(ring)
    pause_listing(by=ring.people[place], listing=ring.offer(place))
    assert mend_circle(swap=swap) is None


def test_who_does_not_want_what_they_would_learn_is_kept_in_no_circle(ring, substitute):
    substitute()
    swap = declined(ring)
    pause_listing(by=ring.people[1], listing=ring.want(1))
    assert mend_circle(swap=swap) is None


def test_who_proposed_it_has_said_what_they_want(ring, substitute):
    """Also where they list it nowhere, and of a circle that goes on from theirs."""
    best, other = substitute(level="expert"), substitute()
    pause_listing(by=ring.people[0], listing=ring.want(0))
    mended = mend_circle(swap=declined(ring))
    assert best in people_in(mended)
    assert other in people_in(decline_again(mended, best))


def test_with_somebody_else_gone_too_it_is_over(ring, substitute):
    substitute()
    swap = declined(ring)
    ring.people[1].delete()
    assert mend_circle(swap=swap) is None


def test_who_declined_and_left_is_replaced_all_the_same(ring, substitute):
    other, swap = substitute(), declined(ring)
    ring.people[2].delete()
    assert other in people_in(mend_circle(swap=swap))


def test_after_a_change_the_changed_terms_go_on(ring, substitute):
    """The second turned it round: everybody learns from whom they would have taught."""
    other, swap = substitute(), ring.propose()
    for place, person in [*enumerate(ring.people), (2, other)]:
        make_listing(person, skill=ring.skills[place - 1])
        make_listing(person, skill=ring.skills[place], kind=WANT)
    turned = [LegTerms(giver=leg.receiver, receiver=leg.giver, skill=leg.skill) for leg in ring.terms(by_offers=False)]
    change_swap(swap=swap, by=ring.people[1], version=1, legs=turned)
    mended = mend_circle(swap=decline_swap(swap=swap, by=ring.people[2]))
    assert decisions(mended) == {ring.people[0]: "pending", ring.people[1]: "accepted", other: "pending"}
    assert (other, ring.people[1], ring.skills[1]) in [leg[:3] for leg in terms(mended)]


# For points


def price(ring, place, points):
    update_listing(by=ring.people[place], listing=ring.offer(place), price_points=points)


def test_where_nobody_fits_the_leg_that_is_left_goes_on_for_points(ring, points):
    swap = declined(ring)
    price(ring, 0, 30)
    mended = mend_circle(swap=swap)
    first, second, _last = ring.people
    assert (mended.kind, mended.replaces, mended.proposed_by) == ("points", swap, None)
    assert terms(mended) == [(first, second, ring.skills[0], 30, ring.offer(0))]
    assert decisions(mended) == {first: "pending", second: "pending"}
    assert mend_circle(swap=swap) == mended
    assert decline_again(mended, second) is None


def test_somebody_who_fits_comes_before_points(ring, substitute, points):
    price(ring, 0, 30)
    other = substitute()
    assert other in people_in(mend_circle(swap=declined(ring)))


def test_points_where_another_listing_is_gone(ring, substitute, points):
    substitute()
    swap = declined(ring)
    price(ring, 0, 30)
    pause_listing(by=ring.people[1], listing=ring.offer(1))
    assert mend_circle(swap=swap).kind == "points"


@pytest.mark.parametrize("free", [None, 0])
def test_an_offer_without_a_price_is_not_sold(ring, points, free):
    swap = declined(ring)
    price(ring, 0, free)
    assert mend_circle(swap=swap) is None


def test_without_a_settlement_of_points_none_are_asked_for(ring):
    swap = declined(ring)
    price(ring, 0, 30)
    assert mend_circle(swap=swap) is None


def test_what_is_not_wanted_any_more_is_not_sold(ring, points):
    swap = declined(ring)
    price(ring, 0, 30)
    pause_listing(by=ring.people[1], listing=ring.want(1))
    assert mend_circle(swap=swap) is None


def test_of_a_larger_circle_the_first_leg_with_a_price_goes_on(make_user, ring, points):
    large = make_ring(make_user, size=5)
    for place in (1, 2, 3):
        price(large, place, 10 * place)
    swap = declined(large, place=4)
    pause_listing(by=large.people[1], listing=large.offer(1))
    mended = mend_circle(swap=swap)
    assert terms(mended) == [(large.people[2], large.people[3], large.skills[2], 20, large.offer(2))]


def test_points_are_no_way_round_the_limit(ring, points):
    price(ring, 0, 30)
    with override_skillswap(MATCHING_CIRCLE_REPAIRS=0):
        assert mend_circle(swap=declined(ring)) is None
