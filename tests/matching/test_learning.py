"""Learning which skills go together from what members teach."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from skillswap_kit.exchange.services import pause_listing
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.similarity.learning import correlate, learn_similarities
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap


def weights_of(offered, *, min_members=1, most=5):
    return correlate(offered, min_members=min_members, most=most).weights


def test_skills_that_are_always_taught_together_help_as_much_as_a_similar_skill_can():
    assert weights_of([{1, 2}, {1, 2}, {3}, {4}]) == {(1, 2): 60, (2, 1): 60}


def test_the_weight_is_the_correlation_of_the_offers():
    # 10 members; 4 teach the one, 5 the other, 3 both: (10·3 − 4·5) / √(4·5·6·5) = 0.408
    offered = [{1, 2}] * 3 + [{1}] + [{2}] * 2 + [{3}] * 4
    assert weights_of(offered) == {(1, 2): 41, (2, 1): 41}


def test_skills_that_meet_by_chance_are_not_similar():
    assert weights_of([{1, 2}, {1}, {2}, {3}] * 5) == {}


def test_what_everybody_teaches_goes_together_with_nothing():
    assert weights_of([{1, 2}, {1, 3}, {1}]) == {}


def test_skills_that_avoid_each_other_are_not_similar():
    assert weights_of([{1}, {2}, {1}, {2}, {1, 2}]) == {}


def test_a_pair_needs_so_many_members():
    offered = [{1, 2}] * 2 + [{3, 4}] * 3 + [{5}] * 5
    assert set(weights_of(offered, min_members=3)) == {(3, 4), (4, 3)}
    assert set(weights_of(offered, min_members=2)) == {(1, 2), (2, 1), (3, 4), (4, 3)}


def test_the_strongest_are_kept_of_equal_ones_the_older_skills():
    # 1 is taught with 2 to 8 by the same number of members, and with 9 by more.
    offered = [{1, other} for other in range(2, 9) for _ in range(4)] + [{1, 9}] * 8 + [{10}] * 60
    found = weights_of(offered, most=3)
    assert [pair for pair in found if pair[0] == 1] == [(1, 9), (1, 2), (1, 3)]
    assert weights_of(offered, most=0) == {}


def test_nobody_and_nothing_teach_nothing():
    assert weights_of([]) == {}
    assert weights_of([set(), {1}, [2, 2]]) == {}


def test_the_members_and_skills_are_counted():
    learnt = correlate([{1, 2}, {2, 3}], min_members=1, most=5)
    assert (learnt.members, learnt.skills) == (2, 3)


# From listings


@pytest.fixture
def teachers(make_user):
    """Four who teach HTML and CSS, four who teach chess, and one of each other kind."""
    html, css, chess = (make_skill(name) for name in ("HTML", "CSS", "Chess"))
    for _ in range(4):
        teach(make_user(), html, css)
        teach(make_user(), chess)
    return html, css, chess


def teach(user, *skills, **fields):
    make_member(user)
    return [make_listing(user, skill=skill, **fields) for skill in skills]


@pytest.mark.django_db
def test_it_is_learnt_from_offers_that_others_see(teachers, make_user):
    html, css, chess = teachers
    both = {(html.pk, css.pk): 60, (css.pk, html.pk): 60}
    assert learn_similarities().weights == both
    for _ in range(4):
        teach(make_user(), html, chess, kind="want")
        for listing in teach(listing_owner := make_user(), html, chess):
            pause_listing(by=listing_owner, listing=listing)
    assert learn_similarities() == learn_similarities()
    assert learn_similarities().weights == both
    assert learn_similarities().members == 8


@pytest.mark.django_db
def test_it_takes_one_query(teachers, django_assert_num_queries):
    with django_assert_num_queries(1):
        learn_similarities()


@pytest.mark.django_db
def test_as_many_neighbours_are_learnt_as_count(teachers):
    with override_skillswap(MATCHING_MAX_SIMILAR=0):
        assert learn_similarities().weights == {}


def run(*arguments):
    output = StringIO()
    call_command("skillswap_similarity", "learn", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_the_command_learns_and_says_what(teachers):
    html, css, chess = teachers
    SkillSimilarity.objects.create(wanted=html, taught=css, weight=0)
    SkillSimilarity.objects.create(wanted=chess, taught=css, weight=30, source="learnt")
    output = run()
    assert "8 members teach 3 skills" in output
    assert " 60 CSS ← HTML" in output
    assert "Left as staff or a better source have it: 1" in output
    assert "1 added, 0 changed, 1 removed" in output
    rows = SkillSimilarity.objects.values_list("wanted__name", "taught__name", "weight", "source")
    assert set(rows) == {("HTML", "CSS", 0, "curated"), ("CSS", "HTML", 60, "learnt")}


@pytest.mark.django_db
def test_the_command_can_only_say_what_it_would_do(teachers):
    assert "Would be: 2 added, 0 changed, 0 removed" in run("--dry-run")
    assert not SkillSimilarity.objects.exists()


@pytest.mark.django_db
def test_the_command_asks_for_so_many_members(teachers):
    assert "0 added" in run("--min-members", "5", "--dry-run")
    assert "2 added" in run("--min-members", "4", "--dry-run")
    for number in ("0", "-1", "few", "1.5"):
        with pytest.raises(CommandError, match="whole number"):
            run(f"--min-members={number}")
