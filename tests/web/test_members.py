"""The pages of members."""

import pytest

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Profile, Swap
from skillswap_kit.exchange.services import LegTerms, pause_listing, set_avatar, update_profile
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_review, make_swap
from tests.exchange.api_client import Hiding

from .reader import Reader, picture
from .reviewed import reviewed

pytestmark = pytest.mark.django_db

MEMBERS = "/members/"
SCRIPT = "<script>alert(1)</script>"


def page_of(user):
    return f"/members/{written_key(user.pk)}/"


@pytest.fixture
def mona(make_user):
    user = make_user("mona")
    make_member(
        user,
        display_name="Mona Ali",
        headline="Letters and strings",
        bio="I like both.",
        languages=["ar", "de"],
        place_name="Cairo",
        location=Coordinates(latitude=30.0444, longitude=31.2357),
    )
    return user


@pytest.fixture
def other(make_user):
    return make_user("other")


@pytest.fixture
def guitar():
    return make_skill("Guitar", category=make_category(parent=make_category()))


# The list


def test_strangers_read_who_is_here(mona, guitar):
    make_listing(mona, skill=guitar)
    make_listing(mona, skill=make_skill("Python"), kind="want")
    make_listing(mona, skill=make_skill("Whistling", status="proposed", proposed_by=mona))
    text = Reader().text(MEMBERS)
    assert "Mona Ali Cairo" in text
    assert "Letters and strings Teaches Guitar Wants to learn Python" in text
    assert "العربيّة · Deutsch" in text
    assert "Whistling" not in text


def test_a_card_shows_the_first_few_skills(mona):
    listings = [make_listing(mona) for _ in range(6)]
    pause_listing(by=mona, listing=listings[5])
    text = Reader().text(MEMBERS)
    assert [listing.skill.name in text for listing in listings] == [False, True, True, True, True, False]


def test_a_search_finds_whom_the_api_finds(mona, other, guitar):
    make_member(other, display_name="Bruno", place_name="Berlin", languages=["en"])
    make_listing(mona, skill=guitar, level="expert")
    make_listing(other, skill=make_skill("Go"), level="beginner")
    for asked in (
        {"q": "ALI"},
        {"place": "cairo"},
        {"language": "ar"},
        {"category": guitar.category.parent_id},
        {"level": "expert"},
        {"skill": guitar.pk},
        {"offers": guitar.pk},
    ):
        assert [profile.user for profile in Reader().rows(MEMBERS, **asked)] == [mona], asked
    assert Reader().rows(MEMBERS, wants=guitar.pk) == []


def test_what_cannot_be_searched_for_is_said_beside_its_field(mona):
    assert Reader().wrong(MEMBERS, q="x" * 101) == ["q"]
    assert Reader().wrong(MEMBERS, level="guru", category="x") == ["category", "level"]


def test_a_skill_in_the_address_can_be_taken_away(mona, guitar):
    (narrowed,) = Reader().open(MEMBERS, offers=guitar.pk, place="cairo").context["narrowed"]
    assert (narrowed.text, narrowed.clear_url) == ("Guitar", "?place=cairo")


def test_sorting(mona, other):
    make_member(other, display_name="Bruno")
    Profile.objects.filter(user=mona.pk).update(rating=4.5)
    for ordering, expected in {"": [other, mona], "-rating": [mona, other], "name": [other, mona]}.items():
        assert [profile.user for profile in Reader().rows(MEMBERS, ordering=ordering)] == expected


def test_where_nobody_is_the_page_says_what_to_do():
    assert "Be the first" in Reader().text(MEMBERS)
    assert "Clear the filters" in Reader().text(MEMBERS, q="nobody")


def test_the_site_may_be_for_members_only(mona, other):
    with override_skillswap(PUBLIC_BROWSING=False):
        for path in (MEMBERS, page_of(mona)):
            assert "next=" in Reader().open(path, status=302).url
            Reader(other).open(path)


