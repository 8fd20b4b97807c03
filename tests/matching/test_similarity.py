"""Which skills help with which: what staff say, what commands replace, and what merging moves."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from skillswap_kit.core.errors import InvalidInput, NotAllowed, NotFound
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.services import merge_skills, propose_skill
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.receivers import follow_merged_skill
from skillswap_kit.matching.rows import read_similar
from skillswap_kit.matching.similarity.services import (
    Replacement,
    move_similarities,
    remove_similarity,
    replace_similarities,
    set_similarity,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(make_user):
    """Staff who may say which skills help, and nothing else."""
    user = make_user("curator", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_skillsimilarity"))
    return user


@pytest.fixture
def skills():
    return [make_skill(name) for name in ("TypeScript", "JavaScript", "Python", "Knitting")]


def table():
    """By wanted and taught skill: weight and source."""
    rows = SkillSimilarity.objects.values_list("wanted", "taught", "weight", "source")
    return {(wanted, taught): (weight, source) for wanted, taught, weight, source in rows}


def changed_skills():
    return [event.payload["skill_id"] for event in Event.objects.filter(name="matching.similarity_changed")]


def put(source, weights):
    for (wanted, taught), weight in weights.items():
        SkillSimilarity.objects.create(wanted=wanted, taught=taught, weight=weight, source=source)


# What staff say


def test_staff_set_and_change_how_much_a_skill_helps(curator, skills):
    typescript, javascript, *_ = skills
    set_similarity(by=curator, wanted=typescript, taught=javascript, weight=40)
    row = set_similarity(by=curator, wanted=typescript, taught=javascript, weight=50)
    assert (row.weight, row.source) == (50, "curated")
    assert read_similar() == {typescript.pk: {javascript.pk: 50}}
    assert changed_skills() == [typescript.pk, typescript.pk]
    assert set(Event.objects.values_list("by", flat=True)) == {curator.pk}


def test_helping_one_way_is_not_helping_the_other(curator, skills):
    typescript, javascript, *_ = skills
    set_similarity(by=curator, wanted=typescript, taught=javascript, weight=40)
    set_similarity(by=curator, wanted=javascript, taught=typescript, weight=10)
    assert read_similar() == {typescript.pk: {javascript.pk: 40}, javascript.pk: {typescript.pk: 10}}


def test_what_staff_set_takes_the_place_of_what_was_learnt(curator, skills):
    typescript, javascript, *_ = skills
    put("learnt", {(typescript, javascript): 20})
    set_similarity(by=curator, wanted=typescript, taught=javascript, weight=40)
    assert table() == {(typescript.pk, javascript.pk): (40, "curated")}


def test_weight_0_says_that_it_does_not_help(curator, skills):
    typescript, javascript, *_ = skills
    set_similarity(by=curator, wanted=typescript, taught=javascript, weight=0)
    assert read_similar() == {}
    for source in ("learnt", "imported", "provided"):
        done = replace_similarities(source=source, weights={(typescript.pk, javascript.pk): 30})
        assert (done.left, done.is_change) == (1, False)
    assert table() == {(typescript.pk, javascript.pk): (0, "curated")}


@pytest.mark.parametrize("weight", [-1, 61, 100])
def test_weights_are_from_0_to_60(curator, skills, weight):
    with pytest.raises(InvalidInput) as refusal:
        set_similarity(by=curator, wanted=skills[0], taught=skills[1], weight=weight)
    assert list(refusal.value.fields) == ["weight"]
    assert table() == {}


def test_two_different_approved_skills_are_asked_for(curator, make_user, skills):
    proposed = propose_skill(by=make_user(), name="Chess", category=make_category())
    for wanted, taught, field in (
        (skills[0], skills[0], "taught"),
        (skills[0], proposed, "taught"),
        (proposed, skills[0], "wanted"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            set_similarity(by=curator, wanted=wanted, taught=taught, weight=10)
        assert list(refusal.value.fields) == [field]
    assert changed_skills() == []


def test_only_those_with_the_permission_decide(make_user, skills):
    member = make_user(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="change_skill"))
    put("learnt", {(skills[0], skills[1]): 20})
    with pytest.raises(NotAllowed):
        set_similarity(by=member, wanted=skills[0], taught=skills[1], weight=40)
    with pytest.raises(NotAllowed):
        remove_similarity(by=member, similarity=SkillSimilarity.objects.get())
    assert table() == {(skills[0].pk, skills[1].pk): (20, "learnt")}


def test_what_was_deleted_meanwhile_is_not_found(curator, skills):
    row = set_similarity(by=curator, wanted=skills[0], taught=skills[1], weight=40)
    remove_similarity(by=curator, similarity=row)
    assert table() == {}
    assert changed_skills() == [skills[0].pk] * 2
    row.pk = 1
    with pytest.raises(NotFound):
        remove_similarity(by=curator, similarity=row)
    Skill.objects.filter(pk=skills[1].pk).delete()
    with pytest.raises(NotFound):
        set_similarity(by=curator, wanted=skills[0], taught=skills[1], weight=40)


def test_only_staff_can_say_no(skills):
    with pytest.raises(IntegrityError), transaction.atomic():
        put("learnt", {(skills[0], skills[1]): 0})
    with pytest.raises(IntegrityError), transaction.atomic():
        put("curated", {(skills[0], skills[1]): 61})
    put("curated", {(skills[0], skills[1]): 0})


# What counts


def test_the_strongest_five_count(skills):
    wanted = skills[0]
    others = [make_skill() for _ in range(7)]
    put("learnt", {(wanted, other): weight for weight, other in enumerate(others, start=10)})
    put("curated", {(wanted, skills[1]): 0})
    assert read_similar() == {wanted.pk: {others[place].pk: 10 + place for place in (6, 5, 4, 3, 2)}}
    assert list(read_similar()[wanted.pk].values()) == [16, 15, 14, 13, 12]
    with override_skillswap(MATCHING_MAX_SIMILAR=1):
        assert read_similar() == {wanted.pk: {others[-1].pk: 16}}


# What commands replace


def test_a_source_is_replaced_as_a_whole(skills):
    a, b, c, d = (skill.pk for skill in skills)
    replace_similarities(source="learnt", weights={(a, b): 10, (b, a): 20, (c, a): 30})
    done = replace_similarities(source="learnt", weights={(a, b): 10, (b, a): 25, (d, a): 40})
    assert done == Replacement(added=1, changed=1, removed=1, left=0, unusable=0)
    assert table() == {(a, b): (10, "learnt"), (b, a): (25, "learnt"), (d, a): (40, "learnt")}
    assert changed_skills() == [None, None]


def test_replacing_by_the_same_changes_nothing_and_says_nothing(skills):
    a, b, *_ = (skill.pk for skill in skills)
    replace_similarities(source="learnt", weights={(a, b): 10})
    assert not replace_similarities(source="learnt", weights={(a, b): 10}).is_change
    assert changed_skills() == [None]


def test_sources_leave_each_other_alone_and_precedence_decides_about_a_pair(curator, skills):
    a, b, c, _d = skills
    set_similarity(by=curator, wanted=a, taught=b, weight=5)
    same = {(a.pk, b.pk): 10, (a.pk, c.pk): 20}
    replace_similarities(source="provided", weights={**same, (b.pk, c.pk): 15})
    replace_similarities(source="learnt", weights={(pair): weight + 1 for pair, weight in same.items()})
    replace_similarities(source="imported", weights={(pair): weight + 2 for pair, weight in same.items()})
    expected = {(a.pk, b.pk): (5, "curated"), (a.pk, c.pk): (22, "imported"), (b.pk, c.pk): (15, "provided")}
    assert table() == expected
    assert replace_similarities(source="learnt", weights=same).left == 2
    assert replace_similarities(source="provided", weights={**same, (b.pk, c.pk): 15}).left == 2
    assert table() == expected
    replace_similarities(source="imported", weights={})
    assert table() == {(a.pk, b.pk): (5, "curated"), (b.pk, c.pk): (15, "provided")}


def test_only_approved_skills_and_no_skill_with_itself_are_written(make_user, skills):
    a, b, *_ = (skill.pk for skill in skills)
    proposed = propose_skill(by=make_user(), name="Chess", category=make_category()).pk
    weights = {(a, b): 10, (a, a): 20, (a, proposed): 30, (proposed, a): 30, (a, 10**6): 30}
    assert replace_similarities(source="imported", weights=weights).unusable == 4
    assert table() == {(a, b): (10, "imported")}


def test_a_dry_run_counts_and_writes_nothing(skills):
    a, b, c, _d = (skill.pk for skill in skills)
    replace_similarities(source="learnt", weights={(a, b): 10, (b, a): 20})
    before = table()
    done = replace_similarities(source="learnt", weights={(a, b): 15, (a, c): 5}, dry_run=True)
    assert (done.added, done.changed, done.removed) == (1, 1, 1)
    assert table() == before
    assert changed_skills() == [None]


@pytest.mark.parametrize(("source", "weight"), [("curated", 10), ("learnt", 0), ("learnt", 61), ("guessed", 10)])
def test_commands_cannot_speak_for_staff_nor_out_of_range(skills, source, weight):
    a, b, *_ = (skill.pk for skill in skills)
    with pytest.raises(ValueError, match=r"Weights are from 1 to 60|is not a valid"):
        replace_similarities(source=source, weights={(a, b): weight})
    assert table() == {}


def test_replacing_takes_few_queries_however_many_pairs_there_are(skills, django_assert_max_num_queries):
    skills += [make_skill() for _ in range(20)]
    pairs = [(one.pk, other.pk) for one in skills for other in skills if one != other]
    with django_assert_max_num_queries(15):
        replace_similarities(source="learnt", weights=dict.fromkeys(pairs, 10))
    with django_assert_max_num_queries(15):
        replace_similarities(source="learnt", weights=dict.fromkeys(pairs[: len(pairs) // 2], 20))
    assert set(table().values()) == {(20, "learnt")}


# Merging


def test_merging_moves_what_helps_and_what_is_helped(staff, skills, django_capture_on_commit_callbacks):
    old, into, python, knitting = skills
    put("learnt", {(old, python): 20, (knitting, old): 30})
    with django_capture_on_commit_callbacks(execute=True):
        merge_skills(by=staff, skill=old, into=into)
    assert table() == {(into.pk, python.pk): (20, "learnt"), (knitting.pk, into.pk): (30, "learnt")}
    assert changed_skills() == [None]


def test_merging_leaves_no_doubles_and_no_skill_that_helps_with_itself(staff, skills):
    old, into, python, knitting = skills
    put("curated", {(old, python): 5, (into, knitting): 0})
    put("imported", {(into, python): 50, (old, knitting): 50, (old, into): 40, (into, old): 40})
    put("learnt", {(python, old): 30, (python, into): 20})
    merge_skills(by=staff, skill=old, into=into)
    for _ in range(2):
        move_similarities(skill=old)
    assert table() == {
        (into.pk, python.pk): (5, "curated"),
        (into.pk, knitting.pk): (0, "curated"),
        (python.pk, into.pk): (30, "learnt"),
    }
    assert changed_skills() == [None]


def test_news_of_mergers_in_any_order_lead_to_the_last_skill(staff, skills):
    first, second, last, other = skills
    put("learnt", {(first, other): 20})
    merge_skills(by=staff, skill=first, into=second)
    merge_skills(by=staff, skill=second, into=last)
    for skill, into in ((second, last), (first, second), (first, second)):
        follow_merged_skill(sender=Skill, event_id=1, skill_id=skill.pk, into_id=into.pk, by_id=None)
    assert table() == {(last.pk, other.pk): (20, "learnt")}


def test_skills_that_are_not_merged_or_gone_move_nothing(skills):
    put("learnt", {(skills[0], skills[1]): 20})
    move_similarities(skill=skills[0])
    follow_merged_skill(sender=Skill, event_id=1, skill_id=10**6, into_id=skills[0].pk, by_id=None)
    assert table() == {(skills[0].pk, skills[1].pk): (20, "learnt")}
    assert changed_skills() == []


# Skills that are deleted


@pytest.mark.parametrize("place", range(2))
def test_a_skill_that_is_deleted_changes_what_counts(skills, place):
    put("learnt", {(skills[0], skills[1]): 20, (skills[2], skills[3]): 20})
    skills[place].delete()
    assert changed_skills() == [None]


def test_a_skill_that_helps_with_nothing_goes_without_news(skills):
    put("learnt", {(skills[0], skills[1]): 20})
    Skill.objects.filter(pk__in=[skills[2].pk, skills[3].pk]).delete()
    assert changed_skills() == []


@pytest.mark.skipif(find_spec("numpy") is None, reason="the index needs numpy")
@pytest.mark.django_db(transaction=True)
def test_the_index_counts_the_next_strongest_when_a_skill_is_deleted(make_user, skills, tmp_path):
    from skillswap_kit.matching.index.rebuilding import rebuild

    from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in

    wanted, taught, *_ = skills
    strongest, *_, sixth = others = [make_skill() for _ in range(6)]
    put("learnt", {(wanted, other): weight for weight, other in zip(range(50, 0, -5), others, strict=False)})
    seeker, helper = make_user(), make_user()
    for person, offered, sought in ((seeker, taught, wanted), (helper, sixth, taught)):
        make_listing(person, skill=offered)
        make_listing(person, skill=sought, kind="want")
    with snapshots_in(tmp_path):
        rebuild()
        worker = IndexOnly("worker")
        assert worker.match(seeker) == []
        strongest.delete()
        assert len(worker.match(seeker)) == 1
        assert_answers_as_the_reference(worker, [seeker, helper])
