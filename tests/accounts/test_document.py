"""The OpenAPI document tells how to sign in: our addresses, and allauth's where the host has mounted them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.validation import validate_schema
from drf_spectacular.views import SpectacularAPIView

from skillswap_kit.accounts import headless_urls
from tests.security.operations import routes

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view()),
    path("deeper/auth/", include("skillswap_kit.accounts.headless_urls")),
    path("v2/", include("skillswap_kit.accounts.api.urls")),
]


def drawn(address="/api/schema/"):
    return Client().get(address, {"format": "json"}).json()


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return drawn()


def operations(document):
    for address, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield address, method, operation


def test_it_is_valid(document, capfd):
    assert document["openapi"].startswith("3.1")
    validate_schema(document)
    assert capfd.readouterr().err == ""
    assert "nullable" not in str(document)


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert {"auth_register", "auth_login", "auth_logout", "auth_refresh", "allauth_auth_login_post"} <= set(names)


def test_our_addresses_say_what_they_read_and_answer(document):
    for name in ("register", "login", "logout", "refresh"):
        operation = document["paths"][f"/api/auth/{name}/"]["post"]
        assert operation["tags"] == ["auth"]
        assert "AuthClient" not in str(operation)
        assert ("requestBody" in operation) == (name != "logout")
    assert set(document["paths"]["/api/auth/profile/"]) == {"get", "put", "patch"}
    assert set(document["paths"]["/api/auth/me/"]) == {"get"}


def test_every_reference_leads_somewhere(document):
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(document))):
        found = document
        for part in reference.split("/"):
            assert part in found, reference
            found = found[part]


def test_everything_that_the_mount_leads_to_is_described(document):
    described = set()
    for address, _, _ in operations(document):
        described |= {address.replace("{client}", client) for client in ("app", "browser")}
    mounted = {f"/_allauth{route}" for route, _ in routes(headless_urls.urlpatterns)}
    assert mounted - described <= UNDESCRIBED
    assert {address for address in described if address.startswith("/_allauth/app/")} <= mounted


UNDESCRIBED = {"/_allauth/app/v1/auth/provider/redirect"}
"""Routed by allauth, and described for browsers alone."""


def test_our_own_session_is_not_allauths(document):
    schemas = document["components"]["schemas"]
    assert "swap" in str(schemas["Session"]["properties"])
    assert "user_agent" in str(schemas["AuthSession"])


@pytest.mark.urls("tests.accounts.test_document")
def test_it_is_described_where_the_host_has_put_it(document):
    elsewhere = drawn("/schema/")
    assert {"/deeper/auth/{client}/v1/auth/login", "/v2/auth/login/"} <= elsewhere["paths"].keys()
    assert not any(address.startswith("/_allauth") for address in elsewhere["paths"])


@pytest.mark.urls("skillswap_kit.urls")
def test_without_the_mount_ours_are_described_alone():
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert [address for address in paths if "login" in address] == ["/api/auth/login/"]


def test_access_tokens_are_a_way_to_authenticate(document):
    schemes = document["components"]["securitySchemes"]
    assert any(scheme.get("scheme") == "bearer" or "Bearer" in str(scheme) for scheme in schemes.values())
