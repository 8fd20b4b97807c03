"""The API of members: what others read of them, and one's own profile."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import deactivate_member, set_avatar, update_profile
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_swap

from .api_client import Api, Hiding, key

pytestmark = pytest.mark.django_db

PUBLIC = {
    "id",
    "name",
    "avatar",
    "headline",
    "languages",
    "place_name",
    "rating",
    "rating_count",
    "member_since",
}
DETAIL = PUBLIC | {"bio", "offers", "wants", "statistics"}
OWN = PUBLIC | {"display_name", "bio", "time_zone", "preferred_language", "visibility", "cell"}


def picture():
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile("me.png", data.getvalue(), "image/png")


@pytest.fixture
def mona(make_user):
    user = make_user("mona")
    make_member(
        user,
        display_name="Mona Ali",
        headline="Calligraphy",
        place_name="القاهرة",
        geocode=True,
        languages=["ar", "en"],
    )
    return user


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


# What others read


def test_strangers_read_an_allow_list(mona):
    row = Api().get("users/").json()["results"][0]
    assert set(row) == PUBLIC
    page = Api().get(f"users/{mona.pk}/").json()
    assert set(page) == DETAIL
    assert (page["name"], page["languages"], page["place_name"]) == ("Mona Ali", ["ar", "en"], "القاهرة")
    profile = Profile.objects.get(user=mona.pk)
    address = getattr(mona, mona.get_email_field_name())
    for secret in (address, str(profile.latitude), str(profile.longitude), mona.password, "is_staff"):
        assert secret not in json.dumps([row, page])


def test_a_page_counts_what_others_see(make_user, mona, staff):
    other = make_user()
    make_listing(mona)
    make_listing(mona, kind="want")
    make_listing(mona, skill=make_skill(status="proposed", proposed_by=mona))
    make_swap([mona, other], kind="gift", status="completed")
    page = Api().get(f"users/{mona.pk}/").json()
    assert (page["offers"], page["wants"]) == (1, 1)
    assert page["statistics"] == {"sessions_completed": 0, "skills_taught": 1, "skills_learned": 0}


def test_who_finds_a_member(make_user, mona, staff, settings):
    other = make_user()

    def statuses():
        return [Api(user).get(f"users/{mona.pk}/").status_code for user in (None, other, mona)]

    assert statuses() == [200, 200, 200]
    update_profile(by=mona, visibility="members")
    assert statuses() == [404, 200, 200]
    update_profile(by=mona, visibility="connections")
    assert statuses() == [404, 404, 200]
    make_swap([mona, other], status="accepted")
    assert statuses() == [404, 200, 200]
    update_profile(by=mona, visibility="public")
    settings.SKILLSWAP_KIT = {"PUBLIC_BROWSING": False}
    assert statuses() == [403, 200, 200]
    deactivate_member(by=staff, member=mona)
    mona.refresh_from_db()
    assert statuses()[:2] == [403, 404]


def test_hidden_people_are_not_found(make_user, mona, settings, monkeypatch):
    settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": ["tests.exchange.api_client.Hiding"]}
    monkeypatch.setattr(Hiding, "hidden", [mona])
    api = Api(make_user())
    assert ids(api.get("users/")) == []
    for path in ("", "avatar/", "skills-have/"):
        assert api.get(f"users/{mona.pk}/{path}").status_code == 404


@pytest.mark.parametrize("nobody", ["0", "x", "None", "00000000-0000-0000-0000-000000000000", "%00", "a" * 300])
def test_keys_that_nobody_has_are_not_found(mona, nobody):
    for path in ("", "avatar/", "skills-have/", "skills-want/"):
        for viewer in (mona, None):
            assert Api(viewer).get(f"users/{nobody}/{path}").status_code == 404


# Finding


def test_members_are_found_by_what_they_say(make_user, mona):
    other = make_user()
    make_member(other, display_name="Bruno", place_name="Berlin", languages=["de"])
    for found in ({"q": "MONA"}, {"place": "القاهره"}, {"language": "AR"}, {"q": "ali mona"}):
        assert ids(Api().get("users/", **found)) == [key(mona)]
    assert ids(Api().get("users/", q="nobody")) == []
    assert ids(Api().get("users/", ordering="name")) == [key(other), key(mona)]


def test_members_are_found_by_their_listings(make_user, mona):
    other = make_user()
    music = make_category()
    guitar = make_skill("Guitar", category=make_category(parent=music))
    make_listing(mona, skill=guitar, level="expert")
    make_listing(other, skill=guitar, kind="want")
    make_listing(other, level="expert")

    def found(**asked):
        return set(ids(Api().get("users/", **asked)))

    both = {key(mona), key(other)}
    assert found(skill=guitar.pk) == found(category=music.pk) == found(level="expert") == both
    assert found(offers=guitar.pk) == found(skill=guitar.pk, level="expert") == {key(mona)}
    assert found(wants=guitar.pk) == {key(other)}
    assert found(category=music.pk, level="expert") == {key(mona)}
    assert found(skill=guitar.pk, level="advanced") == set()


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"ordering": "user__password"}, "ordering"),
        ({"level": "guru"}, "level"),
        ({"skill": "x"}, "skill"),
        ({"category": "-1.5"}, "category"),
        ({"q": "x" * 101}, "q"),
        ({"page_size": "101"}, "page_size"),
    ],
)
def test_what_cannot_be_asked_is_refused(mona, params, field):
    answer = Api().get("users/", **params)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


# One's own profile


def test_reading_oneself_writes_nothing(make_user):
    user = make_user()
    api = Api(user)
    for path in ("users/me/", f"users/{user.pk}/"):
        assert api.queries(path)
    assert set(api.get("users/me/").json()) == OWN
    assert not Profile.objects.exists()
    assert Api().get("users/me/").status_code == 403


def test_changing_oneself(make_user):
    user = make_user()
    changes = {
        "display_name": "Mona",
        "bio": "Two\nlines",
        "languages": ["ar"],
        "time_zone": "Africa/Cairo",
        "preferred_language": "ar",
        "visibility": "members",
        "location": {"latitude": 30.04442, "longitude": 31.235712},
    }
    for method in ("put", "patch"):
        shown = Api(user).send(method, "users/me/", changes).json()
        assert {name: shown[name] for name in changes if name != "location"} == {
            name: value for name, value in changes.items() if name != "location"
        }
        assert abs(shown["cell"]["latitude"] - 30.04) < 0.03
        assert "30.04442" not in json.dumps(shown)
    assert Api(user).send("patch", "users/me/", {"location": None}).json()["cell"] is None
    shown = Api(user).send("patch", "users/me/", {"place_name": "Berlin", "geocode": True}).json()
    assert round(shown["cell"]["latitude"]) == 53


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Mars"}, "time_zone"),
        ({"languages": ["!!"]}, "languages.0"),
        ({"languages": "ar"}, "languages"),
        ({"preferred_language": "de"}, "preferred_language"),
        ({"location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
        ({"location": {"latitude": 1}}, "location.longitude"),
        ({"location": [1, 2]}, "location"),
        ({"place_name": "Atlantis", "geocode": True}, "place_name"),
        ({"display_name": "a\u0000b"}, "display_name"),
        ({"visibility": "nobody"}, "visibility"),
    ],
)
def test_wrong_changes_are_refused(mona, changes, field):
    before = Profile.objects.values().get(user=mona.pk)
    answer = Api(mona).send("patch", "users/me/", {"headline": "new", **changes})
    assert answer.status_code == 400
    if field != "display_name":
        assert list(answer.json()["fields"]) == [field]
    assert Profile.objects.values().get(user=mona.pk) == before


def test_what_is_not_writable_is_not_written(mona):
    Api(mona).send("patch", "users/me/", {"rating": 5, "id": 1, "latitude": 1.5, "is_staff": True, "user": 7})
    mona.refresh_from_db()
    profile = Profile.objects.get(user=mona.pk)
    assert (mona.is_staff, profile.rating) == (False, None)
    assert profile.latitude != 1.5


# Pictures


def test_pictures_are_served_to_whoever_may_see_the_member(make_user, mona):
    answer = Api(mona).client.put("/api/users/me/avatar/", {"avatar": picture()}, format="multipart")
    assert answer.status_code == 200
    path = answer.json()["avatar"]
    assert path == f"/api/users/{mona.pk}/avatar/"
    served = Api().client.get(path, headers={"accept": "image/avif,image/webp"})
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    assert served["X-Content-Type-Options"] == "nosniff"
    update_profile(by=mona, visibility="members")
    assert Api().client.get(path).status_code == 404
    assert Api(mona).send("delete", "users/me/avatar/").status_code == 204
    assert Api(mona).client.get(path).status_code == 404
    assert Api(mona).get("users/me/").json()["avatar"] is None


@pytest.mark.parametrize("upload", [None, "text", SimpleUploadedFile("x.png", b"<svg/>"), SimpleUploadedFile("x", b"")])
def test_bad_pictures_are_refused(mona, upload):
    form = {} if upload is None else {"avatar": upload}
    answer = Api(mona).client.put("/api/users/me/avatar/", form, format="multipart")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["avatar"])


def test_the_queries_do_not_grow_with_the_rows(make_user, mona):
    for user in (mona, None):
        counts = []
        for number in (2, 20, 60):
            for _ in range(number):
                other = make_user()
                make_member(other, languages=["ar", "en"])
                set_avatar(by=other, upload=picture())
                make_listing(other)
            counts.append([len(Api(user).queries(path)) for path in ("users/", f"users/{mona.pk}/")])
        assert counts[1] == counts[2]
        assert counts[0][1] == counts[2][1] <= 8
        assert counts[2][0] <= 4
