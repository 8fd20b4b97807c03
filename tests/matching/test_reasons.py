"""Why somebody is recommended: as data, and as a sentence in the language of the reader."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from skillswap_kit.core.text import isolated
from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.reasons import Reason, reasons_for
from skillswap_kit.matching.scoring import UTILITY_UNIT
from skillswap_kit.matching.services import recommend
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import ROWS

from .seekers import WANT

pytestmark = pytest.mark.django_db

CAIRO, GIZA = Coordinates(latitude=30.0444, longitude=31.2357), Coordinates(latitude=30.0131, longitude=31.1089)


def reasons(seeker, **options):
    """Of the one match that there is."""
    (row,) = recommend(by=seeker.user, explain=True, **options).rows
    return row.reasons


def of_kind(kind, found):
    return [reason for reason in found if reason.kind == kind]


def test_nobody_explains_unasked(seeker, match):
    match()
    assert recommend(by=seeker.user).rows[0].reasons is None


def test_what_one_gets_and_what_one_gives(seeker, match):
    match(level="expert")
    gets, gives = reasons(seeker)
    guitar, python = ({"id": skill.pk, "name": skill.name} for skill in (seeker.guitar, seeker.python))

    assert (gets.kind, gives.kind) == ("gets", "gives")
    assert gets.data == {"wanted": guitar, "taught": guitar, "level": "expert", "value": 1.0}
    assert gives.data == {"wanted": python, "taught": python, "level": "advanced", "value": pytest.approx(0.48)}
    assert gets.text == f"You can learn {isolated('Guitar')} from them (expert)."
    assert gives.text == f"They want to learn {isolated('Python')}, which you offer."


def test_the_most_valuable_comes_first(seeker, match):
    person = match(level="beginner")
    make_listing(person, skill=seeker.spanish, level="expert")
    make_listing(person, skill=make_skill("Knitting"))
    wanted = seeker.user.skillswap_listings.filter(kind=WANT)

    assert [(r.data["taught"]["name"], r.data["value"]) for r in of_kind("gets", reasons(seeker))] == [
        ("Guitar", pytest.approx(0.4)),
        ("Spanish", pytest.approx(0.4)),
    ]
    wanted.filter(skill=seeker.spanish).update(priority=3)
    assert [r.data["taught"]["name"] for r in of_kind("gets", reasons(seeker))] == ["Spanish", "Guitar"]


def test_the_ten_most_valuable_of_each_kind_say_enough(seeker, match):
    person = match()
    for number in range(12):
        skill = make_skill(f"Skill {number}")
        make_listing(seeker.user, skill=skill, kind=WANT, priority=1)
        make_listing(person, skill=skill, level="expert")

    gets = of_kind("gets", reasons(seeker))
    assert len(gets) == 10
    assert gets[0].data["taught"]["name"] == "Guitar"


def test_a_similar_skill_is_named_with_the_one_that_it_helps_with(seeker, match):
    ukulele, javascript = make_skill("Ukulele"), make_skill("JavaScript")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=50)
    SkillSimilarity.objects.create(wanted=javascript, taught=seeker.python, weight=30)
    person = match(skill=ukulele, level="expert")
    person.skillswap_listings.filter(kind=WANT).update(skill=javascript)

    gets, gives = reasons(seeker)
    assert (gets.data["wanted"]["name"], gets.data["taught"]["name"], gets.data["value"]) == ("Guitar", "Ukulele", 0.5)
    assert gets.text == (
        f"You can learn {isolated('Ukulele')} from them (expert), which helps with {isolated('Guitar')}."
    )
    assert (gives.data["wanted"]["name"], gives.data["taught"]["name"]) == ("JavaScript", "Python")
    assert gives.text == f"They want to learn {isolated('JavaScript')}. Your {isolated('Python')} helps with it."


def test_reasons_add_up_to_the_score(seeker, match):
    """What is said is why it was ranked so: the values of the reasons are the utilities of the matcher."""
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=45)
    person = match(level="intermediate")
    make_listing(person, skill=ukulele, level="expert")
    make_listing(person, skill=seeker.spanish)
    make_listing(person, skill=make_skill("Knitting"))

    (row,) = recommend(by=seeker.user, explain=True).rows
    for kind, total in (("gets", row.candidate.gets), ("gives", row.candidate.gives)):
        assert sum(round(r.data["value"] * UTILITY_UNIT) for r in of_kind(kind, row.reasons)) == total
    assert len(of_kind("gets", row.reasons)) == 3


def test_paused_listings_are_no_reason(seeker, match):
    person = match()
    make_listing(person, skill=seeker.spanish)
    person.skillswap_listings.filter(skill=seeker.spanish).update(status="paused")
    assert len(of_kind("gets", reasons(seeker))) == 1


def test_distance_is_told_in_whole_kilometres_between_cells(seeker, match):
    update_profile(by=seeker.user, location=CAIRO)
    person = match(profile={"location": GIZA})
    (reason,) = of_kind("distance", reasons(seeker))
    assert 8 < reason.data["km"] < 16
    assert reason.text == f"Lives about {reason.data['km']} km from you."

    update_profile(by=person, location=CAIRO)
    (reason,) = of_kind("distance", reasons(seeker))
    assert (reason.text, reason.data) == ("Lives in your area.", {"km": 0})


def test_without_two_places_there_is_no_distance(seeker, match):
    person = match(profile={"location": GIZA})
    assert of_kind("distance", reasons(seeker)) == []
    update_profile(by=seeker.user, location=CAIRO)
    update_profile(by=person, location=None)
    assert of_kind("distance", reasons(seeker)) == []


def test_names_of_skills_are_in_the_language_of_the_reader(seeker, match, settings):
    if "modeltranslation" not in settings.INSTALLED_APPS:
        pytest.skip("names have one language without the extra i18n")
    seeker.guitar.name_ar = "جيتار"
    seeker.guitar.save()
    match()
    with translation.override("ar"):
        assert reasons(seeker)[0].data["taught"]["name"] == "جيتار"
    assert reasons(seeker)[0].data["taught"]["name"] == "Guitar"


@pytest.mark.parametrize("rows", ROWS)
def test_reasons_cost_the_same_for_one_match_and_for_many(rows, seeker, match, django_assert_max_num_queries):
    update_profile(by=seeker.user, location=CAIRO)
    for _ in range(rows):
        match(profile={"location": GIZA})
    profiles = list(Profile.objects.exclude(user=seeker.user.pk).select_related("user"))
    viewer = type(seeker.user).objects.get(pk=seeker.user.pk)
    with django_assert_max_num_queries(4):
        found = reasons_for(viewer, profiles)
    assert all(len(said) == 3 for said in found.values())
    assert len(found) == rows


# Reasons of the host


def common_hours(viewer, profiles):
    """Of a later part, or of a host."""
    return {
        profile.pk: [Reason(kind="hours", text="Both are free on Sunday.", data={"day": 7})] for profile in profiles
    }


def test_a_host_adds_reasons_and_leaves_others_out(seeker, match):
    match()
    own = [f"{__name__}.common_hours"]
    with override_skillswap(MATCHING_REASONS=[*own, "skillswap_kit.matching.reasons.skill_reasons"]):
        assert [reason.kind for reason in reasons(seeker)] == ["hours", "gets", "gives"]
    with override_skillswap(MATCHING_REASONS=own):
        assert reasons(seeker) == [Reason(kind="hours", text="Both are free on Sunday.", data={"day": 7})]
    with override_skillswap(MATCHING_REASONS=[]):
        assert reasons(seeker) == []


def of_somebody_else(viewer, profiles):
    """Answers about more than it was asked for."""
    return {0: [Reason(kind="hours", text="Both are free on Sunday.", data={"day": 7})]}


def test_a_reason_for_a_profile_that_was_not_asked_for_is_left_out(seeker, match):
    match()
    with override_skillswap(MATCHING_REASONS=[f"{__name__}.{name}" for name in ("of_somebody_else", "common_hours")]):
        assert [reason.kind for reason in reasons(seeker)] == ["hours"]


def test_a_function_that_is_not_there_is_named(seeker, match):
    match()
    with (
        override_skillswap(MATCHING_REASONS=["nowhere.reasons"]),
        pytest.raises(ImproperlyConfigured, match="MATCHING_REASONS"),
    ):
        reasons(seeker)


@pytest.mark.parametrize("path", ["nowhere.reasons", "skillswap_kit.matching.scoring.LEVELS", "word", 5])
def test_a_check_names_what_is_no_function(path):
    with override_skillswap(MATCHING_REASONS=[path]):
        messages = run_checks(tags=["skillswap_matching"])
    assert [message.id for message in messages] == ["skillswap_matching.E005"]
    assert repr(path) in messages[0].msg
