"""Who may, which rows, and how a view answers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import override_settings
from rest_framework.test import APIClient

from skillswap_kit.exchange.models import Category, Skill

from .api_world import make_person, make_skills

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api_world")]


@pytest.fixture
def stranger():
    return APIClient()


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def member(person):
    return member_of(person)


def member_of(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


@pytest.fixture
def category():
    return Category.objects.create(name="Music", slug="music")


@pytest.fixture
def skill(category):
    make_skills(1, category)
    return Skill.objects.get()


# Who may


def test_strangers_browse_and_write_nothing(stranger, skill, category):
    address = f"/api/skills/{skill.pk}/"
    assert stranger.get("/api/skills/").status_code == 200
    assert stranger.get(address).status_code == 200
    assert stranger.head(address).status_code == 200
    for refused in (
        stranger.post("/api/skills/", {"name": "Oud", "category": category.pk}, format="json"),
        stranger.patch(address, {"name": "Oud"}, format="json"),
        stranger.delete(address),
        stranger.post(f"{address}approve/"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "not_authenticated")


@override_settings(SKILLSWAP_KIT={"PUBLIC_BROWSING": False})
def test_one_setting_closes_the_doors_to_strangers(stranger, member, skill):
    assert stranger.get("/api/skills/").json()["code"] == "not_authenticated"
    assert stranger.options("/api/skills/").json()["code"] == "not_authenticated"
    assert member.get("/api/skills/").status_code == 200


def test_the_deactivated_are_refused_even_what_strangers_may(skill):
    client = member_of(make_person(is_active=False))
    assert client.get("/api/skills/").json()["code"] == "not_allowed"
    assert client.delete(f"/api/skills/{skill.pk}/").json()["code"] == "not_allowed"


def test_a_permission_opens_what_asks_for_it(person, skill):
    address = f"/api/skills/{skill.pk}/approve/"
    assert member_of(person).post(address).json()["code"] == "not_allowed"
    permission = Permission.objects.get(content_type__app_label="skillswap_exchange", codename="change_skill")
    person.user_permissions.add(permission)
    fresh = type(person)._default_manager.get(pk=person.pk)
    assert member_of(fresh).post(address).status_code == 200


def test_an_action_that_access_does_not_name_is_closed_to_all(stranger, skill):
    address = f"/api/skills/{skill.pk}/forgotten/"
    assert stranger.post(address).json()["code"] == "not_authenticated"
    assert member_of(make_person(is_superuser=True)).post(address).json()["code"] == "not_allowed"


def test_a_method_without_a_handler_is_a_405_for_everybody(stranger, member, skill):
    for client in (stranger, member):
        answer = client.put("/api/skills/", {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert client.delete("/api/fail/").status_code == 405
        assert client.generic("TRACE", "/api/fail/").status_code == 405


def test_a_default_permission_of_the_host_does_not_apply(skill):
    """Nor its parsers, pages or versions: the kit answers alike on every site."""
    from rest_framework.settings import api_settings

    hostile = {
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
        "DEFAULT_PARSER_CLASSES": [],
        "DEFAULT_PAGINATION_CLASS": None,
        "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning",
        "DEFAULT_VERSION": "7",
        "EXCEPTION_HANDLER": "tests.core.no_such_handler",
        "NON_FIELD_ERRORS_KEY": "everything",
    }
    with override_settings(REST_FRAMEWORK=hostile):
        assert api_settings.DEFAULT_VERSION == "7"
        assert APIClient().get("/api/skills/").json()["count"] == 1
        assert APIClient().get("/api/skills/x/").json()["code"] == "not_found"


# Which rows


@pytest.mark.parametrize(
    "key",
    ["x", "0", "-1", "+1", "1.0", "01", "%D9%A1", "1_0", "%00", "%20 1", "9" * 30, "9" * 5000, "%F0%9F%98%80", "None"],
)
def test_what_cannot_be_a_key_is_not_there(stranger, skill, key):
    answer = stranger.get(f"/api/skills/{key}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert stranger.get(f"/api/categories/{key}/skills/").status_code == 404


def test_hidden_rows_and_missing_rows_look_the_same(stranger, person, member, category):
    hidden = Skill.objects.create(
        name="Secret", slug="secret", category=category, status="proposed", proposed_by=person
    )
    assert member.get(f"/api/skills/{hidden.pk}/").status_code == 200
    for client in (stranger, member_of(make_person())):
        for method in ("get", "put", "patch", "delete"):
            seen = getattr(client, method)(f"/api/skills/{hidden.pk}/")
            missing = getattr(client, method)("/api/skills/987654/")
            assert (seen.status_code, seen.content) == (missing.status_code, missing.content)


def test_children_are_found_through_a_parent_that_one_may_see(stranger, skill, category):
    address = f"/api/categories/{category.pk}/skills/"
    assert stranger.get(address).json()["count"] == 1
    Category.objects.update(is_active=False)
    assert stranger.get(address).status_code == 404


def test_filters_of_the_list_do_not_reach_into_details(stranger, skill):
    assert stranger.get(f"/api/skills/{skill.pk}/?ordering=nonsense&category=x&page=-1").status_code == 200


# How it answers


def test_a_row_is_written_read_changed_and_deleted(member, category):
    made = member.post("/api/skills/", {"name": "  Oud ", "category": category.pk}, format="json")
    assert (made.status_code, made.json()["name"]) == (201, "Oud")
    address = f"/api/skills/{made.json()['id']}/"
    assert member.get(address).json() == made.json()
    assert member.patch(address, {"name": "Ney"}, format="json").json()["name"] == "Ney"
    assert list(member.put(address, {"name": "Ney"}, format="json").json()["fields"]) == ["category"]
    assert member.put(address, {"name": "Qanun", "category": category.pk}, format="json").json()["name"] == "Qanun"
    gone = member.delete(address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert member.get(address).status_code == 404


def test_what_is_wrong_with_the_whole_is_the_detail(member, category):
    answer = member.post("/api/skills/", {"name": "Everything", "category": category.pk}, format="json")
    assert answer.json() == {"code": "invalid", "detail": "Nobody can teach everything."}


def test_forms_are_read_as_well(member, category):
    body = {"name": "Oud", "category": category.pk}
    assert member.post("/api/skills/", body, format="multipart").status_code == 201


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/json; version=1.0", 200),
        ("*/*", 200),
        ("application/json; version=2.0", 406),
        ("application/json; version=", 406),
        ("application/json; version=\xff", 406),
        ("application/xml", 406),
        (";;;,,,=", 406),
    ],
)
def test_the_version_is_in_the_accept_header(stranger, accept, status):
    for address in ("/api/skills/", "/api/fail/"):
        answer = stranger.get(address, headers={"Accept": accept})
        assert answer.status_code == (404 if (status, address) == (200, "/api/fail/") else status)
        assert "Accept" in [name.strip() for name in answer["Vary"].split(",")]


def test_every_answer_varies_by_accept(member, skill):
    answers = [
        member.get(f"/api/skills/{skill.pk}/"),
        member.get("/api/skills/x/"),
        member.put("/api/skills/"),
        member.options("/api/skills/"),
        member.delete(f"/api/skills/{skill.pk}/"),
    ]
    assert all("Accept" in answer["Vary"].split(", ") for answer in answers)


def test_there_are_no_format_suffixes_and_no_root(stranger, skill):
    for address in ("/api/", "/api/skills.json", f"/api/skills/{skill.pk}.json", "/api/.json"):
        assert stranger.get(address, follow=True).status_code == 404


def test_a_large_body_is_refused_by_its_header(member):
    answer = member.generic("POST", "/api/skills/", b"{}", CONTENT_LENGTH="999999999999")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_browsable_api_shows_lists_details_and_forms(member, stranger, skill):
    for client in (member, stranger):
        for address in ("/api/skills/", f"/api/skills/{skill.pk}/", "/api/feed/", "/api/skills/x/"):
            page = client.get(address, headers={"Accept": "text/html"})
            assert page["Content-Type"].startswith("text/html")
            assert b"<html" in page.content
    assert b'name="name"' in member.get("/api/skills/", headers={"Accept": "text/html"}).content


def test_options_describes_without_crashing(member, skill):
    assert member.options(f"/api/skills/{skill.pk}/").status_code == 200
    assert member.options("/api/skills/x/").status_code == 200
