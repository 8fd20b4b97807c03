"""Circles of three: what arrays find is what the definition finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillswap_kit.matching.circles import find_circles, join_circles
from skillswap_kit.matching.index.assembling import index_of
from skillswap_kit.matching.index.circles import Part, search_circles
from skillswap_kit.matching.index.kernel import Index
from skillswap_kit.matching.index.overlay import Overlay
from skillswap_kit.matching.index.similarity import Similarity
from skillswap_kit.matching.matches import CircleLeg, MatchedSkill, Member
from skillswap_kit.matching.scoring import Scoring

from .test_kernel import SCORING, SKILLS, communities, tables

ARABIC, PYTHON, SPANISH, CATALAN = 1, 2, 5, 70_000
CAIRO = Member(number=3, offers={ARABIC: 100}, wants={PYTHON: 80})
BERLIN = Member(number=4, offers={PYTHON: 60}, wants={SPANISH: 100})
OSAKA = Member(number=9, offers={SPANISH: 100}, wants={ARABIC: 40})


def searched(members, seeker, similar=None, *, limit=5, **options):
    parts = [Part(index_of(members))]
    return search_circles(parts, seeker, Similarity(similar or {}), SCORING, limit=limit, **options)


def test_three_of_whom_no_two_can_swap():
    (circle,) = searched([CAIRO, BERLIN, OSAKA], CAIRO)
    assert (circle.teacher, circle.pupil) == (BERLIN.number, OSAKA.number)
    assert circle.legs == (
        CircleLeg(giver=4, receiver=3, skill=MatchedSkill(wanted=PYTHON, taught=PYTHON, value=480_000)),
        CircleLeg(giver=9, receiver=4, skill=MatchedSkill(wanted=SPANISH, taught=SPANISH, value=1_000_000)),
        CircleLeg(giver=3, receiver=9, skill=MatchedSkill(wanted=ARABIC, taught=ARABIC, value=400_000)),
    )
    assert circle.score == 0.48 * 0.4


def test_each_of_the_three_finds_the_same_circle():
    members = [CAIRO, BERLIN, OSAKA]
    found = [searched(members, member) for member in members]
    assert [len(circles) for circles in found] == [1, 1, 1]
    assert {frozenset((leg.giver, leg.receiver) for leg in circles[0].legs) for circles in found} == {
        frozenset({(4, 3), (9, 4), (3, 9)})
    }


def test_a_similar_skill_closes_a_circle():
    osaka = Member(number=9, offers={CATALAN: 100}, wants={ARABIC: 40})
    assert searched([CAIRO, BERLIN, osaka], CAIRO) == []
    (circle,) = searched([CAIRO, BERLIN, osaka], CAIRO, {SPANISH: {CATALAN: 50}})
    assert circle.legs[1].skill == MatchedSkill(wanted=SPANISH, taught=CATALAN, value=500_000)


def test_two_people_are_no_circle():
    both = Member(number=4, offers={PYTHON: 60, SPANISH: 20}, wants={SPANISH: 100, ARABIC: 40})
    assert searched([CAIRO, both], CAIRO) == []


def test_whom_many_proposals_wait_for_counts_less():
    busy = Member(number=1, offers={PYTHON: 60}, wants={SPANISH: 100}, load=10)
    circles = searched([CAIRO, BERLIN, OSAKA, busy], CAIRO)
    assert [circle.teacher for circle in circles] == [BERLIN.number, busy.number]


def test_only_the_best_of_either_side_are_looked_at():
    better = Member(number=17, offers={PYTHON: 100}, wants={SPANISH: 20})
    members = [CAIRO, BERLIN, OSAKA, better]
    assert {circle.teacher for circle in searched(members, CAIRO)} == {BERLIN.number, better.number}
    assert {circle.teacher for circle in searched(members, CAIRO, width=1)} == {better.number}


def assert_as_defined(circles, members, seeker, similar, *, limit):
    assert circles == find_circles(seeker, members, similar, SCORING, limit=limit)


def crowd(draw, *, largest):
    """Members of few skills, weights and loads, most of whom are worth as much as others, not in order of numbers."""
    coarse = st.dictionaries(st.sampled_from(SKILLS), st.sampled_from([60, 100]), max_size=3)
    dice = draw(st.randoms(use_true_random=False))
    kinds = draw(st.lists(st.tuples(coarse, coarse, st.sampled_from([0, 0, 4, 5])), min_size=1, max_size=5))
    numbers = dice.sample(range(1, 100), draw(st.integers(3, largest)))
    return [
        Member(number=number, offers=offers, wants=wants, load=load)
        for number, (offers, wants, load) in zip(numbers, dice.choices(kinds, k=len(numbers)), strict=True)
    ]


crowds = st.composite(crowd)


@given(communities(), tables, st.integers(1, 4))
def test_arrays_find_what_the_definition_finds(members, similar, limit):
    for seeker in members:
        others = [member for member in members if member is not seeker]
        assert_as_defined(searched(members, seeker, similar, limit=limit), others, seeker, similar, limit=limit)


@given(communities(), communities(), tables)
def test_members_who_changed_since_the_snapshot(members, edited, similar):
    base = index_of(members)
    overlay = Overlay.empty(base).replacing(base, [member.number for member in edited], edited)
    present = [*{member.number: member for member in [*members, *edited]}.values()]
    for seeker in present:
        others = [member for member in present if member is not seeker]
        parts = [Part(base, overlay.masked), Part(overlay.index)]
        circles = search_circles(parts, seeker, Similarity(similar), SCORING, limit=3)
        assert_as_defined(circles, others, seeker, similar, limit=3)


@pytest.fixture
def tables_read(monkeypatch):
    """One entry for each time that the table of similar skills was gone through."""
    read, as_rows = [], Similarity.as_rows
    monkeypatch.setattr(Similarity, "as_rows", lambda similarity: read.append(similarity) or as_rows(similarity))
    return read


def overlaid(base, *changed):
    overlay = Overlay.empty(base).replacing(base, [member.number for member in changed], changed)
    return [Part(base, overlay.masked), Part(overlay.index)]


def test_the_table_is_joined_with_the_skills_once_however_many_search(tables_read):
    """Also while somebody has a skill that the snapshot does not know, and again when others have changed."""
    base, similarity = index_of([CAIRO, BERLIN]), Similarity({SPANISH: {CATALAN: 50}})
    catalan = Member(number=9, offers={CATALAN: 100}, wants={ARABIC: 40})
    parts = overlaid(base, catalan)
    for seeker in (CAIRO, BERLIN, catalan):
        assert len(search_circles(parts, seeker, similarity, SCORING, limit=5)) == 1
    assert len(tables_read) == 1
    assert search_circles([Part(base)], CAIRO, similarity, SCORING, limit=5) == []
    assert len(search_circles(overlaid(base, OSAKA), CAIRO, similarity, SCORING, limit=5)) == 1
    assert len(search_circles(parts, CAIRO, similarity, SCORING, limit=5)) == 1


def test_members_are_masked_at_one_stroke(monkeypatch):
    """A clearing leaves out thousands in each of thousands of searches."""
    monkeypatch.setattr(Index, "position", None)
    part = Part(index_of([CAIRO, BERLIN, OSAKA]), np.array([True, False, False]))
    assert part.without({BERLIN.number, 1, 7, 10**12}).masked.tolist() == [True, True, False]
    assert part.masked.tolist() == [True, False, False]
    assert part.without([OSAKA.number, OSAKA.number]).masked.tolist() == [True, False, True]
    for nobody in ([], {1}, {7, 10**12}):
        assert part.without(nobody) is part
    assert Part(index_of([])).without({1}).masked is None


@given(crowds(largest=12), tables, st.integers(1, 12))
def test_ties_come_in_the_same_order_everywhere(members, similar, limit):
    """Two legs can be worth the same and differ in the last bit, as 0.48 / 1.2 and 0.4: the computed score counts."""
    index = index_of(members)
    for seeker in members[:3]:
        others = [member for member in members if member is not seeker]
        expected = find_circles(seeker, others, similar, SCORING, limit=limit)
        assert join_circles(seeker, others, similar, SCORING, limit=limit) == expected
        assert search_circles([Part(index)], seeker, Similarity(similar), SCORING, limit=limit) == expected


def test_without_load_and_activity_the_score_is_the_product():
    scoring = Scoring(load_factor=0.0)
    (circle,) = find_circles(CAIRO, [BERLIN, OSAKA], {}, scoring, limit=5)
    assert circle.score == 0.48 * 1.0 * 0.4


@given(communities(), tables, st.integers(1, 4))
def test_a_join_by_skills_finds_what_the_definition_finds(members, similar, limit):
    for seeker in members:
        others = [member for member in members if member is not seeker]
        circles = join_circles(seeker, others, similar, SCORING, limit=limit)
        assert_as_defined(circles, others, seeker, similar, limit=limit)
