"""Every error has one shape, and only what is a bug stays a crash."""

from __future__ import annotations

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousFileOperation,
    TooManyFieldsSent,
)
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils import translation
from rest_framework import exceptions as framework
from rest_framework.test import APIClient

from skillswap_kit.core.api.exceptions import exception_handler, field_messages
from skillswap_kit.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from skillswap_kit.core.failures import is_busy
from skillswap_kit.exchange.models import Category

from .api_world import FailingView, make_person, make_skills

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api_world")]


def caused_by(cause: Exception, *args: object) -> OperationalError:
    error = OperationalError(*args)
    error.__cause__ = cause
    return error


def of_driver(**attributes: object) -> Exception:
    cause = Exception("refused by the database")
    for name, value in attributes.items():
        setattr(cause, name, value)
    return cause


BUSY = [
    caused_by(of_driver(sqlstate="40001")),
    caused_by(of_driver(sqlstate="40P01")),
    caused_by(of_driver(pgcode="55P03")),
    caused_by(of_driver(), 1205, "Lock wait timeout exceeded"),
    caused_by(of_driver(), 1213, "Deadlock found"),
    caused_by(of_driver(), 1020, "Record has changed since last read"),
    caused_by(of_driver(sqlite_errorcode=sqlite3.SQLITE_BUSY), "database is locked"),
    caused_by(of_driver(sqlite_errorcode=sqlite3.SQLITE_BUSY_SNAPSHOT), "database is locked"),
    caused_by(of_driver(sqlite_errorcode=sqlite3.SQLITE_LOCKED), "database table is locked"),
]

ANSWERS = [
    (Http404("No Skill matches the given query."), 404, "not_found"),
    (NotFound(), 404, "not_found"),
    (PermissionDenied("private reason"), 403, "not_allowed"),
    (NotAllowed(), 403, "not_allowed"),
    (Conflict(), 409, "conflict"),
    (InvalidInput(fields={"name": ["Too odd."]}), 400, "invalid"),
    (framework.ValidationError({"name": ["Too odd."]}), 400, "invalid"),
    (framework.ParseError(), 400, "parse_error"),
    (framework.NotAuthenticated(), 403, "not_authenticated"),
    (framework.AuthenticationFailed(), 403, "authentication_failed"),
    (framework.PermissionDenied(), 403, "not_allowed"),
    (framework.NotFound(), 404, "not_found"),
    (framework.MethodNotAllowed("GET"), 405, "method_not_allowed"),
    (framework.NotAcceptable(), 406, "not_acceptable"),
    (framework.UnsupportedMediaType("text/x"), 415, "unsupported_media_type"),
    (framework.Throttled(wait=7), 429, "throttled"),
    (RequestDataTooBig(), 413, "body_too_large"),
    (TooManyFieldsSent(), 400, "malformed_body"),
    (SuspiciousFileOperation(), 400, "malformed_body"),
    (BadRequest(), 400, "malformed_body"),
    (UnreadablePostError(), 400, "malformed_body"),
    (ProtectedError("used", set()), 409, "still_used"),
    (RestrictedError("used", set()), 409, "still_used"),
    *((error, 503, "busy") for error in BUSY),
]


@pytest.mark.parametrize(("error", "status", "code"), ANSWERS, ids=lambda value: repr(value)[:60])
def test_errors_have_one_shape(monkeypatch, error, status, code):
    monkeypatch.setattr(FailingView, "error", error)
    answer = APIClient().get("/api/fail/")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["detail"]
    assert set(body) <= {"code", "detail", "fields"}


SHORT_WAITS = {
    "postgresql": "SET lock_timeout = '100ms'",
    "mysql": "SET innodb_lock_wait_timeout = 1",
    "sqlite": "PRAGMA busy_timeout = 100",
}


@pytest.mark.django_db(transaction=True)
def test_what_the_database_says_when_another_holds_the_row_is_recognised():
    category = Category.objects.create(name="Music", slug="music")
    locked, refused = Event(), Event()

    def hold():
        with transaction.atomic():
            Category.objects.filter(pk=category.pk).update(position=1)
            locked.set()
            refused.wait(timeout=30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        locked.wait(timeout=30)
        try:
            with connection.cursor() as cursor:
                cursor.execute(SHORT_WAITS[connection.vendor])
            with pytest.raises(OperationalError) as error, transaction.atomic():
                Category.objects.filter(pk=category.pk).update(position=2)
        finally:
            refused.set()
            connection.close()
        holder.result()
    assert is_busy(error.value)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug"),
        IntegrityError("a race that a service overlooked"),
        OperationalError("no such table: skill"),
        caused_by(of_driver(sqlstate="57P01"), "terminating connection due to administrator command"),
        caused_by(of_driver(), 2006, "Server has gone away"),
    ],
    ids=repr,
)
def test_bugs_and_outages_stay_crashes(monkeypatch, error):
    monkeypatch.setattr(FailingView, "error", error)
    with pytest.raises(type(error)):
        APIClient().get("/api/fail/")


