"""The database ranks as Python does: the same numbers to the last bit, and a clear word where it cannot."""

from __future__ import annotations

import math

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillswap_kit.matching.backends.operands import Operand
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.matching.backends.sql import SqlMatcher
from skillswap_kit.matching.matches import Member
from skillswap_kit.matching.scoring import Scoring
from skillswap_kit.testing.settings import override_skillswap

from .populations import Person, Population, edit, edits, populate, populations, undone

pytestmark = pytest.mark.django_db

SCORINGS = [
    {},
    {"load_factor": 0.0},
    {"load_factor": 0.3, "activity_factor": 0.7},
    {"levels": {"beginner": 0, "intermediate": 0.07, "advanced": 0.33, "expert": 0.99}},
    {"priorities": {1: 0, 2: 0.01, 3: 0.5, 4: 0.77, 5: 1}},
]


class OtherScoring(Scoring):
    """Another formula, with a difference, a quotient and whole numbers in it."""

    def fuse(self, gets, gives):
        return 3 * gets * gives - gets / (1 + gives) + 1


class RootScoring(Scoring):
    def fuse(self, gets, gives):
        return math.sqrt(gets * gives)


class WorseSideScoring(Scoring):
    def fuse(self, gets, gives):
        return min(gets, gives)


class UnlessZeroScoring(Scoring):
    def adjust(self, score, load, activity):
        return score / load if load else score


class NoNumberScoring(Scoring):
    def fuse(self, gets, gives):
        return "best"


def scoring(name="Scoring", **options):
    module = "skillswap_kit.matching.scoring" if name == "Scoring" else __name__
    return override_skillswap(MATCHING_SCORING={"default": {"BACKEND": f"{module}.{name}", "OPTIONS": options}})


def assert_equal_answers(world: Population) -> None:
    sql, reference = SqlMatcher("sql"), ReferenceMatcher("reference")
    for position in range(len(world.users)):
        seeker = world.member(position)
        expected = reference.rank(seeker, limit=100)
        assert sql.rank(seeker, limit=100) == expected
        for place, candidate in enumerate(expected):
            assert sql.rank(seeker, limit=2, after=candidate.rank) == expected[place + 1 : place + 3]
        circles = reference.rank_circles(seeker, limit=1000)
        for limit in (1, 3, 1000):
            assert sql.rank_circles(seeker, limit=limit) == circles[:limit]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(population=populations, changes=edits, options=st.sampled_from(SCORINGS), most=st.sampled_from([0, 1, 2, 5]))
def test_it_answers_what_the_reference_answers(population, changes, options, most):
    people, similar = population
    with undone(), scoring(**options), override_skillswap(MATCHING_MAX_SIMILAR=most):
        world = populate(people, similar=similar)
        assert_equal_answers(world)
        for change in changes:
            edit(world, *change)
            assert_equal_answers(world)


CROWD = [Person(offers={0: "expert", 2: "beginner"}, wants={1: 5, 3: 2})] + [
    Person(offers={1: level, 3: "advanced"}, wants={0: priority, 2: 1}, asked=asked)
    for level in ("beginner", "expert")
    for priority in (1, 4)
    for asked in (0, 3)
]


def test_another_formula_is_written_in_sql_too():
    world = populate(CROWD)
    with scoring("OtherScoring"):
        assert_equal_answers(world)


@pytest.mark.parametrize("name", ["RootScoring", "WorseSideScoring", "UnlessZeroScoring", "NoNumberScoring"])
def test_a_formula_that_is_no_arithmetic_is_refused_with_advice(name):
    world = populate(CROWD)
    with scoring(name), pytest.raises(ImproperlyConfigured, match=rf"SqlMatcher .* {name} .* use a matcher"):
        SqlMatcher("sql").rank(world.member(0), limit=10)


def test_a_formula_in_numpy_is_refused_with_advice(monkeypatch):
    numpy = pytest.importorskip("numpy")
    world = populate(CROWD)
    for function in (numpy.minimum, numpy.hypot):
        monkeypatch.setattr(Scoring, "fuse", lambda self, gets, gives, function=function: function(gets, gives))
        with pytest.raises(ImproperlyConfigured, match="SqlMatcher"):
            SqlMatcher("sql").rank(world.member(0), limit=10)


def test_two_questions_are_asked_of_the_database():
    world = populate(CROWD, similar={(1, 2): 30})
    seeker = world.member(0)
    with CaptureQueriesContext(connection) as queries:
        assert len(SqlMatcher("sql").rank(seeker, limit=10)) == 8
    assert len(queries) == 2


def test_swaps_are_counted_only_where_they_count():
    world = populate(CROWD)
    seeker = world.member(0)
    with scoring(load_factor=0.0), CaptureQueriesContext(connection) as queries:
        SqlMatcher("sql").rank(seeker, limit=10)
    assert not [query for query in queries if "swapparticipant" in query["sql"]]


def test_a_seeker_without_one_side_costs_no_ranking():
    populate(CROWD)
    with CaptureQueriesContext(connection) as queries:
        assert SqlMatcher("sql").rank(Member(number=0, offers={1: 100}), limit=10) == []
    assert len(queries) == 1


def test_operands_write_what_they_are_told():
    operand = (1 + Operand("a") - 2) / (3 - Operand("b") * 4) + 1 / Operand("c") * Operand("d") - 5.5
    sql = operand.sql.replace("CAST(%s AS DOUBLE PRECISION)", "?")
    assert sql == "(((((? + a) - ?) / (? - (b * ?))) + ((? / c) * d)) - ?)"
    assert operand.params == (1.0, 2.0, 3.0, 4.0, 1.0, 5.5)


def test_operands_are_not_compared():
    for question in (bool, lambda a: a == 1, lambda a: a < 1, lambda a: 2**a):
        with pytest.raises(TypeError):
            question(Operand("a"))
