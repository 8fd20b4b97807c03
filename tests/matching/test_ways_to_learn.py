"""How one can learn something: partners, circles, offers for points and as a gift, in one answer."""

import pytest

from skillswap_kit.core.errors import NotFound
from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.policies import NoSettlement
from skillswap_kit.exchange.services import merge_skills, update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.services import dismiss_member, ways_to_learn
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding

from .seekers import WANT

pytestmark = pytest.mark.django_db


class PointsKnown(NoSettlement):
    kinds = NoSettlement.kinds | {Swap.Kind.POINTS}


@pytest.fixture(autouse=True)
def points():
    with override_skillswap(EXCHANGE_SETTLEMENT="tests.matching.test_ways_to_learn.PointsKnown"):
        yield


@pytest.fixture
def oud(seeker):
    """Sami has not listed it."""
    return make_skill("Oud")


@pytest.fixture
def teacher(make_user):
    """Makes somebody who teaches a skill and wants nothing; the offer."""

    def make(skill, **fields):
        user = make_user()
        make_member(user)
        return make_listing(user, skill=skill, **fields)

    return make


def ways(seeker, skill, **options):
    return ways_to_learn(by=seeker.user, skill=skill, **options)


def partners(found):
    return [partner.profile.user for partner in found.partners]


# Partners


def test_who_teaches_it_and_wants_something_is_a_partner_whether_or_not_it_is_listed(seeker, match, oud):
    guitarist, player = match(), match(skill=oud)
    assert partners(ways(seeker, oud)) == [player]
    assert partners(ways(seeker, seeker.guitar)) == [guitarist]


def test_who_teaches_the_skill_itself_comes_before_who_teaches_what_helps(seeker, match, oud):
    SkillSimilarity.objects.create(wanted=oud, taught=seeker.guitar, weight=60)
    helpers = [match(level="expert") for _ in range(3)]
    beginner = match(skill=oud)
    assert partners(ways(seeker, oud)) == [beginner, *helpers]
    assert partners(ways(seeker, oud, limit=2)) == [beginner, helpers[0]]
    assert partners(ways(seeker, oud, limit=1)) == [beginner]


def test_a_partner_is_shown_with_what_of_the_skill_they_teach_listed_or_not(seeker, match, oud):
    SkillSimilarity.objects.create(wanted=oud, taught=seeker.spanish, weight=10)
    person = match(skill=oud, level="expert")
    make_listing(person, skill=seeker.guitar)
    make_listing(person, skill=seeker.spanish)
    (found,) = ways(seeker, oud).partners
    said = [(reason.kind, reason.data["wanted"]["name"], reason.data["taught"]["name"]) for reason in found.reasons]
    assert said == [("gets", "Oud", "Oud"), ("gets", "Oud", "Spanish"), ("gives", "Python", "Python")]
    assert sum(reason.data["value"] for reason in found.reasons[:2]) == pytest.approx(found.gets)
    assert found.gives == 0.48


# Circles


def test_circles_in_which_one_learns_it(seeker, make_user, oud):
    teacher, pupil = make_user(), make_user()
    drums = make_skill("Drums")
    for user, taught, wanted in ((teacher, oud, drums), (pupil, drums, seeker.python)):
        make_member(user)
        make_listing(user, skill=taught)
        make_listing(user, skill=wanted, kind=WANT)
    (circle,) = ways(seeker, oud).circles
    assert (circle.teacher, circle.pupil) == (teacher, pupil)
    assert ways(seeker, seeker.guitar).circles == []


# Offers


def test_offers_with_a_price_and_without_one(seeker, teacher, oud):
    priced, free, for_nothing = teacher(oud, price_points=20), teacher(oud), teacher(oud, price_points=0)
    found = ways(seeker, oud)
    assert found.for_points == [priced]
    assert found.as_gift == [for_nothing, free]


def test_partners_are_not_asked_for_gifts_but_may_be_paid(seeker, match, oud):
    match(skill=oud)
    paid = match(skill=oud, price_points=30)
    found = ways(seeker, oud)
    assert len(found.partners) == 2
    assert [offer.owner for offer in found.for_points] == [paid]
    assert found.as_gift == []


def test_where_the_site_knows_no_points_prices_mean_nothing(seeker, teacher, oud):
    priced = teacher(oud, price_points=20)
    with override_skillswap(EXCHANGE_SETTLEMENT="skillswap_kit.exchange.policies.NoSettlement"):
        found = ways(seeker, oud)
    assert (found.for_points, found.as_gift) == ([], [priced])


def test_offers_of_the_skill_itself_come_before_what_helps(seeker, teacher, oud):
    SkillSimilarity.objects.create(wanted=oud, taught=seeker.guitar, weight=30)
    helping, itself = teacher(seeker.guitar, level="expert"), teacher(oud)
    assert ways(seeker, oud).as_gift == [itself, helping]
    assert ways(seeker, oud, limit=1).as_gift == [itself]


def test_somebody_connected_can_still_teach(seeker, match, oud):
    friend = match(skill=oud)
    make_swap([seeker.user, friend], status="accepted")
    found = ways(seeker, oud)
    assert (found.partners, [offer.owner for offer in found.as_gift]) == ([], [friend])


# Who and what is left out


def everybody(found):
    legs = [leg for circle in found.circles for leg in circle.legs]
    offers = [offer.owner for offer in (*found.for_points, *found.as_gift)]
    return {*partners(found), *offers, *(leg.giver for leg in legs)}


def test_nobody_is_suggested_to_themselves(seeker, oud):
    make_listing(seeker.user, skill=oud)
    make_listing(seeker.user, skill=seeker.python, kind=WANT)
    assert everybody(ways(seeker, oud)) == set()


def test_whom_one_cannot_find_or_dismissed_is_in_none_of_the_ways(seeker, match, teacher, oud):
    people = [match(skill=oud) for _ in range(3)] + [teacher(oud).owner for _ in range(3)]
    people += [teacher(oud, price_points=9).owner for _ in range(3)]
    assert everybody(ways(seeker, oud)) == set(people)
    for recluse in people[::3]:
        update_profile(by=recluse, visibility="connections")
    for dismissed in people[1::3]:
        dismiss_member(by=seeker.user, member=dismissed)
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = people[2::3]
        try:
            assert everybody(ways(seeker, oud)) == set()
        finally:
            Hiding.hidden = []


def test_there_is_no_way_to_what_is_not_in_the_vocabulary(seeker, staff, oud):
    merge_skills(by=staff, skill=oud, into=seeker.guitar)
    oud.refresh_from_db()
    for skill in (oud, make_skill("Rebab", status="proposed", proposed_by=seeker.user)):
        with pytest.raises(NotFound):
            ways(seeker, skill)


def test_who_teaches_nothing_can_still_be_taught(make_user, teacher, oud):
    offer = teacher(oud)
    found = ways_to_learn(by=make_user(), skill=oud)
    assert (found.partners, found.circles, found.as_gift) == ([], [], [offer])


@pytest.mark.parametrize("number", [6, 20])
def test_it_takes_the_same_queries_however_many_there_are(
    number, seeker, match, teacher, oud, django_assert_num_queries
):
    for _ in range(number):
        match(skill=oud)
        teacher(oud)
        teacher(oud, price_points=5)
    with django_assert_num_queries(22):
        found = ways(seeker, oud)
    assert [len(way) for way in (found.partners, found.for_points, found.as_gift)] == [6, 6, 6]
