"""Circles as members are shown them, and proposing one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.exchange.exceptions import AlreadyProposed, CannotContact
from skillswap_kit.exchange.models import Profile, Swap
from skillswap_kit.exchange.services import accept_swap, decline_swap, pause_listing, update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.services.circles import propose_circle, suggest_circles
from skillswap_kit.matching.services.dismissing import dismiss_member
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding

from .rings import WANT, make_ring, stand_in
from .seekers import always_fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(make_user):
    """The last one teaches the first, who teaches the second, who teaches the last."""
    with always_fresh():
        yield make_ring(make_user)


@pytest.fixture
def join(make_user, ring):
    """Makes somebody who could have this place in the ring."""

    def make(place, **listed):
        person = make_user()
        make_member(person)
        return stand_in(ring, place, person, **listed)

    return make


@pytest.fixture
def hiding():
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = []
        yield Hiding.hidden
        Hiding.hidden = []


def shown(circles):
    return [(circle.teacher, circle.pupil) for circle in circles]


def propose(ring, **changes):
    first, second, last = ring.people
    skills = [ring.skills[2].pk, ring.skills[1].pk, ring.skills[0].pk]
    return propose_circle(**{"by": first, "teacher": last, "pupil": second, "skills": skills, **changes})


# What is suggested


def test_a_circle_names_its_people_and_skills(ring):
    first, second, last = ring.people
    (circle,) = suggest_circles(by=first)
    assert [(leg.giver, leg.receiver, leg.taught) for leg in circle.legs] == [
        (last, first, ring.skills[2]),
        (second, last, ring.skills[1]),
        (first, second, ring.skills[0]),
    ]
    assert all(leg.wanted == leg.taught for leg in circle.legs)
    assert (circle.teacher, circle.pupil) == (last, second)
    assert circle.score == pytest.approx((0.4 * 0.6) ** 3)


def test_what_helps_closes_a_circle_and_is_told_apart_from_what_is_wanted(ring):
    second, wanted = ring.people[1], make_skill()
    pause_listing(by=second, listing=ring.want(1))
    make_listing(second, skill=wanted, kind=WANT)
    assert suggest_circles(by=ring.people[0]) == []
    SkillSimilarity.objects.create(wanted=wanted, taught=ring.skills[0], weight=50)
    (circle,) = suggest_circles(by=ring.people[0])
    assert (circle.legs[2].taught, circle.legs[2].wanted) == (ring.skills[0], wanted)
    assert propose(ring).kind == Swap.Kind.CIRCLE


def test_the_best_stand_first(ring, join):
    better, best = join(2, level="intermediate"), join(2, level="expert")
    people = ring.people
    found = shown(suggest_circles(by=people[0]))
    assert found == [(best, people[1]), (better, people[1]), (people[2], people[1])]
    assert shown(suggest_circles(by=people[0], limit=2)) == found[:2]


def test_the_score_does_not_tell_what_waits_for_somebody_though_the_order_heeds_it(ring, join):
    other, last = join(2, level="intermediate"), ring.people[2]
    for _ in range(2):
        make_swap([ring.people[1], other])
    found = suggest_circles(by=ring.people[0])
    assert shown(found)[0][0] == other
    for _ in range(10):
        make_swap([ring.people[1], other])
    again = suggest_circles(by=ring.people[0])
    assert shown(again)[0][0] == last
    assert [circle.score for circle in again] == [circle.score for circle in reversed(found)]


def test_a_skill_narrows_the_circles_to_those_in_which_one_learns_it(ring, make_user):
    first, second, last = ring.people
    unlisted = make_skill()
    teacher = make_user()
    make_member(teacher)
    make_listing(teacher, skill=unlisted)
    make_listing(teacher, skill=ring.skills[1], kind=WANT)
    assert shown(suggest_circles(by=first)) == [(last, second)]
    assert shown(suggest_circles(by=first, skill=unlisted)) == [(teacher, second)]
    assert shown(suggest_circles(by=first, skill=ring.skills[2])) == [(last, second)]
    assert suggest_circles(by=first, skill=make_skill()) == []


def test_what_one_asks_for_can_be_proposed_without_listing_it(ring):
    pause_listing(by=ring.people[0], listing=ring.want(0))
    assert suggest_circles(by=ring.people[0]) == []
    (circle,) = suggest_circles(by=ring.people[0], skill=ring.skills[2])
    assert propose(ring, teacher=circle.teacher, pupil=circle.pupil).status == Swap.Status.PROPOSED


def test_a_matcher_without_circles_suggests_none(ring):
    fuzzy = {"BACKEND": "skillswap_kit.matching.backends.fuzzy.FuzzyMatcher"}
    with override_skillswap(MATCHING_BACKENDS={"default": fuzzy}):
        assert suggest_circles(by=ring.people[0]) == []


def test_who_lists_nothing_is_suggested_nothing(ring, make_user):
    assert suggest_circles(by=make_user()) == []
    assert suggest_circles(by=make_user(), skill=ring.skills[0]) == []


def test_nobody_hidden_or_dismissed_is_in_a_circle(ring, join, hiding):
    first, second, last = ring.people
    other = join(2)
    hiding.append(last)
    assert shown(suggest_circles(by=first)) == [(other, second)]
    dismiss_member(by=first, member=other)
    assert suggest_circles(by=first) == []


def test_a_circle_that_waits_or_was_just_refused_gives_way_to_the_next(ring, join):
    other = join(2)
    first, second, last = ring.people
    swap = propose(ring)
    assert shown(suggest_circles(by=first, limit=1)) == [(other, second)]
    decline_swap(swap=swap, by=second)
    assert shown(suggest_circles(by=first, limit=1)) == [(other, second)]
    Swap.objects.filter(pk=swap.pk).update(closed_at=timezone.now() - timedelta(days=8))
    assert shown(suggest_circles(by=first, limit=1)) == [(last, second)]


def test_somebody_who_left_since_the_matcher_looked_leaves_a_gap(ring, join, monkeypatch):
    from skillswap_kit.matching.backends.sql import SqlMatcher

    join(2)
    found = SqlMatcher.circles

    def circles(self, user, **asked):
        circles = found(self, user, **asked)
        ring.people[2].delete()
        return circles

    monkeypatch.setattr(SqlMatcher, "circles", circles)
    assert len(suggest_circles(by=ring.people[0])) == 1


def queries(ring, *, circles):
    with CaptureQueriesContext(connection) as captured:
        found = suggest_circles(by=ring.people[0], limit=10)
        assert all(leg.giver.skillswap_profile.name for circle in found for leg in circle.legs)
    assert len(found) == circles
    return len(captured)


def test_however_many_circles_take_the_same_few_queries(ring, join):
    """Most are the matcher's and ask who may see whom; one finds those that wait, two the names."""
    few = queries(ring, circles=1)
    for _ in range(5):
        join(2)
    assert queries(ring, circles=6) == few <= 11


