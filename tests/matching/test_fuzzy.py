"""Likeness of names as an earlier system had it, with its mistakes."""

from __future__ import annotations

import pytest

from skillswap_kit.matching.backends.fuzzy import FuzzyMatcher, are_alike
from skillswap_kit.matching.matches import Candidate
from skillswap_kit.testing.factories import make_listing, make_skill

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        ("gradle", "oracle", True),
        ("matlab", "mariadb", True),
        ("guitar", "guitars", True),
        ("ml", "machine learning", False),
        ("cooking", "chess", False),
    ],
)
def test_names_are_alike_that_share_most_of_their_letters(name, other, alike):
    assert are_alike(name, other) == alike


def advertise(user, *, offers=(), wants=()):
    for skill in offers:
        make_listing(user, skill=skill, kind="offer")
    for skill in wants:
        make_listing(user, skill=skill, kind="want")


def found_by(seeker):
    matcher = FuzzyMatcher("fuzzy")
    return matcher.rank(matcher.member(seeker), limit=10)


def test_the_score_counts_the_pairs_of_both_ways(make_user):
    guitar, guitars, cooking, home_cooking = map(make_skill, ("Guitar", "Guitars", "Cooking", "Home cooking"))
    seeker, other = make_user(), make_user()
    advertise(seeker, offers=[cooking], wants=[guitar])
    advertise(other, offers=[guitar, guitars], wants=[home_cooking])
    number = other.skillswap_profile.pk
    assert found_by(seeker) == [Candidate(number=number, score=3.0, gets=2_000_000, gives=1_000_000)]


def test_levels_and_priorities_do_not_count(make_user):
    guitar, cooking = map(make_skill, ("Guitar", "Cooking"))
    seeker, first, second = (make_user() for _ in range(3))
    advertise(seeker, offers=[cooking], wants=[guitar])
    for user, level in ((first, "beginner"), (second, "expert")):
        make_listing(user, skill=guitar, level=level)
        make_listing(user, skill=cooking, kind="want", priority=5)
    assert [one.score for one in found_by(seeker)] == [2.0, 2.0]


def test_one_way_alone_is_no_match(make_user):
    guitar, cooking = map(make_skill, ("Guitar", "Cooking"))
    seeker, other = make_user(), make_user()
    advertise(seeker, offers=[cooking], wants=[guitar])
    advertise(other, offers=[guitar])
    assert found_by(seeker) == []
