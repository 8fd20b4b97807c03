"""The base of the API inside other people's projects: their defaults, their transactions, their apps."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from django.db import connection
from rest_framework.test import APIClient

from skillswap_kit.exchange.models import Category, Skill

from .api_world import SkillViewSet, make_person

KIT_DEFAULTS = {
    "DEFAULT_PERMISSION_CLASSES": ["skillswap_kit.core.api.permissions.SignedIn"],
    "DEFAULT_PAGINATION_CLASS": "skillswap_kit.core.api.pagination.CappedPagination",
    "DEFAULT_FILTER_BACKENDS": [
        "skillswap_kit.core.api.filters.KitFilterBackend",
        "skillswap_kit.core.api.ordering.NamedOrdering",
    ],
    "DEFAULT_PARSER_CLASSES": ["skillswap_kit.core.api.parsers.SafeJSONParser"],
    "DEFAULT_VERSIONING_CLASS": "skillswap_kit.core.api.versioning.KitVersioning",
    "EXCEPTION_HANDLER": "skillswap_kit.core.api.exceptions.exception_handler",
}

HOSTILE_DEFAULTS = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FileUploadParser"],
    "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.OrderingFilter"],
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning",
    "DEFAULT_VERSION": "7",
    "ALLOWED_VERSIONS": ["7"],
    "VERSION_PARAM": "v",
    "DATETIME_FORMAT": "%d.%m.%Y",
    "DATETIME_INPUT_FORMATS": ["%d.%m.%Y"],
    "NON_FIELD_ERRORS_KEY": "everything",
    "PAGE_SIZE": 3,
}

SCRIPT = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings.minimal"
from django.conf import settings
settings.REST_FRAMEWORK = {defaults!r}
settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app not in {without!r}]
settings.MIGRATION_MODULES = dict.fromkeys(
    ["admin", "auth", "contenttypes", "sessions", "people", "skillswap_core", "skillswap_exchange",
     "skillswap_matching"]
)
settings.ROOT_URLCONF = "tests.core.api_world"
settings.DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
from rest_framework.test import APIClient
from tests.core.api_world import make_person, make_skills, Category
category = Category.objects.create(name="Music", slug="music")
make_skills(30, category)
page = APIClient().get("/api/skills/").json()
assert (page["count"], len(page["results"])) == (30, 20), page
assert APIClient().get("/api/skills/?ordering=x").json()["code"] == "invalid"
assert APIClient().get("/api/skills/", headers={{"Accept": "text/html"}}).status_code in {{200, 406}}
client = APIClient()
client.force_authenticate(make_person())
answer = client.post("/api/skills/", {{"name": "Everything", "category": category.pk}}, format="json")
assert answer.json() == {{"code": "invalid", "detail": "Nobody can teach everything."}}, answer.json()
from skillswap_kit.core.api.fields import MomentField
assert MomentField().to_representation(MomentField().run_validation("2030-01-31T18:00:00Z")) == "2030-01-31T18:00:00Z"
print("served")
"""


def serve(*, defaults: dict[str, object], without: tuple[str, ...] = ()) -> None:
    """Classes of the framework read their defaults when they are imported, so each host is a process of its own."""
    script = textwrap.dedent(SCRIPT).format(defaults=defaults, without=without)
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "served", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("defaults", [KIT_DEFAULTS, HOSTILE_DEFAULTS], ids=["the kit's", "hostile"])
def test_whatever_the_host_s_defaults_are(defaults):
    serve(defaults=defaults)


@pytest.mark.slow
def test_a_host_without_the_schema_and_filter_apps():
    serve(defaults={}, without=("drf_spectacular", "django_filters"))


@pytest.fixture
def atomic_requests(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.core.api_world")
def test_under_atomic_requests_a_refusal_writes_nothing(atomic_requests, monkeypatch):
    category = Category.objects.create(name="Music", slug="music")
    client = APIClient()
    client.force_authenticate(make_person())

    def write_and_refuse(view, data):
        from skillswap_kit.core.errors import Conflict

        Skill.objects.create(name="half", slug="half", category=category)
        raise Conflict

    monkeypatch.setattr(SkillViewSet, "perform_create", write_and_refuse)
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = client.post("/api/skills/", {"name": "Oud", "category": category.pk}, format="json", headers=headers)
        assert answer.status_code == 409
    assert not Skill.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.core.api_world")
def test_under_atomic_requests_a_key_works_as_well(atomic_requests):
    category = Category.objects.create(name="Music", slug="music")
    client = APIClient()
    client.force_authenticate(make_person())
    answers = [
        client.post(
            "/api/skills/", {"name": "Oud", "category": category.pk}, format="json", headers={"Idempotency-Key": "k"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Skill.objects.count() == 1
