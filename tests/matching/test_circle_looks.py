"""Circles that may not be shown are replaced by others, until there are enough or no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skillswap_kit.matching.backends import base
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.backends.sql import SqlMatcher
from skillswap_kit.matching.candidates import CircleSelection
from skillswap_kit.matching.services import dismiss_member

from .populations import Person, populate

pytestmark = pytest.mark.django_db

SEEKER = Person(offers={0: "expert"}, wants={1: 5})
TEACHER = Person(offers={1: "expert"}, wants={2: 5})
PUPIL = Person(offers={2: "expert"}, wants={0: 5})
POOR_TEACHER = Person(offers={1: "beginner"}, wants={2: 1})


class Counting(SqlMatcher):
    """Remembers what it was asked."""

    def rank_circles(self, seeker, *, limit, without=()):
        self.__dict__.setdefault("asked", []).append((limit, set(without)))
        return super().rank_circles(seeker, limit=limit, without=without)


class HidesPairs(CircleSelection):
    """Those of this teacher do not see each other."""

    teachers: frozenset[int] = frozenset()

    def pairs(self, pairs):
        return {pair for pair in pairs if pair[0] not in self.teachers}


def test_people_who_are_dismissed_are_left_out_of_the_next_look():
    world = populate([SEEKER, PUPIL, *[TEACHER] * 4, POOR_TEACHER])
    for user in world.users[2:6]:
        dismiss_member(by=world.users[0], member=user)
    matcher = Counting("counting")
    [circle] = matcher.circles(world.users[0], limit=1)
    assert (circle.teacher, circle.pupil) == (world.profiles[6].pk, world.profiles[1].pk)
    first, second = matcher.asked
    assert first == (base.FIRST_LOOK, set())
    assert second[0] == base.FIRST_LOOK * base.FURTHER_LOOK
    assert second[1] <= {profile.pk for profile in world.profiles[2:6]}
    assert len(second[1]) == 3


def test_two_who_may_not_meet_make_room_for_others():
    world = populate([SEEKER, PUPIL, *[TEACHER] * 4, POOR_TEACHER])
    selection = HidesPairs(world.users[0])
    selection.teachers = frozenset(profile.pk for profile in world.profiles[2:6])
    [circle] = Counting("counting").circles(world.users[0], limit=1, selection=selection)
    assert circle.teacher == world.profiles[6].pk
    selection.teachers |= {world.profiles[6].pk}
    assert SqlMatcher("sql").circles(world.users[0], limit=1, selection=selection) == []


def test_after_so_many_circles_nobody_looks_any_further(monkeypatch):
    monkeypatch.setattr(base, "MOST_CIRCLES", 4)
    world = populate([SEEKER, PUPIL, *[TEACHER] * 4, POOR_TEACHER])
    selection = HidesPairs(world.users[0])
    selection.teachers = frozenset(profile.pk for profile in world.profiles[2:6])
    matcher = Counting("counting")
    assert matcher.circles(world.users[0], limit=1, selection=selection) == []
    assert [limit for limit, _without in matcher.asked] == [3, 4]


def test_as_many_as_are_asked_for_the_best_first():
    world = populate([SEEKER, PUPIL, *[TEACHER] * 4, POOR_TEACHER])
    for matcher in (SqlMatcher("sql"), ReferenceMatcher("reference")):
        for limit in (1, 4, 5):
            circles = matcher.circles(world.users[0], limit=limit)
            assert len(circles) == limit
            assert circles == sorted(circles, key=lambda circle: -circle.score)
        assert len(matcher.circles(world.users[0], limit=50)) == 5


def test_somebody_may_look_for_what_they_do_not_list():
    world = populate([SEEKER, PUPIL, TEACHER, Person(offers={4: "expert"}, wants={0: 5, 2: 5})])
    matcher, user = SqlMatcher("sql"), world.users[0]
    wanted = replace(matcher.member(user), wants={world.skills[4].pk: 100})
    assert [one.number for one in matcher.match(user, seeker=wanted)] == [world.profiles[3].pk]
    assert [one.teacher for one in matcher.circles(user, seeker=wanted)] == [world.profiles[3].pk]
    assert world.profiles[3].pk not in [one.teacher for one in matcher.circles(user)]


def test_whoever_offers_or_wants_nothing_costs_no_search(django_assert_max_num_queries):
    world = populate([Person(offers={0: "expert"}), PUPIL, TEACHER])
    matcher = Counting("counting")
    with django_assert_max_num_queries(2):
        assert matcher.circles(world.users[0]) == []
    assert not hasattr(matcher, "asked")


def test_circles_of_many_people_take_as_many_queries_as_those_of_few():
    asked = []
    for teachers in (2, 9):
        world = populate([SEEKER, PUPIL, *[TEACHER] * teachers])
        with CaptureQueriesContext(connection) as queries:
            assert len(SqlMatcher("sql").circles(world.users[0], limit=2)) == 2
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10
