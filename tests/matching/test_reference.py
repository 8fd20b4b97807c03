"""The oracle says what the definition says: figures worked out by hand."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.matches import Candidate, Rank
from skillswap_kit.testing.settings import override_skillswap

from .populations import Person, populate

pytestmark = pytest.mark.django_db

TEACHES_0_WANTS_1 = Person(offers={0: "expert"}, wants={1: 5})
TEACHES_1_WANTS_0 = Person(offers={1: "expert"}, wants={0: 5})


def ranked(world, seeker=0, *, limit=10, after=None):
    return ReferenceMatcher("reference").rank(world.member(seeker), limit=limit, after=after)


def test_a_perfect_pair_is_worth_one():
    world = populate([TEACHES_0_WANTS_1, TEACHES_1_WANTS_0])
    number = world.profiles[1].pk
    assert ranked(world) == [Candidate(number=number, score=1.0, gets=1_000_000, gives=1_000_000)]


def test_levels_priorities_and_both_sides_count():
    world = populate([TEACHES_0_WANTS_1, Person(offers={1: "beginner"}, wants={0: 3})])
    [found] = ranked(world)
    assert (found.gets, found.gives) == (400_000, 600_000)
    assert found.score == pytest.approx(2 * 0.4 * 0.6 / (0.4 + 0.6))


def test_a_similar_skill_counts_by_its_weight_in_one_direction_only():
    world = populate([TEACHES_0_WANTS_1, Person(offers={2: "expert"}, wants={0: 5})], similar={(1, 2): 50})
    [found] = ranked(world)
    assert (found.gets, found.gives) == (500_000, 1_000_000)
    world = populate([TEACHES_0_WANTS_1, Person(offers={2: "expert"}, wants={0: 5})], similar={(2, 1): 50})
    assert ranked(world) == []


def test_what_staff_say_does_not_help_does_not():
    world = populate([TEACHES_0_WANTS_1, Person(offers={2: "expert"}, wants={0: 5})], similar={(1, 2): 0})
    assert ranked(world) == []


def test_only_the_most_similar_skills_count():
    world = populate([TEACHES_0_WANTS_1, Person(offers={3: "expert"}, wants={0: 5})], similar={(1, 2): 50, (1, 3): 50})
    assert len(ranked(world)) == 1
    with override_skillswap(MATCHING_MAX_SIMILAR=1):
        assert ranked(world) == []


def test_who_is_asked_by_many_comes_later():
    world = populate([TEACHES_0_WANTS_1, Person(**{**vars(TEACHES_1_WANTS_0), "asked": 2}), TEACHES_1_WANTS_0])
    assert [found.score for found in ranked(world)] == [1.0, 1.0 / 1.1]
    assert [found.number for found in ranked(world)] == [world.profiles[2].pk, world.profiles[1].pk]


def test_activity_counts_where_the_site_says_so():
    active = Person(**{**vars(TEACHES_1_WANTS_0), "done": 30})
    world = populate([TEACHES_0_WANTS_1, TEACHES_1_WANTS_0, active])
    assert [found.score for found in ranked(world)] == [1.0, 1.0]
    scoring = {"BACKEND": "skillswap_kit.matching.scoring.Scoring", "OPTIONS": {"activity_factor": 0.5}}
    with override_skillswap(MATCHING_SCORING={"default": scoring}):
        assert [found.score for found in ranked(world)] == [1.5, 1.0]


def test_a_level_that_is_worth_nothing_fits_nobody():
    levels = {"beginner": 0, "intermediate": 0.5, "advanced": 0.8, "expert": 1}
    scoring = {"BACKEND": "skillswap_kit.matching.scoring.Scoring", "OPTIONS": {"levels": levels}}
    world = populate([TEACHES_0_WANTS_1, Person(offers={1: "beginner"}, wants={0: 5})])
    with override_skillswap(MATCHING_SCORING={"default": scoring}):
        assert ranked(world) == []


def test_one_side_alone_is_no_match():
    world = populate([TEACHES_0_WANTS_1, Person(offers={1: "expert"}), Person(wants={0: 5})])
    assert ranked(world) == []


def test_of_equals_the_older_member_comes_first_and_pages_go_on_behind():
    world = populate([TEACHES_0_WANTS_1, TEACHES_1_WANTS_0, TEACHES_1_WANTS_0, TEACHES_1_WANTS_0])
    numbers = [profile.pk for profile in world.profiles[1:]]
    assert [found.number for found in ranked(world)] == numbers
    assert [found.number for found in ranked(world, limit=2)] == numbers[:2]
    assert [found.number for found in ranked(world, after=Rank(score=1.0, number=numbers[0]))] == numbers[1:]


def test_an_unknown_alias_is_named():
    from skillswap_kit.matching.matchers import get_matcher

    assert get_matcher("reference").alias == "reference"
    with pytest.raises(ImproperlyConfigured, match="'oracle'"):
        get_matcher("oracle")
