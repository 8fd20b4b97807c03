"""Nobody learns at the door who has an account: not by the answer, and not by how long it takes.

Signing up lets people in at once where addresses need not be verified, so what is hidden needs
``ACCOUNT_EMAIL_VERIFICATION = "mandatory"`` (a check of a deployment says so).
"""

from __future__ import annotations

import os
import re
import time
from itertools import count
from statistics import median

import pytest
from django.core import mail
from django.test import Client

from .api import HEADLESS, PASSWORD, App, address_of
from .conftest import with_password

pytestmark = pytest.mark.django_db

ABSENT = "nobody@example.org"
SAMPLES = int(os.environ.get("TIMING_SAMPLES", "1000"))
MOST_MS = 5


@pytest.fixture(autouse=True)
def hidden(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_RATE_LIMITS = False


numbers = count(1)


def sign_in(address):
    return App().sign_in(address, "wrong")


def sign_up(address):
    return App().post("/api/auth/register/", {"email": address, "username": f"n{next(numbers)}", "password": PASSWORD})


def reset(address):
    return App().post(f"{HEADLESS}/auth/password/request", {"email": address})


def page(path, **form):
    return lambda address: Client().post(path, {name: value or address for name, value in form.items()})


WAYS = {
    "sign in": sign_in,
    "sign up": sign_up,
    "reset": reset,
    "page of sign-in": page("/accounts/login/", login=None, password="wrong"),
    "page of sign-up": lambda address: Client().post(
        "/accounts/signup/",
        {"email": address, "username": f"n{next(numbers)}", "password1": PASSWORD, "display_name": "N"},
    ),
    "page of reset": page("/accounts/password/reset/", email=None),
}


def seen(answer, address):
    """An answer without what is random in every answer, and without what was typed."""
    body = answer.content.decode().replace(address, "ADDRESS")
    body = re.sub(r'("session_token": ")[^"]+', r"\1…", body)
    body = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1…", body)
    body = re.sub(r'(nonce=")[^"]+', r"\1…", body)
    headers = {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Expires"}}
    return answer.status_code, re.sub(r'value="n\d+"', "", body), headers, sorted(answer.cookies)


@pytest.mark.parametrize("way", WAYS)
def test_the_answers_are_the_same(amina, way):
    present, absent = (seen(WAYS[way](address), address) for address in (address_of(amina), ABSENT))
    assert present == absent


@pytest.mark.parametrize("way", [way for way in WAYS if "sign in" not in way and "sign-in" not in way])
def test_the_owner_of_the_address_is_written_to_in_any_case(amina, way):
    for address in (address_of(amina), ABSENT):
        mail.outbox.clear()
        WAYS[way](address)
        assert [message.to for message in mail.outbox] == [[address]]


@pytest.mark.parametrize("way", WAYS)
def test_the_same_number_of_passwords_is_hashed(amina, monkeypatch, way):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *arguments: hashed.append(1) or encode(self, *arguments)
    )
    counts = []
    for address in (address_of(amina), ABSENT):
        hashed.clear()
        WAYS[way](address)
        counts.append(len(hashed))
    assert counts[0] == counts[1]
    assert (counts[0] > 0) == ("reset" not in way)


# A new account is written, which takes longer than a letter to the owner of an old one: docs/explanation/accounts.md.
@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("way", [way for way in WAYS if "up" not in way])
def test_the_answers_take_the_same_time(make_user, settings, way):
    """A hash that takes a few milliseconds: more than the difference that is allowed, so that a missing one shows."""
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.QuickHasher"]
    known = [address_of(with_password(make_user(f"known{number}"))) for number in range(20)]
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(SAMPLES):
        for exists in (True, False) if number % 2 else (False, True):
            address = known[number % 20] if exists else f"absent{number}@example.org"
            started = time.perf_counter()
            WAYS[way](address)
            times[exists].append(time.perf_counter() - started)
        mail.outbox.clear()
    difference = abs(median(times[True]) - median(times[False])) * 1000
    assert difference <= MOST_MS, f"{way}: {difference:.1f} ms"
