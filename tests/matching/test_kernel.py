"""The search in arrays equals the definition of the score, applied to everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillswap_kit.matching.index.assembling import DENSE_KEYS, _order, entries_of, index_of
from skillswap_kit.matching.index.kernel import INT32_END, Index, Scratch, search
from skillswap_kit.matching.index.overlay import Overlay
from skillswap_kit.matching.index.similarity import Similarity
from skillswap_kit.matching.matches import Candidate, Member
from skillswap_kit.matching.scoring import Scoring, utility

SCORING = Scoring(activity_factor=0.1)
NUMBERS = [3, 4, 9, 17, 80, 1_000_000, 3_000_000_000]
SKILLS = [1, 2, 5, 70_000, 5_000_000_000]
"""Few, so that many score the same; some keys are too large for tables and for 32 bits."""

weights = st.dictionaries(st.sampled_from(SKILLS), st.sampled_from([0, 20, 40, 60, 100]), max_size=4)
tables = st.dictionaries(
    st.sampled_from(SKILLS), st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 60), max_size=3), max_size=4
).map(lambda table: {wanted: {key: row[key] for key in row if key != wanted} for wanted, row in table.items()})


@st.composite
def communities(draw) -> list[Member]:
    """Everybody with at least one listing, as an index has them."""
    members = [
        Member(
            number=number,
            offers=draw(weights),
            wants=draw(weights),
            load=draw(st.integers(0, 2)),
            activity=draw(st.integers(0, 10)),
        )
        for number in draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1))
    ]
    return [member for member in members if member.offers or member.wants]


def by_definition(members, seeker, similar, *, after=None) -> list[Candidate]:
    found = []
    for member in members:
        gets = utility(seeker.wants, member.offers, similar)
        gives = utility(member.wants, seeker.offers, similar)
        if gets and gives and member.number != seeker.number:
            score = SCORING.score(gets, gives, member.load, member.activity)
            found.append(Candidate(number=member.number, score=score, gets=gets, gives=gives))
    found.sort(key=lambda candidate: (-candidate.score, candidate.number))
    return [candidate for candidate in found if after is None or after.is_before(candidate)]


def ranked(index: Index, seeker: Member, similar=None, *, limit=100, scratch=None, **options) -> list[Candidate]:
    query = Similarity(similar or {}).query(seeker)
    return search(index, query, limit=limit, score=SCORING.score, scratch=scratch or Scratch(), **options)


def everybody_wants_to_swap(count: int, **fields) -> list[Member]:
    return [Member(number=number, offers={1: 40}, wants={2: 60}, **fields) for number in range(1, count + 1)]


@given(communities(), tables)
def test_everybody_finds_whom_the_definition_finds(members, similar):
    index, scratch = index_of(members), Scratch()
    for seeker in members:
        assert ranked(index, seeker, similar, scratch=scratch) == by_definition(members, seeker, similar)


@given(communities(), tables, st.integers(1, 3))
def test_pages_join_to_the_whole(members, similar, size):
    index, scratch, seeker = index_of(members), Scratch(), members[0] if members else Member(number=1)
    pages, after = [], None
    while page := ranked(index, seeker, similar, limit=size, after=after, scratch=scratch):
        assert len(page) <= size
        pages += page
        after = page[-1].rank
    assert pages == by_definition(members, seeker, similar)


@given(communities(), tables, st.sets(st.sampled_from(NUMBERS)))
def test_masked_members_are_not_found(members, similar, hidden):
    index = index_of(members)
    masked = np.isin(index.numbers, np.array(sorted(hidden), np.int64))
    others = [member for member in members if member.number not in hidden]
    for seeker in members:
        assert ranked(index, seeker, similar, masked=masked) == by_definition(others, seeker, similar)


@given(communities(), st.lists(communities(), max_size=4), tables)
def test_a_snapshot_with_an_overlay_equals_a_new_index(members, edits, similar):
    base = index_of(members)
    overlay, present = Overlay.empty(base), {member.number: member for member in members}
    for edited in edits:
        # Half of them lose their listings.
        kept = edited[::2]
        overlay = overlay.replacing(base, [member.number for member in edited], kept)
        present |= {member.number: member for member in edited}
        present = {number: member for number, member in present.items() if member in kept or member not in edited}
        for seeker in present.values():
            found = ranked(base, seeker, similar, masked=overlay.masked) + ranked(overlay.index, seeker, similar)
            found.sort(key=lambda candidate: (-candidate.score, candidate.number))
            assert found == by_definition(present.values(), seeker, similar)


@given(communities())
def test_members_come_back_as_they_were_put_in(members):
    index = index_of(members)
    assert [index.member(index.position(member.number)) for member in members] == members
    assert len(entries_of(index)) == sum(len(member.offers) + len(member.wants) for member in members)


@given(st.lists(st.integers(0, 70_000)))
def test_sorting_by_parts_is_a_stable_sort(places):
    values = np.array(places, np.int32)
    assert _order(values, 70_001).tolist() == values.argsort(kind="stable").tolist()


def test_of_equals_the_lowest_numbers_come_first():
    seeker = Member(number=999, offers={2: 100}, wants={1: 100})
    found = ranked(index_of(everybody_wants_to_swap(50)), seeker, limit=3)
    assert [candidate.number for candidate in found] == [1, 2, 3]
    following = ranked(index_of(everybody_wants_to_swap(50)), seeker, limit=3, after=found[-1].rank)
    assert [candidate.number for candidate in following] == [4, 5, 6]


def test_whoever_waits_for_many_comes_later():
    members = everybody_wants_to_swap(3)
    members[0] = replace(members[0], load=5)
    seeker = Member(number=999, offers={2: 100}, wants={1: 100})
    assert [candidate.number for candidate in ranked(index_of(members), seeker)] == [2, 3, 1]


def test_sums_past_32_bits_are_exact():
    huge = INT32_END // 1000
    members = [Member(number=number, offers={1: huge, 2: huge}, wants={3: huge}) for number in (1, 2)]
    seeker = Member(number=3, offers={3: 100}, wants={1: 100, 2: 100})
    found = ranked(index_of(members), seeker)
    assert found == by_definition(members, seeker, {})
    assert found[0].gets > INT32_END


def test_nobody_is_found_in_an_empty_index_or_without_a_side():
    members = everybody_wants_to_swap(3)
    assert ranked(index_of([]), members[0]) == []
    assert ranked(index_of(members), Member(number=9, wants={1: 100})) == []
    assert ranked(index_of(members), Member(number=9, offers={2: 100}, wants={77: 100})) == []


@pytest.mark.parametrize("dense", [True, False])
def test_scratch_memory_is_zero_after_each_search(dense):
    """Whether all of it is cleared, or only what was touched."""
    idle = 0 if dense else DENSE_KEYS * 100
    members = everybody_wants_to_swap(20) + [Member(number=100 + n, offers={7: 20}) for n in range(idle)]
    index, scratch = index_of(members), Scratch()
    ranked(index, Member(number=9, offers={2: 100}, wants={1: 100}), scratch=scratch)
    first, second = scratch.take(len(index), wide=False)
    assert not first.any()
    assert not second.any()


def test_a_search_that_was_interrupted_leaves_no_sums_behind(monkeypatch):
    members, scratch = everybody_wants_to_swap(20), Scratch()
    index, seeker = index_of(members), Member(number=9, offers={2: 100}, wants={1: 100})
    expected = ranked(index, seeker, scratch=scratch)

    def interrupt(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("skillswap_kit.matching.index.kernel._second_side", interrupt)
        with pytest.raises(SystemExit):
            ranked(index, seeker, scratch=scratch)
    assert ranked(index, seeker, scratch=scratch) == expected
