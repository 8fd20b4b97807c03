"""Whatever a form claims to be written in, it is read as UTF-8; what members read is kept by no browser."""

from __future__ import annotations

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
CHARSETS = ("utf-16", "zip", "hex", "rot13", "idna", "punycode", "undefined", "unicode_escape", "latin-1", "nonsense")
BODIES = {FORM: "name=ليلى", MULTIPART: '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nليلى\r\n--b--\r\n'}


@login_not_required
def name(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("name", ""))


def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.pk, status=int(request.GET.get("status", 200)))


def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Cache-Control": "private, max-age=60"})


def refused(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=int(request.GET["status"]))


urlpatterns = [path("name/", name), path("mine/", mine), path("kept/", kept), path("refused/", refused)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("form", BODIES, ids=["urlencoded", "multipart"])
@pytest.mark.parametrize("checked", [True, False], ids=["without token", "with token"])
def test_forms_are_read_as_utf_8(form: str, charset: str, checked: bool):
    browser = Client(enforce_csrf_checks=checked)
    answer = browser.generic("POST", "/name/", BODIES[form].encode(), f"{form}; charset={charset}")
    assert (answer.status_code, answer.content.decode() == "ليلى") == ((403, False) if checked else (200, True))


def test_what_members_read_is_kept_nowhere(client, make_user):
    assert not client.get("/mine/").has_header("Cache-Control")
    client.force_login(make_user())
    for address in ("/mine/", "/mine/?status=403"):
        assert set(client.get(address)["Cache-Control"].split(", ")) == {"no-store", "private"}


def test_what_is_the_same_for_everybody_costs_no_query(client, django_assert_num_queries, make_user):
    client.force_login(make_user())
    with django_assert_num_queries(0):
        assert not client.get("/refused/?status=200").has_header("Cache-Control")


def test_what_says_itself_how_long_it_is_good_stays_as_it_is(client, make_user):
    client.force_login(make_user())
    assert client.get("/kept/")["Cache-Control"] == "private, max-age=60"


@override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache")
def test_nobody_is_looked_for_once_something_has_failed(client, django_assert_num_queries, make_user):
    client.force_login(make_user())
    with django_assert_num_queries(0):
        assert not client.get("/refused/?status=503").has_header("Cache-Control")
