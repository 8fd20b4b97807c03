"""Cosine similarity as an earlier system had it: likeness first, whether it helps or not."""

from __future__ import annotations

import math
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from skillswap_kit.matching.backends.cosine import CosineMatcher, cosines
from skillswap_kit.matching.matches import Member

from .populations import Person, populate

pytestmark = pytest.mark.django_db


def test_the_score_is_the_cosine_of_offers_and_wants_in_one_vector():
    seeker, other = Member(number=1, offers={1: 60}, wants={2: 80}), Member(number=2, offers={2: 30}, wants={3: 40})
    assert cosines(seeker, [other, seeker]) == pytest.approx([80 * 30 / (100 * 50), 1.0])


def test_a_skill_on_both_sides_is_added():
    seeker, other = Member(number=1, offers={1: 60}, wants={1: 40}), Member(number=2, offers={1: 60}, wants={2: 80})
    assert cosines(seeker, [other]) == pytest.approx([0.6])


def test_who_is_like_oneself_comes_before_who_has_more_to_give():
    seeker = Person(offers={0: "expert"}, wants={1: 5})
    alike = Person(offers={1: "beginner"}, wants={0: 2})
    generous = Person(offers={1: "expert", 2: "expert", 3: "expert"}, wants={0: 5, 4: 5, 5: 5})
    world = populate([seeker, generous, alike])
    found = CosineMatcher("cosine").rank(world.member(0), limit=10)
    assert [one.number for one in found] == [world.profiles[2].pk, world.profiles[1].pk]
    assert [one.gets for one in found] == [400_000, 1_000_000]
    assert found[0].score == pytest.approx(1.0)
    assert found[1].score == pytest.approx(2 / math.sqrt(2 * 6))


def test_whose_vectors_do_not_meet_two_sided_is_left_out():
    world = populate([Person(offers={0: "expert"}, wants={1: 5}), Person(offers={0: "expert"}, wants={1: 5})])
    assert CosineMatcher("cosine").rank(world.member(0), limit=10) == []


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    world = populate([Person(offers={0: "expert"}, wants={1: 5}), Person(offers={1: "expert"}, wants={0: 5})])
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install \"skillswap-kit\[matching\]\""):
        CosineMatcher("cosine").rank(world.member(0), limit=10)
