"""Choices never overlap, and the exact one is the best that there is."""

from __future__ import annotations

import time
from collections import Counter
from itertools import combinations

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, settings
from hypothesis import strategies as st

from skillswap_kit.matching import choosing
from skillswap_kit.matching.choosing import Choice, Option, choose_exactly, choose_greedily

SKILLS = (1, 2, 3)


def option(people, worth):
    return Option(people=people, skills=SKILLS, worth=worth)


peoples = st.lists(st.integers(1, 8), min_size=3, max_size=3, unique=True).map(tuple)
options = st.dictionaries(peoples, st.sampled_from([0.1, 0.3, 0.5, 0.55, 1.0]), max_size=9).map(
    lambda worths: [option(people, worth) for people, worth in worths.items()]
)
rooms = st.fixed_dictionaries({number: st.integers(0, 2) for number in range(1, 9)})

ONE_SPOILS_TWO = [option((3, 4, 5), 0.6), option((1, 2, 3), 0.5), option((4, 6, 7), 0.4)]
ROOM_FOR_ONE = dict.fromkeys(range(1, 9), 1)


def fits(chosen, capacities):
    taken = Counter(number for one in chosen for number in one.people)
    return all(times <= capacities[number] for number, times in taken.items())


def most(every, capacities):
    """By trying all choices."""
    choices = (chosen for size in range(len(every) + 1) for chosen in combinations(every, size))
    return max(sum(one.worth for one in chosen) for chosen in choices if fits(chosen, capacities))


@given(options, rooms)
def test_the_greedy_choice_overlaps_nowhere_and_leaves_no_room_unused(every, capacities):
    choice = choose_greedily(every, capacities)
    assert fits(choice.options, capacities)
    left = [one for one in every if one not in choice.options]
    assert not any(fits([*choice.options, one], capacities) for one in left)
    assert choice.gap is None
    worths = [one.worth for one in choice.options]
    assert worths == sorted(worths, reverse=True)


@settings(deadline=None, max_examples=60)
@given(options, rooms)
def test_the_exact_choice_is_worth_as_much_as_any_can_be(every, capacities):
    pytest.importorskip("scipy")
    choice = choose_exactly(every, capacities, seconds=30)
    assert fits(choice.options, capacities)
    assert choice.worth == pytest.approx(most(every, capacities), abs=1e-6)
    assert choice.gap == 0


def test_the_best_circle_first_may_spoil_two_others():
    pytest.importorskip("scipy")
    assert choose_greedily(ONE_SPOILS_TWO, ROOM_FOR_ONE).options == ONE_SPOILS_TWO[:1]
    exact = choose_exactly(ONE_SPOILS_TWO, ROOM_FOR_ONE, seconds=30)
    assert (exact.options, exact.bound) == (ONE_SPOILS_TWO[1:], pytest.approx(0.9))


def many_options():
    import random

    dice = random.Random(5)
    return [option(tuple(dice.sample(range(1, 301), 3)), dice.random()) for _ in range(20_000)]


def test_the_time_limit_holds_and_what_there_is_by_then_is_told():
    pytest.importorskip("scipy")
    every, capacities = many_options(), dict.fromkeys(range(1, 301), 1)
    began = time.monotonic()
    choice = choose_exactly(every, capacities, seconds=0.5)
    assert time.monotonic() - began < 20
    assert fits(choice.options, capacities)
    assert choice.worth >= choose_greedily(every, capacities).worth
    assert choice.bound >= choice.worth
    assert 0 < choice.gap < 1


@pytest.mark.parametrize("bound", [None, float("-inf"), float("nan")])
def test_a_solver_that_found_nothing_in_time_leaves_the_greedy_choice(monkeypatch, bound):
    pytest.importorskip("scipy")
    from scipy import optimize

    stopped = optimize.OptimizeResult(x=None, status=1, mip_dual_bound=bound)
    monkeypatch.setattr(optimize, "milp", lambda *args, **kwargs: stopped)
    choice = choose_exactly(ONE_SPOILS_TWO, ROOM_FOR_ONE, seconds=1)
    assert choice.options == ONE_SPOILS_TWO[:1]
    assert choice.gap == pytest.approx(1 - 0.6 / 1.5)


def test_nothing_to_choose_from():
    pytest.importorskip("scipy")
    assert choose_greedily([], {}) == Choice(options=[])
    assert choose_exactly([], {}, seconds=1).gap == 0


def test_without_scipy_the_error_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ImproperlyConfigured, match=r'pip install "skillswap-kit\[matching\]"'):
        choosing.choose_exactly([], {}, seconds=1)
