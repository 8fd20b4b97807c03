"""The API of listings: finding them, and writing one's own."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from skillswap_kit.exchange.models import Listing, ListingFAQ, ListingImage, Profile, Skill
from skillswap_kit.exchange.services import add_listing_image, pause_listing, update_profile
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill

from .api_client import Api, Hiding, key

pytestmark = pytest.mark.django_db

SHOWN = {
    "id",
    "kind",
    "skill",
    "title",
    "description",
    "level",
    "priority",
    "price_points",
    "mode",
    "language",
    "duration_minutes",
    "status",
    "owner",
    "place_name",
    "images",
    "created_at",
    "updated_at",
}


def picture():
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile("x.png", data.getvalue(), "image/png")


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
    return make_skill("Guitar", aliases=["جيتار"])


@pytest.fixture
def offer(mona, guitar):
    return make_listing(
        mona, skill=guitar, title="Chords", description="Calm lessons", price_points=30, language="ar", mode="remote"
    )


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


# Reading


def test_strangers_read_an_allow_list(offer, mona):
    row = Api().get("skills/").json()["results"][0]
    page = Api().get(f"skills/{offer.pk}/").json()
    assert (set(row), set(page)) == (SHOWN, SHOWN | {"faqs"})
    assert row["owner"] == {
        "id": key(mona),
        "name": "Mona Ali",
        "avatar": None,
        "rating": None,
        "rating_count": 0,
    }
    assert row["skill"] == {
        "id": offer.skill_id,
        "name": "Guitar",
        "category": {"id": offer.skill.category_id, "name": offer.skill.category.name},
    }
    assert (row["priority"], row["price_points"], row["place_name"]) == (None, 30, "Cairo")
    assert row["created_at"].endswith("Z")


def test_the_two_addresses_know_different_kinds(offer, mona):
    want = make_listing(mona, kind="want", priority=5)
    assert ids(Api().get("skills/")) == [offer.pk]
    assert ids(Api().get("listings/")) == [want.pk, offer.pk]
    assert ids(Api().get("listings/", kind="want")) == [want.pk]
    assert Api().get(f"skills/{want.pk}/").status_code == 404
    assert Api().get(f"listings/{want.pk}/").json()["priority"] == 5


def test_who_finds_a_listing(offer, mona, other, settings, monkeypatch):
    def found():
        return [
            (bool(ids(Api(user).get("skills/"))), Api(user).get(f"skills/{offer.pk}/").status_code)
            for user in (None, other, mona)
        ]

    assert found() == [(True, 200)] * 3
    update_profile(by=mona, visibility="members")
    assert found() == [(False, 404), (True, 200), (True, 200)]
    pause_listing(by=mona, listing=offer)
    assert found() == [(False, 404), (False, 404), (False, 200)]
    assert ids(Api(mona).get("skills/", mine="true")) == [offer.pk]
    assert ids(Api(mona).get("skills/", mine="")) == ids(Api(mona).get("skills/", mine="false")) == []
    assert ids(Api().get("skills/", mine="true")) == []


def test_listings_of_hidden_people_are_not_found(offer, mona, other, settings, monkeypatch):
    settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": ["tests.exchange.api_client.Hiding"]}
    monkeypatch.setattr(Hiding, "hidden", [mona])
    assert ids(Api(other).get("skills/")) == []
    assert Api(other).get(f"listings/{offer.pk}/images/").status_code == 404


# Finding


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "CHORDS"},
        {"q": "calm guitar"},
        {"q": "جِيتار"},
        {"language": "AR"},
        {"remote": "true"},
        {"place": "cairo"},
        {"member": "mona"},
        {"price_min": 30, "price_max": 30},
        {"level": "beginner"},
        {"q": "chords", "remote": "1"},
    ],
)
def test_offers_are_found(offer, other, asked):
    make_listing(other, title="Rust", level="expert", mode="in_person", language="de", price_points=99)
    assert ids(Api().get("skills/", **asked)) == [offer.pk]


@pytest.mark.parametrize(
    "asked", [{"q": "piano"}, {"language": "de"}, {"remote": "false"}, {"price_max": 29}, {"place": "Berlin"}]
)
def test_offers_are_not_found(offer, asked):
    assert ids(Api().get("skills/", **asked)) == []


def test_offers_are_found_by_rows(offer, mona, other):
    offer.skill.category.parent = above = make_category()
    offer.skill.category.save()
    make_listing(other)
    for asked in ({"skill": offer.skill_id}, {"category": above.pk}, {"owner": key(mona)}):
        assert ids(Api().get("skills/", **asked)) == [offer.pk]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"ordering": "owner__password"}, "ordering"),
        ({"ordering": "?"}, "ordering"),
        ({"level": "guru"}, "level"),
        ({"remote": "maybe"}, "remote"),
        ({"skill": "1 or 1=1"}, "skill"),
        ({"owner": "1.5"}, "owner"),
        ({"price_min": "-1"}, "price_min"),
        ({"price_max": "9" * 30}, "price_max"),
        ({"page": "0"}, "page"),
    ],
)
def test_what_cannot_be_asked_is_refused(offer, params, field):
    answer = Api().get("listings/", **params)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_offers_are_sorted_by_name(mona, other):
    zither = make_listing(mona, skill=make_skill("Zither"), level="beginner", price_points=9)
    bass = make_listing(other, skill=make_skill("Bass"), level="expert")
    Profile.objects.filter(user=mona.pk).update(rating=4.5)
    for ordering, first in {"newest": bass, "level": zither, "price": zither, "rating": zither, "name": bass}.items():
        second = zither if first is bass else bass
        assert ids(Api().get("skills/", ordering=ordering)) == [first.pk, second.pk]
        backwards = ids(Api().get("skills/", ordering=f"-{ordering}"))
        without_value_is_last = ordering in {"price", "rating"}
        assert backwards == ([first.pk, second.pk] if without_value_is_last else [second.pk, first.pk])


def test_names_are_sorted_in_the_language_of_the_reader(mona, other):
    if not hasattr(Skill, "name_ar"):
        pytest.skip("the extra is not enabled")
    last = make_listing(mona, skill=make_skill("Astronomy", name_ar="فلك"))
    first = make_listing(mona, skill=make_skill("Zither", name_ar="آلة"))
    with translation.override("ar"):
        found = Api().client.get("/api/skills/?ordering=name", headers={"accept-language": "ar"}).json()
    assert [row["id"] for row in found["results"]] == [first.pk, last.pk]
    assert ids(Api().get("skills/", ordering="name")) == [last.pk, first.pk]


# Writing


def test_adding_an_offer(mona, guitar):
    answer = Api(mona).post("skills/", {"skill": guitar.pk, "title": "Chords", "price_points": 10})
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["kind"], shown["title"], shown["owner"]["id"], shown["faqs"]) == ("offer", "Chords", key(mona), [])
    again = Api(mona).post("skills/", {"skill": guitar.pk})
    assert (again.status_code, again.json()["code"]) == (409, "listing_exists")
    assert Api(mona).post("listings/", {"kind": "want", "skill": "جيتار", "priority": 4}).json()["priority"] == 4
    assert Api().post("skills/", {"skill": guitar.pk}).status_code == 403


def test_a_post_is_done_once(mona, guitar):
    for replayed in (False, True):
        answer = Api(mona).post("skills/", {"skill": guitar.pk}, **{"Idempotency-Key": "k1"})
        assert (answer.status_code, answer.has_header("Idempotent-Replayed")) == (201, replayed)
    assert Listing.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"skill": 10**9}, "skill"),
        ({"skill": None}, "skill"),
        ({"skill": "no such skill"}, "skill"),
        ({"skill": [1]}, "skill"),
        ({"kind": "gift"}, "kind"),
        ({"title": "x" * 121}, "title"),
        ({"title": {}}, "title"),
        ({"price_points": 10_001}, "price_points"),
        ({"price_points": -1}, "price_points"),
        ({"price_points": 1.5}, "price_points"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 481}, "duration_minutes"),
        ({"priority": 3}, "priority"),
        ({"level": "guru"}, "level"),
        ({"language": "???"}, "language"),
    ],
)
def test_wrong_listings_are_refused(mona, guitar, change, field):
    answer = Api(mona).post("listings/", {"kind": "offer", "skill": guitar.pk, **change})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Listing.objects.exists()


def test_what_is_not_writable_is_not_written(mona, other, guitar):
    shown = Api(mona).post("skills/", {"skill": guitar.pk, "owner": key(other), "status": "paused", "id": 99}).json()
    assert (shown["owner"]["id"], shown["status"]) == (key(mona), "active")


def test_only_the_owner_edits(offer, mona, other):
    for method, path, data in (
        ("put", "", {"title": "x"}),
        ("patch", "", {"title": "x"}),
        ("delete", "", None),
        ("post", "pause/", None),
        ("post", "resume/", None),
        ("post", "faqs/", {"question": "a", "answer": "b"}),
    ):
        for user in (None, other):
            answer = Api(user).send(method, f"skills/{offer.pk}/{path}".replace("skills", "listings"), data)
            assert answer.status_code == 403, (method, path)
    assert Api(mona).send("patch", f"skills/{offer.pk}/", {"title": "Riffs"}).json()["title"] == "Riffs"
    shown = (
        Api(mona).send("put", f"skills/{offer.pk}/", {"kind": "offer", "skill": offer.skill_id, "title": "A"}).json()
    )
    assert (shown["title"], shown["description"]) == ("A", "Calm lessons")
    assert Api(mona).post(f"skills/{offer.pk}/pause/").json()["status"] == "paused"
    assert Api(other).get(f"skills/{offer.pk}/").status_code == 404
    assert Api(other).send("patch", f"skills/{offer.pk}/", {"title": "x"}).status_code == 404
    assert Api(mona).post(f"skills/{offer.pk}/resume/").json()["status"] == "active"
    assert Api(mona).send("delete", f"skills/{offer.pk}/").status_code == 204
    assert Api(mona).get(f"skills/{offer.pk}/").status_code == 404
    assert Listing.objects.get().status == "removed"


def test_a_listing_keeps_its_skill_and_its_kind(offer, mona):
    for change in ({"skill": make_skill().pk}, {"kind": "want"}):
        answer = Api(mona).send("patch", f"listings/{offer.pk}/", change)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, list(change))


# Below their owner


def test_skills_that_a_member_has_and_wants(offer, mona, other, guitar):
    have, want = f"users/{mona.pk}/skills-have/", f"users/{mona.pk}/skills-want/"
    answer = Api(mona).post(want, {"skill": guitar.pk, "priority": 5})
    assert (answer.status_code, answer.json()["kind"]) == (201, "want")
    assert ids(Api().get(have)) == [offer.pk]
    assert ids(Api().get(want)) == [answer.json()["id"]]
    for path in (have, want):
        assert Api(other).post(path, {"skill": make_skill().pk}).status_code == 403
        assert Api().post(path, {"skill": guitar.pk}).status_code == 403
    pause_listing(by=mona, listing=offer)
    assert ids(Api(other).get(have)) == []
    assert ids(Api(mona).get(have)) == [offer.pk]
    update_profile(by=mona, visibility="connections")
    assert Api(other).get(have).status_code == Api(other).post(have, {"skill": guitar.pk}).status_code == 404


def test_the_first_skill_of_somebody_without_a_profile(other, guitar):
    path = f"users/{other.pk}/skills-have/"
    assert ids(Api(other).get(path)) == []
    assert Api(other).post(path, {"skill": guitar.pk}).status_code == 201
    assert Api().get(path).json()["count"] == 1


# Gallery


def test_the_gallery(offer, mona, other):
    path = f"/api/listings/{offer.pk}/images/"
    form = {"file": picture(), "caption": "Me", "position": 3}
    answer = Api(mona).client.post(path, form, format="multipart")
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["caption"], shown["position"]) == ("Me", 3)
    assert shown["file"] == f"{path}{shown['id']}/file/"
    assert Api().client.get(shown["file"], headers={"accept": "image/png"})["Content-Type"] == "image/png"
    assert Api().get("skills/").json()["results"][0]["images"] == [shown]
    assert ids(Api().get(f"listings/{offer.pk}/images/")) == [shown["id"]]
    one = f"listings/{offer.pk}/images/{shown['id']}/"
    assert Api().get(one).json() == shown
    assert Api(other).send("patch", one, {"caption": "x"}).status_code == 403
    assert Api(mona).send("patch", one, {"caption": "You"}).json()["caption"] == "You"
    assert Api(mona).send("put", one, {"caption": "You"}).status_code == 405
    assert Api(mona).send("patch", one, {"position": -1}).status_code == 400
    pause_listing(by=mona, listing=offer)
    assert Api(other).client.get(shown["file"]).status_code == 404
    assert Api(mona).send("delete", one).status_code == 204
    assert not ListingImage.objects.exists()


def test_a_picture_belongs_to_its_listing(offer, mona):
    elsewhere = make_listing(mona)
    image = add_listing_image(by=mona, listing=offer, upload=picture())
    assert Api(mona).get(f"listings/{elsewhere.pk}/images/{image.pk}/").status_code == 404
    assert Api(mona).get(f"listings/{elsewhere.pk}/images/{image.pk}/file/").status_code == 404


def test_the_questions(offer, mona, other):
    path = f"listings/{offer.pk}/faqs/"
    shown = Api(mona).post(path, {"question": "How long?", "answer": "An hour.\nOr two."}).json()
    assert (shown["question"], shown["answer"], shown["position"]) == ("How long?", "An hour.\nOr two.", 0)
    assert Api().get(f"skills/{offer.pk}/").json()["faqs"] == [shown]
    assert ids(Api().get(path)) == [shown["id"]]
    one = f"{path}{shown['id']}/"
    assert Api(other).send("delete", one).status_code == 403
    assert Api(mona).send("put", one, {"question": "Really?"}).status_code == 400
    assert Api(mona).send("put", one, {"question": "Really?", "answer": "Yes"}).json()["answer"] == "Yes"
    assert Api(mona).send("patch", one, {"answer": "No"}).json()["answer"] == "No"
    assert Api(mona).send("delete", one).status_code == 204
    assert not ListingFAQ.objects.exists()


# Cost


def test_the_queries_do_not_grow_with_the_rows(make_user, mona):
    for viewer in (None, mona):
        counts = []
        for number in (2, 20, 60):
            for _ in range(number):
                owner = make_user()
                listing = make_listing(owner)
                add_listing_image(by=owner, listing=listing, upload=picture())
            paths = ["skills/", "listings/", f"skills/{listing.pk}/", f"users/{owner.pk}/skills-have/"]
            counts.append([len(Api(viewer).queries(path)) for path in paths])
        assert counts[1] == counts[2]
        assert max(counts[2]) <= 4


def test_every_list_is_paginated(make_user):
    for _ in range(21):
        make_listing(make_user())
    shown = Api().get("skills/").json()
    assert (shown["count"], len(shown["results"]), shown["previous"]) == (21, 20, None)
    assert len(Api().client.get(shown["next"]).json()["results"]) == 1
    assert Api().get("skills/", page_size=1001).status_code == 400
