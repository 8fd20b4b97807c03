"""The vocabulary: found by any name, proposed by members, decided and merged by staff."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from skillswap_kit.core.errors import InvalidInput, NotAllowed, NotFound
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import InvalidTransition, LimitReached, SkillExists
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.models.listings import listing_open_key
from skillswap_kit.exchange.services import (
    LegTerms,
    approve_skill,
    create_listing,
    merge_skills,
    propose_skill,
    propose_swap,
    reject_skill,
    resolve_skill,
    resolve_skills,
    save_skill,
    set_aliases,
    suggest_skills,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def javascript():
    return make_skill("JavaScript", aliases=["JS", "جافاسكربت", "ECMAScript"])


def events(name):
    return [event.payload for event in Event.objects.filter(name=f"exchange.{name}")]


@pytest.mark.parametrize("text", ["JavaScript", " javascript ", "JS", "js", "جافاسكربت", "جَافَاسْكْرِبْت"])
def test_every_name_finds_the_skill(javascript, text):
    make_skill("Java")
    assert resolve_skill(text) == javascript


@pytest.mark.parametrize("text", ["", "  ", "Jav", "JavaScripts", "\n", "js\njavascript"])
def test_parts_of_names_do_not_resolve(javascript, text):
    assert resolve_skill(text) is None


def test_a_name_is_better_than_an_alias():
    make_skill("Board games", aliases=["Go"])
    go = make_skill("Go")
    assert resolve_skill("go") == go


def test_signs_that_a_database_takes_for_equal_are_different_aliases(make_user):
    skill = propose_skill(by=make_user(), name="Music", category=make_category(), aliases=["🎸", "🎹", "cafe\u0301"])
    assert {alias.name for alias in skill.aliases.all()} == {"🎸", "🎹", "cafe\u0301"}
    set_aliases(skill=skill, names=["🎻", "🎹"])
    assert {alias.name for alias in skill.aliases.all()} == {"🎻", "🎹"}
    set_aliases(skill=skill, names=["🎸"])
    assert [alias.name for alias in skill.aliases.all()] == ["🎸"]


def test_translated_names_find_the_skill():
    pytest.importorskip("modeltranslation")
    if not hasattr(Skill, "name_ar"):
        pytest.skip("the extra is not enabled")
    cooking = make_skill("Cooking", name_ar="طبخ")
    assert resolve_skill("طَبخ") == cooking
    with translation.override("ar"):
        assert resolve_skill("cooking") == cooking
        assert suggest_skills("طب", viewer=AnonymousUser())[0].matched == "طبخ"


def test_suggestions_prefer_whole_names_then_beginnings(javascript):
    java = make_skill("Java")
    japanese = make_skill("Ninja weapons")
    assert [found.skill for found in suggest_skills("java", viewer=AnonymousUser())] == [java, javascript]
    assert [found.skill for found in suggest_skills("ja", viewer=AnonymousUser())] == [java, javascript, japanese]


def test_suggestions_say_which_name_matched(javascript):
    assert suggest_skills("ecma", viewer=AnonymousUser())[0].matched == "ECMAScript"
    assert suggest_skills("جافا", viewer=AnonymousUser())[0].matched == "جافاسكربت"
    assert suggest_skills("", viewer=AnonymousUser()) == []


def test_suggestions_cost_a_constant_number_of_queries(django_assert_num_queries):
    for number in range(12):
        make_skill(f"Music {number}", aliases=["sound"])
    with django_assert_num_queries(2):
        assert len(suggest_skills("music", viewer=AnonymousUser())) == 10


# Spelling


@pytest.fixture
def vocabulary(javascript):
    """Skills that are nearly called alike, among others."""
    named = {
        "Java": [],
        "Python": ["بايثون"],
        "Guitar": ["غيتار"],
        "Cooking": ["طبخ"],
        "Pottery and ceramics": [],
        "Machine learning": ["ML"],
        "Chess": [],
    }
    for name, aliases in named.items():
        make_skill(name, aliases=aliases)


def meant(query, **options):
    return [str(found.skill) for found in suggest_skills(query, viewer=AnonymousUser(), **options)]


@pytest.mark.parametrize(
    ("typed", "skill"),
    [
        ("Pyton", "Python"),
        ("phyton", "Python"),
        ("piton", "Python"),
        ("بايتون", "Python"),
        ("gitar", "Guitar"),
        ("جيتار", "Guitar"),
        ("الطبخ", "Cooking"),
        ("poterry", "Pottery and ceramics"),
        ("machin lerning", "Machine learning"),
        ("jawa script", "JavaScript"),
        ("ECMASkript", "JavaScript"),
        ("جافاسكريت", "JavaScript"),
    ],
)
def test_what_is_typed_nearly_right_is_suggested_first(vocabulary, typed, skill):
    assert resolve_skill(typed) is None
    assert meant(typed)[0] == skill


@pytest.mark.parametrize("typed", ["zz", "jv", "xylophone", "🎸🎸🎸", "a" * 500, "%%%", "___", "'; --", " - - "])
def test_what_is_like_nothing_suggests_nothing(vocabulary, typed):
    assert meant(typed) == []


def test_spelling_is_asked_only_where_no_name_has_the_words(vocabulary):
    assert meant("java") == ["Java", "JavaScript"]
    assert meant("javo") == ["Java"]
    assert meant("javo", misspelt=False) == []


def test_a_misspelt_word_suggests_at_most_five_skills():
    for number in range(8):
        make_skill(f"Music {number}")
    assert len(meant("musik")) == 5
    assert len(meant("musik", limit=2)) == 2


def test_a_misspelt_word_says_which_name_was_meant(vocabulary):
    assert suggest_skills("بايتون", viewer=AnonymousUser())[0].matched == "بايثون"
    assert suggest_skills("poterry", viewer=AnonymousUser())[0].matched == "Pottery and ceramics"


def test_a_misspelt_word_suggests_only_what_one_may_use(make_user, vocabulary):
    member = make_user()
    propose_skill(by=member, name="Calligraphy", category=make_category())
    assert meant("caligrafy") == []
    assert [str(found.skill) for found in suggest_skills("caligrafy", viewer=member)] == ["Calligraphy"]


def test_a_misspelt_word_costs_a_constant_number_of_queries(vocabulary, django_assert_num_queries):
    for number in range(8):
        make_skill(f"Music {number}", aliases=["sound"])
    with django_assert_num_queries(4):
        assert len(meant("musik")) == 5


# Many at once


def test_many_names_are_resolved_in_one_query(javascript, make_user, django_assert_num_queries):
    go_game = make_skill("Board games", aliases=["Go"])
    go = make_skill("Go")
    propose_skill(by=make_user(), name="Chess", category=make_category())
    texts = ["JS", " javascript ", "جَافَاسْكْرِبْت", "board GAMES", "go", "Chess", "Jav", "", "\n"]
    with django_assert_num_queries(1):
        found = resolve_skills(texts)
    assert found == {
        "JS": javascript.pk,
        " javascript ": javascript.pk,
        "جَافَاسْكْرِبْت": javascript.pk,
        "board GAMES": go_game.pk,
        "go": go.pk,
    }
    assert {text: skill.pk for text in texts if (skill := resolve_skill(text))} == found


def test_members_propose_and_staff_approve(make_user, staff):
    member = make_user()
    skill = propose_skill(by=member, name="Bird  watching", category=make_category(), aliases=["birding"])
    assert (skill.name, skill.slug, skill.status) == ("Bird watching", "bird-watching", "proposed")
    assert resolve_skill("birding") is None
    assert resolve_skill("birding", viewer=member) == skill
    approve_skill(by=staff, skill=skill)
    assert resolve_skill("birding") == skill
    assert events("skill_proposed") == events("skill_approved") == [{"skill_id": skill.pk}]
    with pytest.raises(InvalidTransition):
        approve_skill(by=staff, skill=skill)


def test_proposing_what_exists_says_which(make_user, javascript):
    for name, aliases in [("javascript", []), ("Scripting", ["js"])]:
        with pytest.raises(SkillExists) as refusal:
            propose_skill(by=make_user(), name=name, category=javascript.category, aliases=aliases)
        assert refusal.value.skill_id == javascript.pk


def test_two_people_can_propose_the_same_and_the_second_approval_is_refused(make_user, staff):
    category = make_category()
    one, other = (propose_skill(by=make_user(), name="Knitting", category=category) for _ in range(2))
    assert one.slug != other.slug
    approve_skill(by=staff, skill=one)
    with pytest.raises(SkillExists):
        approve_skill(by=staff, skill=other)
    merge_skills(by=staff, skill=other, into=one)
    other.refresh_from_db()
    assert other.merged_into == one


def test_proposals_are_limited_and_checked(make_user, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_SKILL_PROPOSALS": 1}
    member, category = make_user(), make_category()
    with pytest.raises(InvalidInput) as refusal:
        propose_skill(by=member, name="  ", category=category)
    assert "name" in refusal.value.fields
    with pytest.raises(InvalidInput):
        propose_skill(by=member, name="Chess", category=make_category(is_active=False))
    with pytest.raises(InvalidInput) as refusal:
        propose_skill(by=member, name="Chess", category=category, aliases=["x" * 81])
    assert "aliases" in refusal.value.fields
    propose_skill(by=member, name="Chess", category=category)
    with pytest.raises(LimitReached):
        propose_skill(by=member, name="Draughts", category=category)


def test_only_staff_decide(make_user, javascript):
    member = make_user()
    skill = propose_skill(by=member, name="Chess", category=make_category())
    for decision in (approve_skill, reject_skill):
        with pytest.raises(NotAllowed):
            decision(by=member, skill=skill)
    with pytest.raises(NotAllowed):
        merge_skills(by=member, skill=skill, into=javascript)


def test_rejecting_removes_the_listings(make_user, staff):
    member = make_user()
    skill = propose_skill(by=member, name="Chess", category=make_category())
    listing = make_listing(member, skill=skill)
    reject_skill(by=staff, skill=skill)
    listing.refresh_from_db()
    assert (listing.status, listing.open_key) == (Listing.Status.REMOVED, None)
    assert [payload["listing_id"] for payload in events("listing_removed")] == [listing.pk]
    assert resolve_skill("Chess", viewer=member) is None


def test_renaming_refreshes_the_search(javascript):
    javascript.name = "ECMA"
    save_skill(skill=javascript)
    set_aliases(skill=javascript, names=["Ecma", "es6", "ES6"])
    assert resolve_skill("js") is None
    assert resolve_skill("ES6") == resolve_skill("ecma") == javascript
    assert [alias.name for alias in javascript.aliases.all()] == ["ES6"]


# Merging


def test_merging_moves_names_relations_listings_and_legs(make_user, staff, javascript):
    teacher, learner = make_user(), make_user()
    old = make_skill("Browser scripting", aliases=["DOM"])
    older, related = make_skill("Live scripting"), make_skill("HTML")
    old.related.add(related, javascript)
    merge_skills(by=staff, skill=older, into=old)
    listing = make_listing(teacher, skill=old)
    swap = propose_swap(by=learner, legs=[LegTerms(giver=teacher, receiver=learner, skill=old, listing=listing)])
    merge_skills(by=staff, skill=old, into=javascript)
    for row in (old, older, listing):
        row.refresh_from_db()
    assert old.merged_into == older.merged_into == javascript
    for name in ("DOM", "Browser scripting", "live scripting", "js"):
        assert resolve_skill(name) == javascript
    assert set(javascript.related.all()) == {related}
    assert listing.skill == javascript
    assert swap.legs.get().skill == javascript
    same = propose_swap_key(learner, teacher, javascript)
    swap.refresh_from_db()
    assert swap.open_key == same
    assert {"skill_id": old.pk, "into_id": javascript.pk} in events("skill_merged")


def propose_swap_key(one, other, skill):
    from skillswap_kit.exchange.services.proposals import terms_key

    return terms_key([one.pk, other.pk], [skill.pk])


def test_merging_keeps_the_older_of_two_listings(make_user, staff, javascript):
    member, other_member = make_user(), make_user()
    other = make_skill("Scripting")
    older = make_listing(member, skill=other)
    newer = make_listing(member, skill=javascript)
    want = make_listing(member, skill=other, kind=Listing.Kind.WANT)
    single = make_listing(other_member, skill=other)
    merge_skills(by=staff, skill=other, into=javascript)
    for listing in (older, newer, want, single):
        listing.refresh_from_db()
    assert newer.status == Listing.Status.REMOVED
    assert [listing.skill for listing in (older, want, single)] == [javascript] * 3
    assert older.open_key == listing_open_key(member.pk, "offer", javascript.pk)
    with pytest.raises(Exception, match="You have a listing"):
        create_listing(by=member, kind="offer", skill=javascript)


def test_merging_leaves_one_of_two_equal_proposals(make_user, staff, javascript):
    teacher, learner = make_user(), make_user()
    other = make_skill("Scripting")
    swaps = [
        propose_swap(by=learner, legs=[LegTerms(giver=teacher, receiver=learner, skill=skill)])
        for skill in (javascript, other)
    ]
    merge_skills(by=staff, skill=other, into=javascript)
    statuses = [Swap.objects.get(pk=swap.pk).status for swap in swaps]
    assert statuses == [Swap.Status.PROPOSED, Swap.Status.CANCELLED]


def test_merging_into_itself_or_an_unapproved_skill_is_refused(make_user, staff, javascript):
    proposed = propose_skill(by=make_user(), name="Chess", category=make_category())
    for into in (javascript, proposed):
        with pytest.raises(InvalidInput):
            merge_skills(by=staff, skill=javascript, into=into)
    merge_skills(by=staff, skill=proposed, into=javascript)
    with pytest.raises(InvalidInput):
        merge_skills(by=staff, skill=javascript, into=proposed)
    with pytest.raises(InvalidTransition):
        merge_skills(by=staff, skill=proposed, into=javascript)


def test_an_alias_that_has_become_a_skill_is_not_approved(make_user, staff):
    zither = propose_skill(by=make_user(), name="Zither", category=make_category(), aliases=["Cithara"])
    cithara = make_skill("Cithara")
    with pytest.raises(SkillExists) as error:
        approve_skill(by=staff, skill=zither)
    assert error.value.skill_id == cithara.pk
    set_aliases(skill=zither, names=[])
    approve_skill(by=staff, skill=zither)


def test_a_skill_that_was_deleted_meanwhile_is_not_found(make_user, staff, javascript):
    gone = propose_skill(by=make_user(), name="Zither", category=make_category())
    Skill.objects.filter(pk=gone.pk).delete()
    for decide in (approve_skill, reject_skill):
        with pytest.raises(NotFound):
            decide(by=staff, skill=gone)
    for skill, into in [(gone, javascript), (javascript, gone)]:
        with pytest.raises(NotFound):
            merge_skills(by=staff, skill=skill, into=into)
