"""The pages of one's own listings: the list, adding and editing, pictures, questions, and proposing a skill."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from skillswap_kit.exchange.models import Listing, Skill
from skillswap_kit.exchange.services import (
    add_listing_faq,
    add_listing_image,
    approve_skill,
    pause_listing,
    propose_skill,
    remove_listing,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill

pytestmark = pytest.mark.django_db

LISTINGS = "/my/listings/"
ADD = "/my/listings/add/"
PROPOSE = "/my/skills/propose/"


@pytest.fixture
def mona(make_user):
    user = make_user("mona")
    make_member(user, display_name="Mona")
    return user


@pytest.fixture
def page(client, mona):
    client.force_login(mona)
    return client


@pytest.fixture
def guitar():
    return make_skill("Guitar", aliases=["جيتار", "axe"])


def to(name, *rows):
    return reverse(f"skillswap_exchange:{name}", args=[row.pk for row in rows])


def filled(**changes):
    return {"skill": "Guitar", "level": "expert", "mode": "remote", "priority": "4", **changes}


def picture():
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile("guitar.png", data.getvalue(), "image/png")


def gone(row):
    return not type(row).objects.filter(pk=row.pk).exists()


@pytest.fixture
def offer(mona, guitar):
    return make_listing(mona, skill=guitar, title="Blues")


@pytest.fixture
def image(mona, offer):
    return add_listing_image(by=mona, listing=offer, upload=picture(), caption="A red guitar")


@pytest.fixture
def faq(mona, offer):
    return add_listing_faq(by=mona, listing=offer, question="What to bring?", answer="Ears")


# Who


@pytest.fixture
def paths(offer, image, faq):
    return {
        "own-listings": LISTINGS,
        "listing-add": ADD,
        "skill-propose": PROPOSE,
        **{name: to(name, offer) for name in ("listing-edit", "listing-pause", "listing-resume", "listing-remove")},
        **{name: to(name, offer) for name in ("listing-pictures", "listing-question-add")},
        **{name: to(name, offer, faq) for name in ("listing-question-edit", "listing-question-remove")},
        "listing-picture-remove": to("listing-picture-remove", offer, image),
    }


def test_strangers_are_sent_to_sign_in(client, paths):
    for path in paths.values():
        for answer in (client.get(path), client.post(path)):
            assert (answer.status_code, "next=" in answer.url) == (302, True), path


def test_listings_of_others_are_not_here(client, make_user, paths, offer, image, faq):
    client.force_login(make_user())
    for name, path in paths.items():
        if name not in {"own-listings", "listing-add", "skill-propose"}:
            assert [client.get(path).status_code, client.post(path).status_code] == [404, 404], name
    assert "Blues" not in client.get(LISTINGS).text
    offer.refresh_from_db()
    assert (offer.status, offer.images.count(), offer.faqs.count()) == ("active", 1, 1)


def test_parts_of_another_listing_are_not_here(page, mona, offer, image, faq):
    other = make_listing(mona)
    for name, part in (
        ("listing-picture-remove", image),
        ("listing-question-edit", faq),
        ("listing-question-remove", faq),
    ):
        assert page.get(to(name, other, part)).status_code == 404
        assert page.post(to(name, other, part)).status_code == 404


def test_owners_open_everything(page, paths):
    assert {name: page.get(path).status_code for name, path in paths.items()} == dict.fromkeys(paths, 200)


def test_wants_have_no_pictures_and_no_questions(page, mona):
    want = make_listing(mona, kind="want")
    assert page.get(to("listing-pictures", want)).status_code == 404
    assert page.get(to("listing-question-add", want)).status_code == 404
    assert "Questions and answers" not in page.get(to("listing-edit", want)).text


# The list


def test_newcomers_are_told_what_to_do_first(client, make_user):
    client.force_login(make_user())
    offers, wants = client.get(LISTINGS).text, client.get(f"{LISTINGS}?kind=want").text
    assert f"{ADD}?kind=offer" in offers
    assert f"{ADD}?kind=want" in wants
    assert "/my/profile/" in offers
    assert "what to call you" in offers


def test_offers_and_wants_are_apart_and_paused_ones_among_them(page, mona, guitar):
    pause_listing(by=mona, listing=make_listing(mona, skill=guitar))
    make_listing(mona, skill=make_skill("Spanish"), kind="want")
    remove_listing(by=mona, listing=make_listing(mona, skill=make_skill("Chess")))
    offers, wants = page.get(LISTINGS).text, page.get(f"{LISTINGS}?kind=want").text
    assert "Guitar" in offers
    assert "Paused" in offers
    assert "Spanish" not in offers
    assert "Spanish" in wants
    assert "Chess" not in offers


def test_a_listing_is_paused_and_resumed_in_place(page, offer):
    here = f"{LISTINGS}?kind=offer&page=1"
    assert page.post(to("listing-pause", offer), {"next": here}).url == here
    offer.refresh_from_db()
    assert offer.status == "paused"
    assert page.post(to("listing-pause", offer)).status_code == 409
    page.post(to("listing-resume", offer))
    offer.refresh_from_db()
    assert offer.status == "active"


def test_removing_asks_first(page, offer):
    assert "Remove “\u2068Blues\u2069”?" in page.get(to("listing-remove", offer)).text
    offer.refresh_from_db()
    assert offer.status == "active"
    assert page.post(to("listing-remove", offer)).url == f"{LISTINGS}?kind=offer"
    offer.refresh_from_db()
    assert offer.status == "removed"
    assert page.get(to("listing-edit", offer)).status_code == 404


def test_queries_do_not_grow_with_listings(page, mona):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            page.get(LISTINGS)
        return len(queries)

    for _number in range(2):
        make_listing(mona)
    few = cost()
    for _number in range(16):
        make_listing(mona)
    assert cost() == few


# Adding


@pytest.mark.parametrize("name", ["guitar", "جِيتار", "AXE"])
def test_a_skill_is_found_by_any_of_its_names(page, mona, guitar, name):
    assert page.post(ADD, filled(skill=name, price_points="20", duration_minutes="45")).url == f"{LISTINGS}?kind=offer"
    listing = Listing.objects.get(owner=mona.pk)
    assert (listing.skill, listing.kind, listing.level, listing.mode) == (guitar, "offer", "expert", "remote")
    assert (listing.price_points, listing.duration_minutes) == (20, 45)


def test_a_want_has_a_priority_and_no_price(page, mona, guitar):
    answer = page.get(f"{ADD}?kind=want")
    assert "priority" in answer.context["form"].fields
    assert "price_points" not in answer.context["form"].fields
    page.post(f"{ADD}?kind=want", filled())
    listing = Listing.objects.get(owner=mona.pk)
    assert (listing.kind, listing.priority, listing.price_points) == ("want", 4, None)


def test_the_skill_can_come_by_the_address(page):
    assert page.get(f"{ADD}?skill=Guitar").context["form"]["skill"].value() == "Guitar"


@pytest.mark.parametrize("typed", ["Guitr", "acoustic guitar"])
def test_an_unknown_skill_offers_the_nearest_ones_and_a_proposal(page, mona, guitar, typed):
    answer = page.post(ADD, filled(skill=typed, description="Twelve bars"))
    assert answer.status_code == 400
    assert "skill" in answer.context["form"].errors
    assert answer.context["nearest"] == [guitar]
    assert 'name="skill" value="Guitar"' in answer.text
    assert "Twelve bars" in answer.text
    assert f"{PROPOSE}?kind=offer&amp;name={typed.replace(' ', '+')}" in answer.text
    assert not Listing.objects.exists()


def test_a_pressed_suggestion_counts_and_not_what_was_typed(page, mona, guitar):
    page.post(ADD, filled(skill=["Guitr", "Guitar"]))
    assert Listing.objects.get(owner=mona.pk).skill == guitar


def test_one_listing_of_a_kind_for_a_skill(page, offer):
    answer = page.post(ADD, filled(title="Again"))
    assert answer.status_code == 409
    assert "Edit that one" in answer.context["form"].errors["skill"][0]
    assert to("listing-edit", offer) in answer.text
    assert 'value="Again"' in answer.text


def test_as_many_as_there_may_be(page, mona, guitar, settings):
    make_listing(mona)
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_LISTINGS": 1}
    answer = page.post(ADD, filled(title="One more"))
    assert answer.status_code == 409
    assert "You have 1 already" in answer.text
    assert 'value="One more"' in answer.text


def test_what_cannot_be_read_stands_beside_its_field(page, guitar):
    wrong = {"level": "god", "price_points": "-1", "duration_minutes": "100000", "language": "xx", "title": "a\x00b"}
    assert page.post(ADD, filled(**wrong)).context["form"].errors.keys() == wrong.keys()


# Editing


def test_kind_and_skill_stay(page, offer, guitar):
    answer = page.get(to("listing-edit", offer))
    assert "skill" not in answer.context["form"].fields
    assert answer.context["form"]["title"].value() == "Blues"
    page.post(f"{to('listing-edit', offer)}?kind=want", filled(skill="Chess", kind="want", title="Jazz"))
    offer.refresh_from_db()
    assert (offer.title, offer.skill, offer.kind) == ("Jazz", guitar, "offer")


def test_a_language_that_is_on_no_list_is_kept(page, mona):
    listing = make_listing(mona, language="tlh")
    assert page.post(to("listing-edit", listing), filled(language="tlh")).status_code == 302
    listing.refresh_from_db()
    assert listing.language == "tlh"


def test_a_price_can_be_taken_away(page, mona):
    listing = make_listing(mona, price_points=5, duration_minutes=30)
    page.post(to("listing-edit", listing), filled())
    listing.refresh_from_db()
    assert (listing.price_points, listing.duration_minutes) == (None, None)


# Pictures


def test_a_picture_is_added_with_words_and_removed(page, offer):
    pictures = to("listing-pictures", offer)
    assert page.post(pictures, {"file": picture(), "caption": "A red guitar"}).url == pictures
    image = offer.images.get()
    assert 'alt="A red guitar"' in page.get(pictures).text
    assert "A red guitar" in page.get(to("listing-picture-remove", offer, image)).text
    assert not gone(image)
    assert page.post(to("listing-picture-remove", offer, image)).url == pictures
    assert gone(image)


def test_a_picture_needs_words_and_must_be_one(page, offer):
    pictures = to("listing-pictures", offer)
    assert page.post(pictures, {"file": picture()}).context["form"].errors.keys() == {"caption"}
    broken = SimpleUploadedFile("a.png", b"no", "image/png")
    answer = page.post(pictures, {"file": broken, "caption": "Mine"})
    assert answer.context["form"].errors.keys() == {"file"}
    assert 'value="Mine"' in answer.text


def test_a_full_gallery_says_so(page, offer, image, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_LISTING_IMAGES": 1}
    assert "as many as there may be" in page.get(to("listing-pictures", offer)).text
    answer = page.post(to("listing-pictures", offer), {"file": picture(), "caption": "Two"})
    assert (answer.status_code, offer.images.count()) == (409, 1)


# Questions


def test_a_question_is_added_edited_and_removed(page, offer):
    page.post(to("listing-question-add", offer), {"question": "How long?", "answer": "An hour", "language": "en"})
    faq = offer.faqs.get()
    assert "How long?" in page.get(to("listing-edit", offer)).text
    edit = to("listing-question-edit", offer, faq)
    assert page.get(edit).context["form"]["answer"].value() == "An hour"
    assert page.post(edit, {"question": "How long?"}).context["form"].errors.keys() == {"answer"}
    assert page.post(edit, {"question": "How long?", "answer": "Two"}).url == to("listing-edit", offer)
    faq.refresh_from_db()
    assert (faq.answer, faq.language) == ("Two", "")
    assert "How long?" in page.get(to("listing-question-remove", offer, faq)).text
    assert not gone(faq)
    page.post(to("listing-question-remove", offer, faq))
    assert gone(faq)


def test_people_write_text_and_never_markup(page, mona, guitar):
    attack = "<img src=x onerror=alert(1)>"
    offer = make_listing(mona, skill=guitar, title=attack, description=attack)
    add_listing_faq(by=mona, listing=offer, question=attack, answer=attack)
    add_listing_image(by=mona, listing=offer, upload=picture(), caption=attack)
    for path in (LISTINGS, *(to(name, offer) for name in ("listing-edit", "listing-pictures", "listing-remove"))):
        assert "<img src=x" not in page.get(path).text


# Proposing a skill


def test_a_proposed_skill_is_used_at_once_by_its_proposer(page, mona, staff):
    category = make_category(name="Music")
    assert page.get(f"{PROPOSE}?name=Oud").context["form"]["name"].value() == "Oud"
    answer = page.post(f"{PROPOSE}?kind=want", {"name": "Oud", "category": category.pk})
    assert answer.url == f"{ADD}?kind=want&skill=Oud"
    page.post(f"{ADD}?kind=want", filled(skill="Oud"))
    listing = Listing.objects.get(owner=mona.pk)
    assert listing.skill.status == "proposed"
    assert "waits for approval" in page.get(f"{LISTINGS}?kind=want").text
    approve_skill(by=staff, skill=listing.skill)
    assert "waits for approval" not in page.get(f"{LISTINGS}?kind=want").text


def test_a_proposal_of_somebody_else_cannot_be_used(page, make_user):
    propose_skill(by=make_user(), name="Oud", category=make_category())
    answer = page.post(ADD, filled(skill="Oud"))
    assert (answer.status_code, answer.context["nearest"]) == (400, [])


def test_a_skill_that_exists_is_named(page, guitar):
    answer = page.post(f"{PROPOSE}?kind=want", {"name": "axe", "category": guitar.category.pk})
    assert answer.status_code == 409
    assert "exists already" in answer.context["form"].errors["name"][0]
    assert f"{ADD}?kind=want&amp;skill=Guitar" in answer.text


def test_closed_categories_are_not_offered(page):
    closed = make_category(is_active=False)
    answer = page.post(PROPOSE, {"name": "Oud", "category": closed.pk})
    assert answer.context["form"].errors.keys() == {"category"}
    assert not Skill.objects.exists()


def test_as_many_proposals_as_there_may_be(page, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_SKILL_PROPOSALS": 0}
    answer = page.post(PROPOSE, {"name": "Oud", "category": make_category().pk})
    assert answer.status_code == 409
    assert 'value="Oud"' in answer.text
