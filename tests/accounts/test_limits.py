"""Guessing ends after so many attempts, however many come at once and however the account is spelled."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from .api import PASSWORD, App, address_of
from .conftest import with_password

LOGIN = "/api/auth/login/"
PER_ACCOUNT, FAILED_PER_PLACE, PER_PLACE, SIGN_UPS_PER_PLACE = 5, 10, 30, 20
"""allauth's defaults: of one account in 5 minutes; failed, all sign-ins and sign-ups from one address in a minute."""
THREADS = 16


@pytest.fixture
def judged(monkeypatch):
    """How many passwords were looked at."""
    seen = []
    original = get_user_model().check_password

    def check_password(self, raw):
        seen.append(self.pk)
        return original(self, raw)

    monkeypatch.setattr(get_user_model(), "check_password", check_password)
    return seen


def guess(name, place, **headers):
    return App().sign_in(name, "wrong", REMOTE_ADDR=place, **headers)


def at_once(acts):
    """The statuses of all, done by threads that begin together."""
    acts = list(acts)
    barrier = Barrier(THREADS)

    def work(part):
        try:
            barrier.wait(timeout=60)
            return [act().status_code for act in part]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        parts = threads.map(work, [acts[number::THREADS] for number in range(THREADS)])
        return Counter(status for part in parts for status in part)


def places():
    return (f"10.{number // 250}.{number % 250}.1" for number in count())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_500_guesses_at_once_from_500_places_are_five(amina, judged):
    address = address_of(amina)
    statuses = at_once(
        lambda place=place: guess(address, place) for place, _ in zip(places(), range(500), strict=False)
    )
    assert statuses == {400: 500}
    assert len(judged) == PER_ACCOUNT
    assert App().sign_in(address, REMOTE_ADDR="10.9.9.9").status_code == 400


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_500_guesses_at_once_from_one_place_are_ten(make_user, judged):
    people = [address_of(with_password(make_user(f"person{number}"))) for number in range(25)]
    statuses = at_once(lambda number=number: guess(people[number % 25], "10.0.0.1") for number in range(500))
    assert len(judged) == FAILED_PER_PLACE
    assert statuses[400] <= PER_PLACE
    assert statuses[400] + statuses[429] == 500


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_500_sign_ups_at_once_are_twenty():
    def sign_up(number):
        body = {"email": f"new{number}@example.org", "username": f"new{number}", "password": PASSWORD}
        return App().post("/api/auth/register/", body, REMOTE_ADDR="10.0.0.1")

    statuses = at_once(lambda number=number: sign_up(number) for number in range(500))
    assert get_user_model()._default_manager.count() == statuses[200] == SIGN_UPS_PER_PLACE
    assert statuses[429] == 480


@pytest.mark.django_db
def test_guessing_ends_at_the_page_what_began_at_the_api(amina, judged):
    page = Client()
    sources = places()
    for _ in range(3):
        guess(address_of(amina), next(sources))
    for _ in range(4):
        body = {"login": address_of(amina), "password": "wrong"}
        assert page.post("/accounts/login/", body, REMOTE_ADDR=next(sources)).status_code == 200
    assert len(judged) == PER_ACCOUNT
    right = page.post("/accounts/login/", {"login": address_of(amina), "password": PASSWORD})
    assert (right.status_code, len(judged)) == (200, PER_ACCOUNT)


def spellings(address):
    name, _, host = address.partition("@")
    yield from (address, address.upper(), address.title(), f" {address}", f"{address} ", f"{name}@{host.upper()}")
    yield from (name.upper() + "@" + host, f"\u200b{address}", f"{address}\u200b", address.replace("a", "á"))
    yield from (address.replace("a", "a\u0301"), address.replace("i", "\u0131"), address.replace("i", "İ"))
    yield "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in address)


@pytest.mark.django_db
def test_other_spellings_of_an_account_are_the_same_account(amina, judged):
    for place, spelling in zip(places(), list(spellings(address_of(amina))) * 3, strict=False):
        assert guess(spelling, place).status_code == 400
    assert len(judged) <= PER_ACCOUNT


@pytest.mark.django_db
def test_what_is_counted_is_the_account(amina, bruno, rf):
    from allauth.account.adapter import get_adapter

    def counted(**names):
        return get_adapter()._get_login_attempts_cache_key(rf.post("/"), **names, password="wrong")

    address = address_of(amina)
    spelled = (
        {"email": address},
        {"email": address.upper()},
        {"username": address},
        {"email": address, "username": "x"},
    )
    assert len({counted(**names) for names in (*spelled, {"username": amina.get_username()})}) == 1
    assert counted(email=address_of(bruno)) != counted(email=address) != counted(email="nobody@example.org")


@pytest.mark.django_db
def test_name_and_address_are_the_same_account(amina, judged, settings):
    names = [{"email": address_of(amina)}]
    if settings.ACCOUNT_USER_MODEL_USERNAME_FIELD:
        names += [{"username": "amina"}, {"username": address_of(amina)}]
    sources = places()
    for _ in range(12 // len(names)):
        for body in names:
            App().post(LOGIN, {**body, "password": "wrong"}, REMOTE_ADDR=next(sources))
    assert len(judged) == PER_ACCOUNT


@pytest.mark.django_db
def test_a_forged_header_changes_nothing(make_user, judged):
    for number in range(40):
        name = address_of(make_user(f"person{number}"))
        forged = {"HTTP_X_FORWARDED_FOR": f"172.16.0.{number}", "HTTP_X_REAL_IP": f"172.16.0.{number}"}
        guess(name, "10.0.0.1", **forged)
    assert len(judged) == FAILED_PER_PLACE


@pytest.mark.django_db
def test_behind_a_proxy_the_address_that_the_proxy_saw_counts(make_user, judged, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    names = [address_of(make_user(f"person{number}")) for number in range(30)]
    for number in range(20):
        guess(names[number], "10.0.0.1", HTTP_X_FORWARDED_FOR=f"172.16.0.{number}, 192.0.2.1")
    assert len(judged) == FAILED_PER_PLACE
    for number in range(20, 30):
        guess(names[number], "10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert len(judged) == FAILED_PER_PLACE + 10


@pytest.mark.django_db
def test_a_right_password_costs_nothing(amina):
    for place, _ in zip(places(), range(12), strict=False):
        assert App().sign_in(address_of(amina), REMOTE_ADDR=place).status_code == 200


@pytest.mark.django_db
def test_who_is_limited_has_no_account_limited(amina, bruno):
    for place, _ in zip(places(), range(8), strict=False):
        guess(address_of(amina), place)
        guess("nobody@example.org", place)
    assert App().sign_in(address_of(bruno), REMOTE_ADDR="10.9.9.9").status_code == 200
