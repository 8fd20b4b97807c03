"""The pages of offers and wants."""

import pytest
from django.urls import reverse
from django.utils import translation

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.models import Category, Listing, Profile, Swap
from skillswap_kit.exchange.services import (
    LegTerms,
    add_listing_faq,
    add_listing_image,
    pause_listing,
    propose_skill,
    update_profile,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import Hiding

from .reader import Reader, picture
from .reviewed import reviewed

pytestmark = pytest.mark.django_db

OFFERS = "/offers/"
SCRIPT = "<script>alert(1)</script>"


def page_of(listing):
    return f"/listings/{listing.pk}/"


@pytest.fixture
def mona(make_user):
    user = make_user("mona")
    make_member(user, display_name="Mona Ali", place_name="Cairo")
    return user


@pytest.fixture
def other(make_user):
    return make_user("other")


@pytest.fixture
def guitar():
    return make_skill("Guitar", category=make_category(name="Strings", parent=make_category(name="Music")))


@pytest.fixture
def offer(mona, guitar):
    return make_listing(
        mona,
        skill=guitar,
        title="Six strings",
        description="Slowly and well",
        level="expert",
        language="ar",
        price_points=20,
        duration_minutes=60,
    )


# The list


def test_strangers_read_what_is_offered(offer):
    text = Reader().text(OFFERS)
    for shown in ("Mona Ali", "Cairo", "Six strings", "Guitar", "Slowly and well", "Expert", "العربيّة", "20 points"):
        assert shown in text
    assert "1 found" in text


def test_offers_and_wants_stand_apart(offer, other):
    want = make_listing(other, kind="want")
    assert Reader().rows(OFFERS) == Reader().rows(OFFERS, kind="nonsense") == [offer]
    assert Reader().rows(OFFERS, kind="want") == [want]
    answer = Reader().open(OFFERS, kind="want", q="x", page="1")
    assert 'name="kind" value="want"' in answer.content.decode()
    tabs = answer.context["tabs"]
    assert [(tab["url"], tab["is_current"]) for tab in tabs] == [("?q=x&kind=offer", False), ("?q=x&kind=want", True)]


def test_a_search_finds_what_the_api_finds(offer, other, guitar):
    cheap = make_listing(other, level="beginner", mode="in_person", price_points=5)
    music = Category.objects.get(name="Music")
    for asked in (
        {"q": "six GUITAR"},
        {"skill": guitar.pk},
        {"category": music.pk},
        {"level": "expert"},
        {"language": "ar"},
        {"remote": "true"},
        {"place": "CAIRO"},
        {"member": "ali"},
        {"price_min": "6"},
        {"owner": written_key(offer.owner_id)},
    ):
        assert Reader().rows(OFFERS, **asked) == [offer], asked
    assert Reader().rows(OFFERS, price_max="6") == [cheap]


@pytest.mark.parametrize("word", ["JS", "جافاسكربت", "javascript"])
def test_any_name_of_a_skill_finds_it(mona, word):
    listing = make_listing(mona, skill=make_skill("JavaScript", aliases=["JS", "جافاسكربت"]))
    make_listing(mona)
    assert Reader().rows(OFFERS, q=word) == [listing]


def test_what_cannot_be_searched_for_is_said_beside_its_field(offer):
    assert Reader().wrong(OFFERS, q="x" * 101) == ["q"]
    assert Reader().wrong(OFFERS, level="guru") == ["level"]
    assert Reader().wrong(OFFERS, price_min="cheap", remote="perhaps") == ["remote", "price_min"]
    assert Reader().wrong(OFFERS, skill="x") == ["skill"]
    assert 'value="cheap"' in Reader().open(OFFERS, price_min="cheap").content.decode()


def test_filters_that_are_used_are_unfolded(offer):
    assert "<details>" in Reader().open(OFFERS, q="strings").content.decode()
    for asked in ({"level": "expert"}, {"level": "guru"}):
        assert "<details open>" in Reader().open(OFFERS, **asked).content.decode()


def test_categories_are_a_tree(guitar):
    make_category(name="Closed", is_active=False)
    choices = dict(Reader().open(OFFERS).context["filters"].fields["category"].widget.choices)
    strings = guitar.category
    assert list(choices.values()) == ["Any category", "Music", "\u2003Strings"]
    assert list(choices)[2] == strings.pk


def test_sorting(offer, other, make_user):
    make_member(other)
    Profile.objects.filter(user=other.pk).update(rating=4.5)
    Profile.objects.filter(user=offer.owner_id).update(rating=3)
    cheap = make_listing(other, skill=make_skill("Accordion"), level="beginner", price_points=5)
    unrated = make_listing(make_user(), skill=make_skill("Zither"), level="advanced")
    for ordering, expected in {
        "": [unrated, cheap, offer],
        "newest": [unrated, cheap, offer],
        "-rating": [cheap, offer, unrated],
        "level": [cheap, unrated, offer],
        "-level": [offer, unrated, cheap],
        "price": [cheap, offer, unrated],
        "name": [cheap, offer, unrated],
        "owner__password": [unrated, cheap, offer],
    }.items():
        assert Reader().rows(OFFERS, ordering=ordering) == expected, ordering
    assert "price" not in dict(Reader().open(OFFERS, kind="want").context["order_choices"])


def test_a_skill_in_the_address_can_be_taken_away(offer, guitar):
    answer = Reader().open(OFFERS, skill=guitar.pk, q="six", page="1")
    (narrowed,) = answer.context["narrowed"]
    assert (narrowed.text, narrowed.clear_url) == ("Guitar", "?q=six")
    assert f'name="skill" value="{guitar.pk}"' in answer.content.decode()
    assert Reader().open(OFFERS, skill="0").context["narrowed"] == []
    assert Reader().open(OFFERS, skill="9" * 30).context["narrowed"] == []


def test_the_owner_in_the_address_is_somebody_whom_one_may_find(offer, mona):
    asked = {"owner": written_key(mona.pk)}
    assert Reader().open(OFFERS, **asked).context["narrowed"][0].text == "Mona Ali"
    update_profile(by=mona, visibility="connections")
    answer = Reader().open(OFFERS, **asked)
    assert (answer.context["narrowed"], answer.context["page"].rows) == ([], [])


def test_where_nothing_is_the_page_says_what_to_do():
    assert "Be the first" in Reader().text(OFFERS)
    assert "Be the first" in Reader().text(OFFERS, kind="want")
    searched = Reader().open(OFFERS, q="nothing like it")
    assert b"Clear the filters" in searched.content
    assert searched.context["kind_to_add"] == "want"
    assert Reader().open(OFFERS, kind="want", q="x").context["kind_to_add"] == "offer"


def test_pages_keep_the_search(mona):
    for _ in range(3):
        make_listing(mona, title="Same")
    with override_skillswap(PAGE_SIZE=2):
        first = Reader().open(OFFERS, q="same")
        assert (len(first.context["page"].rows), "3 found" in Reader().text(OFFERS, q="same")) == (2, True)
        assert "?q=same&amp;page=2" in first.content.decode()
        assert len(Reader().rows(OFFERS, q="same", page=2)) == 1
        Reader().open(OFFERS, status=404, page=9)
        Reader().open(OFFERS, status=400, page="x")


def test_who_is_hidden_is_not_in_the_list(offer, other, monkeypatch):
    monkeypatch.setattr(Hiding, "hidden", [offer.owner])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        assert Reader(other).rows(OFFERS) == []
        Reader(other).open(page_of(offer), status=404)


def test_only_what_is_advertised_is_listed(offer, mona, other):
    pause_listing(by=mona, listing=offer)
    for viewer in (None, other, mona):
        assert Reader(viewer).rows(OFFERS) == []


def test_the_site_may_be_for_members_only(offer, other):
    with override_skillswap(PUBLIC_BROWSING=False):
        for path in (OFFERS, page_of(offer)):
            assert "next=" in Reader().open(path, status=302).url
            Reader(other).open(path)


@pytest.mark.parametrize("kind", ["offer", "want"])
def test_the_list_takes_the_same_queries_however_long_it_is(make_user, other, kind):
    counts = []
    for many in (2, 17):
        for _ in range(many):
            owner = make_user()
            make_member(owner, place_name="Cairo")
            listing = make_listing(owner, kind=kind)
            if kind == "offer":
                add_listing_image(by=owner, listing=listing, upload=picture())
        counts.append([Reader(viewer).queries(OFFERS, kind=kind) for viewer in (None, other)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


# One listing


def test_strangers_read_an_offer(offer, mona):
    add_listing_image(by=mona, listing=offer, upload=picture(), caption="My guitar")
    add_listing_image(by=mona, listing=offer, upload=picture())
    add_listing_faq(by=mona, listing=offer, question="Which guitar?", answer="Any.", language="en")
    text = Reader().text(page_of(offer))
    for shown in ("Six strings", "Slowly and well", "Guitar", "Expert", "60 minutes", "20 points", "Mona Ali", "Cairo"):
        assert shown in text
    assert "Which guitar? Any." in text
    html = Reader().open(page_of(offer)).content.decode()
    assert 'alt="My guitar"' in html
    assert 'alt="Six strings, picture 2"' in html
    assert html.count("/file/") == 2
    assert 'lang="ar"' in html


def test_a_picture_of_the_list_is_the_first_of_the_gallery(offer, mona):
    image = add_listing_image(by=mona, listing=offer, upload=picture())
    html = Reader().open(OFFERS).content.decode()
    address = reverse("skillswap_exchange_api:listing-image-file", kwargs={"listing_pk": offer.pk, "pk": image.pk})
    assert f'src="{address}"' in html
    assert Reader().client.get(address).status_code == 200


def test_a_listing_without_a_title_is_called_after_its_skill(mona, guitar):
    listing = make_listing(mona, skill=guitar, kind="want")
    text = Reader().text(page_of(listing))
    assert text.startswith('id="content" tabindex="-1"> Guitar Wants to learn Guitar')
    assert "Reviews" not in text


def test_what_one_can_do_depends_on_who_one_is(offer, mona, other):
    proposing = f"/members/{written_key(mona.pk)}/propose/?listing={offer.pk}"
    asking = f"/members/{written_key(mona.pk)}/ask/?listing={offer.pk}"
    editing = f"/my/listings/{offer.pk}/"
    expected = {None: (True, False, False), other: (True, True, False), mona: (False, False, True)}
    for viewer, links in expected.items():
        html = Reader(viewer).open(page_of(offer)).content.decode()
        assert tuple(f'href="{url}"' in html for url in (proposing, asking, editing)) == links
    assert "Sign in to propose a swap" in Reader().text(page_of(offer))


def test_a_paused_one_is_for_its_owner_alone(offer, mona, other):
    pause_listing(by=mona, listing=offer)
    assert "Paused: only you see it" in Reader(mona).text(page_of(offer))
    for viewer in (None, other):
        Reader(viewer).open(page_of(offer), status=404)


def test_a_skill_that_waits_for_approval_is_for_its_owner_alone(mona, other):
    skill = propose_skill(by=mona, name="Whistling", category=make_category())
    listing = make_listing(mona, skill=skill)
    assert "waits for approval" in Reader(mona).text(page_of(listing))
    Reader(other).open(page_of(listing), status=404)


@pytest.mark.parametrize("visibility", ["members", "connections"])
def test_listings_are_as_visible_as_their_owner(offer, mona, other, visibility):
    update_profile(by=mona, visibility=visibility)
    Reader().open(page_of(offer), status=404)
    Reader(other).open(page_of(offer), status=200 if visibility == "members" else 404)
    Reader(mona).open(page_of(offer))


@pytest.mark.parametrize("raw", ["0", "x", "-1", "9" * 40, "%D9%A7"])
def test_what_is_no_listing_is_not_there(offer, raw):
    assert "Nothing here" in Reader().text(f"/listings/{raw}/", status=404)


def test_learners_say_what_the_offer_is_like(offer, mona, other):
    make_member(other, display_name="Omar")
    reviewed(LegTerms(giver=mona, receiver=other, skill=offer.skill, listing=offer), comment="It was fine")
    text = Reader().text(page_of(offer))
    assert "Omar" in text
    assert "It was fine" in text
    update_profile(by=other, visibility="connections")
    assert "Omar" not in Reader().text(page_of(offer))


def test_nothing_that_people_wrote_becomes_markup(mona, other):
    make_member(mona, display_name="<b>M", place_name="<i>C")
    listing = make_listing(mona, title="<u>T", description=SCRIPT)
    add_listing_faq(by=mona, listing=listing, question=SCRIPT, answer=SCRIPT)
    for path in (OFFERS, page_of(listing)):
        for viewer in (None, other, mona):
            html = Reader(viewer).open(path).content.decode()
            assert not any(tag in html for tag in ("<b>M", "<i>C", "<u>T", SCRIPT))
            assert "&lt;u&gt;T" in html


def test_in_arabic(offer):
    with translation.override("ar"):
        for path in (OFFERS, page_of(offer)):
            answer = Reader().client.get(path, headers={"Accept-Language": "ar"})
            assert 'dir="rtl"' in answer.content.decode()


@pytest.mark.parametrize("kind", [Listing.Kind.OFFER, Listing.Kind.WANT])
def test_one_listing_takes_the_same_queries_whatever_it_has(make_user, mona, guitar, kind):
    listing = make_listing(mona, skill=guitar, kind=kind)
    counts = []
    for _ in range(2):
        if kind == Listing.Kind.OFFER:
            for _ in range(3):
                add_listing_image(by=mona, listing=listing, upload=picture())
                add_listing_faq(by=mona, listing=listing, question="?", answer="!")
                reviewed(LegTerms(giver=mona, receiver=make_user(), skill=guitar, listing=listing))
        counts.append([Reader(viewer).queries(page_of(listing)) for viewer in (None, mona)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14
    assert Swap.objects.count() == (6 if kind == Listing.Kind.OFFER else 0)
