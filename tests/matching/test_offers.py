"""Offers beside another one, and skills of which many listings are new."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from skillswap_kit.exchange.models import Listing, Profile, Skill
from skillswap_kit.exchange.services import deactivate_member, pause_listing, remove_listing, update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.services import dismiss_member, similar_offers, trending_skills
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding

from .seekers import WANT

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()


@pytest.fixture
def guitar(db):
    return make_skill("Guitar")


@pytest.fixture
def teacher(make_user, guitar):
    """Makes an offer of the guitar, or of ``skill``."""

    def make(*, skill=None, rating=None, **fields):
        user = make_user()
        make_member(user)
        Profile.objects.filter(user=user.pk).update(rating=rating)
        return make_listing(user, skill=skill or guitar, **fields)

    return make


def similar(listing, *, viewer=STRANGER, **options):
    return similar_offers(viewer=viewer, listing=listing, **options)


@pytest.fixture
def two(make_user):
    """Makes two members."""

    def make():
        users = [make_user(), make_user()]
        for user in users:
            make_member(user)
        return users

    return make


# Similar offers


def test_the_best_offers_of_the_same_skill_come_first(teacher):
    listing = teacher()
    offers = [
        teacher(level="expert"),
        teacher(level="beginner", rating=4.5),
        teacher(level="beginner", rating=3.5),
        teacher(level="beginner"),
    ]
    newest = teacher(level="beginner")
    assert similar(listing) == [*offers[:3], newest, offers[3]]
    assert similar(listing, limit=2) == offers[:2]


def test_what_helps_comes_after_it_the_most_helpful_first(teacher, guitar):
    ukulele, drums, unlike = make_skill("Ukulele"), make_skill("Drums"), make_skill("Knitting")
    SkillSimilarity.objects.create(wanted=guitar, taught=drums, weight=20)
    SkillSimilarity.objects.create(wanted=guitar, taught=ukulele, weight=50)
    # The guitar helps with knitting; knitting does not help with the guitar.
    SkillSimilarity.objects.create(wanted=unlike, taught=guitar, weight=60)
    listing = teacher()
    helpful = [teacher(skill=ukulele), teacher(skill=drums, level="expert")]
    teacher(skill=unlike)
    same = teacher()
    assert similar(listing) == [same, *helpful]


def test_neither_ones_own_nor_more_of_the_same_owner(teacher, guitar):
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=guitar, taught=ukulele, weight=50)
    listing, own, other = teacher(), teacher(), teacher()
    make_listing(listing.owner, skill=ukulele)
    assert similar(listing, viewer=own.owner) == [other]
    assert similar(listing, viewer=listing.owner) == [other, own]


def test_wants_and_offers_out_of_force_are_left_out(teacher, make_user, guitar):
    listing, paused, removed = teacher(), teacher(), teacher()
    pause_listing(by=paused.owner, listing=paused)
    remove_listing(by=removed.owner, listing=removed)
    make_listing(make_user(), skill=guitar, kind=WANT)
    assert similar(listing) == []


def test_whom_one_cannot_find_or_dismissed_is_left_out(teacher, make_user, staff):
    listing, hidden, recluse, closed, members_only, dismissed = (teacher() for _ in range(6))
    update_profile(by=recluse.owner, visibility="connections")
    update_profile(by=members_only.owner, visibility="members")
    deactivate_member(by=staff, member=closed.owner)
    viewer = make_user()
    dismiss_member(by=viewer, member=dismissed.owner)
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden.owner]
        try:
            assert similar(listing, viewer=viewer) == [members_only]
            assert members_only not in similar(listing)
        finally:
            Hiding.hidden = []


def test_strangers_see_offers_only_where_they_may_browse(teacher, make_user):
    listing, other = teacher(), teacher()
    with override_skillswap(PUBLIC_BROWSING=False):
        assert similar(listing) == []
        assert trending_skills(viewer=STRANGER) == []
        assert similar(listing, viewer=make_user()) == [other]
        assert trending_skills(viewer=make_user())


def test_a_listing_of_a_want_has_offers_beside_it(teacher, make_user, guitar):
    offer = teacher()
    want = make_listing(make_user(), skill=guitar, kind=WANT)
    assert similar(want) == [offer]


@pytest.mark.parametrize("number", [2, 20])
def test_similar_offers_take_the_same_few_queries(number, teacher, django_assert_num_queries):
    listing = teacher()
    for _ in range(number):
        teacher()
    with django_assert_num_queries(3):
        for offer in similar(listing, limit=number):
            assert offer.owner.skillswap_profile.name
            assert offer.skill.category.name
            assert list(offer.images.all()) == []


# Skills that trend


def counts(**options):
    options.setdefault("viewer", STRANGER)
    return [(row.skill, row.offers, row.wants) for row in trending_skills(**options)]


def long_ago(rows, days):
    rows.update(created_at=timezone.now() - timedelta(days=days))


def test_what_is_listed_the_most_comes_first(teacher, make_user, guitar):
    chess, oud = make_skill("Chess"), make_skill("Oud")
    for skill in (chess, oud):
        teacher(skill=skill)
    for kind in ("offer", "want", "want"):
        make_listing(make_user(), skill=guitar, kind=kind)
    assert counts() == [(guitar, 1, 2), (chess, 1, 0), (oud, 1, 0)]
    assert counts(limit=1) == [(guitar, 1, 2)]


def test_a_proposal_changes_no_number_and_no_order(teacher, two, make_user, guitar):
    """Where one person teaches a skill, it would tell that they were asked, and when."""
    teacher(skill=make_skill("Chess"))
    teacher()
    before = counts(viewer=(viewer := make_user()))
    make_swap(two(), kind="gift", skills=[guitar])
    make_swap(two(), skills=[guitar, make_skill("Oud")])
    assert counts(viewer=viewer) == counts() == before


def test_what_is_older_does_not_count(teacher, guitar):
    teacher()
    long_ago(Listing.objects.all(), 31)
    assert counts() == []
    assert counts(days=32) == [(guitar, 1, 0)]


def test_what_others_do_not_see_does_not_count(teacher, make_user, guitar):
    paused, recluse, hidden = teacher(), teacher(), teacher()
    pause_listing(by=paused.owner, listing=paused)
    update_profile(by=recluse.owner, visibility="connections")
    viewer = make_user()
    assert counts(viewer=viewer) == [(guitar, 1, 0)]
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden.owner]
        try:
            assert counts(viewer=viewer) == []
        finally:
            Hiding.hidden = []


def test_only_approved_skills_trend(teacher, guitar):
    offer = teacher()
    Skill.objects.filter(pk=guitar.pk).update(status="proposed", proposed_by=offer.owner_id)
    assert counts(viewer=offer.owner) == counts() == []


@pytest.mark.parametrize("number", [2, 20])
def test_trends_take_two_queries(number, teacher, django_assert_num_queries):
    for _ in range(number):
        teacher(skill=make_skill())
    with django_assert_num_queries(2):
        assert len({row.skill.category.name for row in trending_skills(viewer=STRANGER, limit=number)}) == number
