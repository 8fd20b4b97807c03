"""Whatever is sent to the sign-in API, at our addresses and at allauth's own, the answer is a 4xx and never a crash."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client
from django.urls import get_resolver

from skillswap_kit.accounts.guard import MARK
from tests.core.hostile_bodies import Body, odd_bodies, refused_bodies
from tests.security.operations import routes

from .api import HEADLESS, PASSWORD, App, address_of, signed_in

pytestmark = pytest.mark.django_db

OURS = ["/api/auth/register/", "/api/auth/login/", "/api/auth/refresh/", "/api/auth/logout/"]
HEADLESS_VIEWS = [
    (route, view) for route, view in routes(get_resolver().url_patterns) if route.startswith("/_allauth/")
]
ADDRESSES = [*OURS, f"{HEADLESS}/auth/login", f"{HEADLESS}/auth/password/request", "/_allauth/browser/v1/auth/login"]
FIELDS = ("email", "username", "password", "refresh_token", "key")
OPEN = Client(raise_request_exception=False)
CHOSEN = [body for number, body in enumerate(refused_bodies()) if number % 9 == 0]


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


def post(address: str, body: Body, **headers):
    return OPEN.generic("POST", address, body.body, body.content_type, **headers)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_no_client_sends_is_refused(address):
    strange = {}
    for body in CHOSEN:
        answer = post(address, body)
        if not 400 <= answer.status_code < 500:
            strange[body.name] = answer.status_code
    assert strange == {}


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("address", ADDRESSES)
def test_all_of_what_no_client_sends_is_refused(address):
    answers = {body.name: post(address, body).status_code for body in refused_bodies()}
    assert {name: status for name, status in answers.items() if not 400 <= status < 500} == {}


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_values_crash_nothing(address):
    answers = {body.name: post(address, body).status_code for body in odd_bodies(FIELDS)}
    assert {name: status for name, status in answers.items() if not 200 <= status < 500} == {}


NAMED = {
    "brackets": (b"[" * 100_000, 400, "too_deep"),
    "objects": (b'{"email":' * 100_000, 400, "too_deep"),
    "NaN": (b'{"email": NaN}', 400, "invalid_json"),
    "a lone surrogate": (b'{"email": "\\ud800"}', 400, "unstorable_text"),
    "5,000 digits": (b'{"email": ' + b"9" * 5000 + b"}", 400, "number_too_long"),
    "a list": (b"[]", 400, "wrong_type"),
    "too much": (b'{"email": "' + b"x" * 1_000_001 + b'"}', 413, "body_too_large"),
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", NAMED)
def test_refusals_have_the_shape_of_allauth(address, name):
    body, status, code = NAMED[name]
    answer = OPEN.generic("POST", address, body, "application/json")
    assert answer.status_code == status
    said = answer.json()
    assert (said["status"], [error["code"] for error in said["errors"]]) == (status, [code])
    assert said["errors"][0]["message"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(amina, content_type):
    """So no form of another site signs anybody in."""
    body = json.dumps({"email": address_of(amina), "password": PASSWORD})
    for address in ADDRESSES:
        answer = OPEN.generic("POST", address, body.encode(), content_type)
        assert 400 <= answer.status_code < 500, address
    assert OPEN.generic("POST", OURS[1], body.encode(), "application/json; charset=UTF-8").status_code == 200
    assert OPEN.generic("POST", OURS[1], body.encode(), "application/json; charset=utf-16").status_code == 415


def test_codecs_and_broken_forms_reach_nothing():
    part = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n\xff..a\r\n--x--\r\n'
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for codec in ("idna", "zip", "undefined", "utf-7", "rot13", "no-such-codec"):
        for address in ADDRESSES:
            answer = client.generic("POST", address, part, f"multipart/form-data; boundary=x; charset={codec}")
            assert answer.status_code == 415, (address, codec)


def hostile_tokens(good: str):
    head, payload, signature = good.split(".")
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    yield from (
        "",
        ".",
        "..",
        "x",
        "a.b.c",
        "é.é.é",
        " ",
        "\0",
        f"{head}.{payload}",
        f"{head}.{payload}.",
        f"{none}.{payload}.",
    )
    yield from (f"{deep}.{payload}.{signature}", f"{head}.{deep}.{signature}", f"{head}.{payload}.{deep}")
    yield from (f"{none}.{payload}.{signature}", good[:-2], good + good, "a" * 500_000)


def test_broken_tokens_open_and_break_nothing(amina):
    app = signed_in(amina)
    for token in hostile_tokens(app.access):
        headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        for path in ("/api/auth/me/", "/api/auth/logout/", f"{HEADLESS}/auth/session"):
            method = "POST" if "logout" in path else "GET"
            answer = OPEN.generic(method, path, **headers)
            assert answer.status_code in {401, 403, 410}, (path, token[:40])
        by_session_token = OPEN.get(f"{HEADLESS}/auth/session", HTTP_X_SESSION_TOKEN=token[:5000])
        assert by_session_token.status_code in {401, 410}
    for token in hostile_tokens(app.refresh_token):
        assert App().post("/api/auth/refresh/", {"refresh_token": token}).status_code == 400


def test_every_view_of_the_mount_is_guarded_and_found_by_name():
    from django.urls import resolve, reverse

    assert len(HEADLESS_VIEWS) > 40
    assert all(getattr(view, MARK, False) for _route, view in HEADLESS_VIEWS)
    address = reverse("headless:app:account:login")
    assert address == f"{HEADLESS}/auth/login"
    assert resolve(address).view_name == "headless:app:account:login"


def test_the_part_for_browsers_still_asks_for_a_csrf_token(amina):
    client = Client(enforce_csrf_checks=True)
    address, body = "/_allauth/browser/v1/auth/login", {"email": address_of(amina), "password": PASSWORD}
    assert client.post(address, body, content_type="application/json").status_code == 403
    assert client.get("/_allauth/browser/v1/config").status_code == 200
    token = client.cookies["csrftoken"].value
    answer = client.post(address, body, content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 200
    assert client.get("/api/auth/me/").status_code == 200


def test_the_part_for_apps_takes_no_cookie_for_a_token(amina):
    """It asks for no CSRF token, so no site that a browser visits may act by its cookies."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(amina)
    for address in ("/api/auth/logout/", f"{HEADLESS}/account/password/change"):
        assert client.post(address, {}, content_type="application/json").status_code == 401
    assert client.delete(f"{HEADLESS}/auth/session").status_code == 401
    assert client.get("/api/auth/me/").status_code == 200


def test_a_body_may_be_missing(amina):
    assert signed_in(amina).sign_out().status_code == 200
    assert OPEN.generic("POST", "/api/auth/login/", b"", "application/json").status_code == 400


def test_other_bugs_are_not_hidden(amina, monkeypatch):
    from allauth.headless.tokens.strategies.jwt.strategy import JWTTokenStrategy

    monkeypatch.setattr(JWTTokenStrategy, "refresh_token", lambda self, token: 1 / 0)
    assert App().post("/api/auth/refresh/", {"refresh_token": "x"}).status_code == 500
