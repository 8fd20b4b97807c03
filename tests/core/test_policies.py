"""Contact policies: one answer for seeing and for reaching."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings

from skillswap_kit.core.policies import BaseContactPolicy, hidden_among, may_contact
from skillswap_kit.exchange.models import Connection, Listing, Profile, Review
from skillswap_kit.testing.factories import make_listing, make_member

pytestmark = pytest.mark.django_db

HIDDEN = set()


class HidesSome(BaseContactPolicy):
    """Hides the pairs that a test put down."""

    def hidden_from(self, user):
        partners = {other for pair in HIDDEN if user.pk in pair for other in pair} - {user.pk}
        return type(user)._default_manager.filter(pk__in=partners).values("pk")


@pytest.fixture
def hide():
    HIDDEN.clear()
    with override_settings(SKILLSWAP_KIT={"CONTACT_POLICIES": [f"{__name__}.HidesSome"]}):
        yield lambda one, other: HIDDEN.add(frozenset({one.pk, other.pk}))


@pytest.fixture
def pair(make_user):
    people = [make_user("amina"), make_user("bruno")]
    for person in people:
        make_member(person)
        make_listing(person)
    return people


def sees(viewer, user):
    listed = Listing.objects.visible_to(viewer).filter(owner=user).exists()
    assert Profile.objects.visible_to(viewer).filter(user=user).exists() is listed
    return listed


def test_without_policies_everybody_meets(pair):
    one, other = pair
    assert may_contact(one, other)
    assert sees(one, other)


def test_hidden_people_are_neither_seen_nor_reached_from_either_side(pair, hide, make_user):
    one, other = pair
    hide(one, other)
    assert not may_contact(one, other)
    assert not may_contact(other, one)
    assert not sees(one, other)
    assert not sees(other, one)
    assert hidden_among(one, {other.pk, make_user().pk}) == {other.pk}


def test_everybody_sees_themselves_and_strangers_are_asked_nothing(pair, hide):
    one, other = pair
    hide(one, other)
    assert sees(one, one)
    assert sees(AnonymousUser(), other)
    assert hidden_among(AnonymousUser(), {other.pk}) == set()


def test_hidden_connections_and_reviews_are_not_shown(pair, hide):
    one, other = pair
    Connection.objects.create(pair_key="x", first=one, second=other)
    assert Connection.objects.visible_to(one).exists()
    hide(one, other)
    assert not Connection.objects.visible_to(one).exists()
    assert not Review.objects.visible_to(one).exists()


def test_a_deactivated_account_is_found_nowhere(pair):
    one, other = pair
    other.is_active = False
    other.save()
    assert not may_contact(one, other)
    assert not sees(one, other)
    assert not sees(AnonymousUser(), other)


@pytest.mark.parametrize(
    ("visibility", "stranger", "member"), [("public", 1, 1), ("members", 0, 1), ("connections", 0, 0)]
)
def test_visibility(pair, visibility, stranger, member):
    one, other = pair
    make_member(other, visibility=visibility)
    assert sees(AnonymousUser(), other) == bool(stranger)
    assert sees(one, other) == bool(member)
    assert sees(other, other)