def test_the_list_takes_the_same_queries_however_long_it_is(make_user, other):
    counts = []
    for many in (2, 17):
        for _ in range(many):
            user = make_user()
            make_member(user, languages=["en", "ar"])
            set_avatar(by=user, upload=picture())
            for kind in ("offer", "want"):
                make_listing(user, kind=kind)
        counts.append([Reader(viewer).queries(MEMBERS) for viewer in (None, other)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


# One member


def test_strangers_read_a_member(mona, guitar):
    make_listing(mona, skill=guitar, title="Six strings")
    make_listing(mona, skill=make_skill("Python"), kind="want", title="Snakes")
    text = Reader().text(page_of(mona))
    for shown in ("Mona Ali", "Letters and strings", "I like both.", "Cairo", "Deutsch", "Six strings", "Snakes"):
        assert shown in text
    assert "Completed sessions 0" in text
    assert "Member since" in text
    assert "No reviews yet." in text


def test_coordinates_are_on_no_page(mona):
    profile = Profile.objects.get(user=mona.pk)
    for viewer in (None, mona):
        html = Reader(viewer).open(page_of(mona)).content.decode() + Reader(viewer).open(MEMBERS).content.decode()
        assert str(profile.latitude)[:5] not in html
        assert "30.04" not in html


def test_what_one_can_do_depends_on_who_one_is(mona, other):
    expected = {None: (True, False, False), other: (True, True, False), mona: (False, False, True)}
    for viewer, links in expected.items():
        html = Reader(viewer).open(page_of(mona)).content.decode().partition("<main")[2]
        urls = (f"{page_of(mona)}propose/", f"{page_of(mona)}ask/", "/my/profile/")
        assert tuple(f'href="{url}"' in html for url in urls) == links
    assert "Sign in to propose a swap" in Reader().text(page_of(mona))
    assert "Edit my profile" in Reader(mona).text(page_of(mona))


def test_one_sees_oneself_before_the_first_write(other):
    text = Reader(other).text(page_of(other))
    assert "New member" in text
    assert "You offer nothing yet." in text
    assert not Profile.objects.exists()
    Reader().open(page_of(other), status=404)


@pytest.mark.parametrize("visibility", ["members", "connections"])
def test_members_are_found_by_whom_they_chose(mona, other, visibility):
    update_profile(by=mona, visibility=visibility)
    Reader().open(page_of(mona), status=404)
    Reader(other).open(page_of(mona), status=200 if visibility == "members" else 404)
    assert "as you chose" in Reader(mona).text(page_of(mona))
    assert [profile.user for profile in Reader(mona).rows(MEMBERS)] == [mona]
    assert Reader().rows(MEMBERS) == []


def test_a_public_page_says_nothing_of_being_hidden(mona):
    assert "as you chose" not in Reader(mona).text(page_of(mona))


def test_who_is_hidden_is_as_if_not_there(mona, other, monkeypatch):
    monkeypatch.setattr(Hiding, "hidden", [mona])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        hidden = Reader(other).text(page_of(mona), status=404)
        assert Reader(other).rows(MEMBERS) == []
    missing = type(mona)(pk=mona.pk)
    mona.delete()
    assert Reader(other).text(page_of(missing), status=404) == hidden


def test_a_connection_is_shown_to_both(mona, other):
    make_member(other)
    assert "Connected since" not in Reader(other).text(page_of(mona))
    make_swap([mona, other], status=Swap.Status.ACCEPTED)
    assert "Connected since" in Reader(other).text(page_of(mona))
    assert "Connected since" in Reader(mona).text(page_of(other))
    assert "Connected since" not in Reader(mona).text(page_of(mona))
    assert "Connected since" not in Reader().text(page_of(mona))


def test_reviews_are_shown_once_published(mona, other, guitar):
    make_member(other, display_name="Omar")
    swap = make_swap([mona, other], status=Swap.Status.COMPLETED)
    make_review(swap, by=other, comment="Patient and kind")
    for viewer in (None, other, mona):
        assert "Patient and kind" not in Reader(viewer).text(page_of(mona))
    make_review(swap, by=mona)
    text = Reader().text(page_of(mona))
    assert "Patient and kind" in text
    assert "Omar" in text
    update_profile(by=other, visibility="members")
    assert "Omar" not in Reader().text(page_of(mona))


def test_reviews_have_pages(mona, make_user, guitar):
    for number in range(3):
        reviewed(LegTerms(giver=mona, receiver=make_user(), skill=guitar), comment=f"Number {number}")
    with override_skillswap(PAGE_SIZE=2):
        first, second = Reader().text(page_of(mona)), Reader().text(page_of(mona), page=2)
    assert [f"Number {number}" in first for number in range(3)] == [False, True, True]
    assert [f"Number {number}" in second for number in range(3)] == [True, False, False]


def test_many_listings_have_a_page_of_their_own(mona):
    for _ in range(13):
        make_listing(mona)
    answer = Reader().open(page_of(mona))
    assert f'href="/offers/?kind=offer&amp;owner={written_key(mona.pk)}"' in answer.content.decode()
    assert answer.content.decode().count('class="ssk-card"') == 12 + 1
    assert "All wants" not in answer.content.decode()


def test_nothing_that_people_wrote_becomes_markup(mona, other):
    update_profile(by=mona, display_name="<b>M", headline="<u>H", bio=SCRIPT, place_name="<i>C")
    make_listing(mona, title=SCRIPT, description=SCRIPT)
    for path in (MEMBERS, page_of(mona)):
        for viewer in (None, other, mona):
            html = Reader(viewer).open(path).content.decode()
            assert not any(text in html for text in ("<b>M", "<u>H", "<i>C", SCRIPT))
            assert "&lt;b&gt;M" in html


def test_one_page_takes_the_same_queries_whatever_it_shows(mona, other, make_user):
    counts = []
    for _ in range(2):
        for _ in range(3):
            skill = make_skill()
            make_listing(mona, skill=skill)
            make_listing(mona, kind="want")
            reviewed(LegTerms(giver=mona, receiver=make_user(), skill=skill))
        counts.append([Reader(viewer).queries(page_of(mona)) for viewer in (None, other, mona)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 18


@pytest.mark.parametrize("raw", ["x y", "9" * 40, "~9"])
def test_what_is_no_member_is_not_there(mona, raw):
    Reader().open(f"/members/{raw}/", status=404)