def test_suspicious_requests_reach_the_security_log(monkeypatch, caplog):
    monkeypatch.setattr(FailingView, "error", TooManyFieldsSent("1001 fields"))
    APIClient().get("/api/fail/")
    assert ("django.security.TooManyFieldsSent", logging.ERROR, "1001 fields") in caplog.record_tuples


def test_a_404_does_not_say_what_was_looked_for(monkeypatch):
    monkeypatch.setattr(FailingView, "error", Http404("No Skill matches the given query."))
    assert "Skill" not in APIClient().get("/api/fail/").json()["detail"]


def test_headers_that_tell_what_to_do_are_kept(monkeypatch):
    monkeypatch.setattr(FailingView, "error", framework.Throttled(wait=7))
    assert APIClient().get("/api/fail/")["Retry-After"] == "7"
    monkeypatch.setattr(FailingView, "error", BUSY[0])
    assert APIClient().get("/api/fail/")["Retry-After"] == "1"
    refused = APIClient().delete("/api/fail/")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")


def test_the_host_s_challenge_is_kept(monkeypatch):
    from rest_framework.authentication import BasicAuthentication

    monkeypatch.setattr(FailingView, "authentication_classes", [BasicAuthentication])
    answer = APIClient().post("/api/fail/", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_messages_are_in_the_reader_s_language():
    with translation.override("en"):  # The middleware leaves the language of the request behind.
        english = APIClient().post("/api/fail/").json()["detail"]
        arabic = APIClient().post("/api/fail/", headers={"Accept-Language": "ar"}).json()["detail"]
    assert english != arabic


NESTED = [
    ({"name": ["Too odd.", "Too long."]}, {"name": ["Too odd.", "Too long."]}),
    ({"legs": [{}, {"giver": ["Unknown."]}]}, {"legs.1.giver": ["Unknown."]}),
    ({"legs": {1: {"giver": ["Unknown."]}}}, {"legs.1.giver": ["Unknown."]}),
    ({"legs": {"non_field_errors": ["Too few."]}}, {"legs": ["Too few."]}),
    ({"legs": [{"non_field_errors": ["Odd."]}]}, {"legs.0": ["Odd."]}),
    ({"tags": {"0": ["Too long."], "3": ["Too long."]}}, {"tags.0": ["Too long."], "tags.3": ["Too long."]}),
    (["Everything is wrong."], {"": ["Everything is wrong."]}),
    ({"name": "Too odd."}, {"name": ["Too odd."]}),
]


@pytest.mark.parametrize(("errors", "expected"), NESTED)
def test_nested_errors_name_their_place(errors, expected):
    assert field_messages(framework.ValidationError(errors).detail) == expected


def test_what_concerns_the_whole_input_is_the_detail():
    answer = exception_handler(framework.ValidationError({"non_field_errors": ["End before start."]}), {})
    assert answer is not None
    assert answer.data == {"code": "invalid", "detail": "End before start."}


def test_a_host_s_error_with_a_body_of_its_own_keeps_to_the_shape():
    class TokenError(framework.AuthenticationFailed):
        default_code = "token_not_valid"

    answer = exception_handler(TokenError({"detail": "Expired.", "messages": [{"token": "x"}]}), {})
    assert answer is not None
    assert answer.data == {"code": "token_not_valid", "detail": "Incorrect authentication credentials."}


def test_an_error_undoes_the_request_s_transaction(monkeypatch):
    """Under ATOMIC_REQUESTS the answer is no exception any more, so somebody has to say that it failed."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    category = Category.objects.create(name="Music", slug="music")
    make_skills(1, category)
    with transaction.atomic():
        exception_handler(Conflict(), {})
        assert connection.get_rollback()
        transaction.set_rollback(False)


def test_a_refusal_of_one_who_is_signed_in_is_a_403():
    client = APIClient()
    client.force_authenticate(make_person())
    category = Category.objects.create(name="Music", slug="music")
    make_skills(1, category)
    answer = client.post(f"/api/skills/{category.skills.get().pk}/approve/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
