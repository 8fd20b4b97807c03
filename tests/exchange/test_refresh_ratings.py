"""``skillswap_refresh_ratings``: stored ratings follow the settings."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from skillswap_kit.exchange.management.commands import skillswap_refresh_ratings
from skillswap_kit.exchange.models import Profile, Swap
from skillswap_kit.testing.factories import make_member
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_review, make_swap

pytestmark = pytest.mark.django_db


def refresh() -> str:
    out = StringIO()
    call_command("skillswap_refresh_ratings", stdout=out, no_color=True)
    return out.getvalue()


def ratings(*people):
    return [Profile.objects.get(user=person).rating for person in people]


@pytest.fixture
def pair(make_user):
    people = [make_user(), make_user()]
    swap = make_swap(people, status=Swap.Status.COMPLETED)
    make_review(swap, by=people[0], rating=5)
    make_review(swap, by=people[1], rating=2)
    return people


def test_ratings_follow_a_changed_prior(pair):
    with override_skillswap(EXCHANGE_RATING_PRIOR_WEIGHT=0):
        assert ratings(*pair) == [pytest.approx(19.5 / 6), pytest.approx(22.5 / 6)]
        assert refresh() == "Ratings worked out again: 2\n"
        assert ratings(*pair) == [2, 5]


def test_hidden_reviews_and_members_without_any_do_not_count(make_user):
    people = [make_user(), make_user()]
    swap = make_swap(people, status=Swap.Status.COMPLETED)
    make_review(swap, by=people[0], rating=5)
    make_member(people[1])
    assert refresh() == "Ratings worked out again: 0\n"
    assert ratings(people[1]) == [None]


def test_it_says_how_far_it_is(pair, monkeypatch):
    monkeypatch.setattr(skillswap_refresh_ratings, "PROGRESS_EVERY", 1)
    assert refresh() == "1 of 2\n2 of 2\nRatings worked out again: 2\n"