# Proposing


def test_a_proposed_circle_is_a_swap_by_the_offers_of_all_three(ring):
    swap = propose(ring, message="Shall we?", days=3)
    assert (swap.kind, swap.proposed_by) == (Swap.Kind.CIRCLE, ring.people[0])
    legs = [(leg.giver.user, leg.receiver.user, leg.skill, leg.listing) for leg in swap.legs.all()]
    first, second, last = ring.people
    assert legs == [
        (last, first, ring.skills[2], ring.offer(2)),
        (second, last, ring.skills[1], ring.offer(1)),
        (first, second, ring.skills[0], ring.offer(0)),
    ]
    assert swap.proposals.get().message == "Shall we?"
    assert (swap.deadline - timezone.now()).days == 2
    for person in (second, last):
        swap = accept_swap(swap=swap, by=person)
    assert swap.status == Swap.Status.ACCEPTED


def test_the_same_circle_is_proposed_once(ring):
    propose(ring)
    with pytest.raises(AlreadyProposed):
        propose(ring)


def gone(ring, **changes):
    with pytest.raises(InvalidInput) as caught:
        propose(ring, **changes)
    assert not Swap.objects.exists()
    return list(caught.value.fields)


@pytest.mark.parametrize("place", range(3))
def test_an_offer_that_is_gone_ends_the_circle(ring, place):
    pause_listing(by=ring.people[place], listing=ring.offer(place))
    assert gone(ring) == ["skills"]


@pytest.mark.parametrize("place", [1, 2])
def test_a_want_of_the_others_that_is_gone_ends_it(ring, place):
    pause_listing(by=ring.people[place], listing=ring.want(place))
    assert gone(ring) == ["skills"]


def test_skills_that_nobody_offers_make_no_circle(ring):
    for skills in ([ring.skills[0].pk] * 3, [ring.skills[0].pk, ring.skills[1].pk, ring.skills[2].pk], [1, 2, 2**40]):
        assert gone(ring, skills=skills) == ["skills"]
    assert gone(ring, skills=[ring.skills[2].pk]) == ["skills"]


def test_a_circle_takes_three_people(ring):
    first, second, last = ring.people
    for people in ({"teacher": first}, {"pupil": first}, {"pupil": last}, {"teacher": second}):
        assert gone(ring, **people) == ["pupil"]


def test_whoever_cannot_find_another_is_asked_into_no_circle(ring):
    """Also where only the two others may not meet; why, nobody is told."""
    for person in ring.people[1:]:
        update_profile(by=person, visibility=Profile.Visibility.CONNECTIONS)
        assert gone(ring) == ["skills"]
        update_profile(by=person, visibility=Profile.Visibility.MEMBERS)
    assert propose(ring)


def test_two_who_may_not_find_each_other_are_not_brought_together(ring):
    """Though the one who asks is connected with the one who hides."""
    first, _second, last = ring.people
    make_swap([first, last], status=Swap.Status.ACCEPTED)
    update_profile(by=last, visibility=Profile.Visibility.CONNECTIONS)
    with pytest.raises(InvalidInput):
        propose(ring)
    assert not Swap.objects.filter(kind=Swap.Kind.CIRCLE).exists()


def test_who_hides_may_ask_all_the_same(ring):
    """As for a swap of two."""
    update_profile(by=ring.people[0], visibility=Profile.Visibility.CONNECTIONS)
    assert suggest_circles(by=ring.people[0])
    assert propose(ring)


def test_whom_a_policy_hides_is_not_asked(ring, hiding):
    hiding.append(ring.people[1])
    with pytest.raises((InvalidInput, CannotContact)):
        propose(ring)
    assert not Swap.objects.exists()
