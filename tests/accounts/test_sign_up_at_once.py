"""Of people who sign up with the same name or address at the same moment one gets it; nobody meets a crash."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import IntegrityError, connections
from django.test import Client

from skillswap_kit.accounts.adapter import AccountAdapter

from .api import PASSWORD, App

RACERS = 4
ADDRESS = "layla@example.org"


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def together(monkeypatch):
    """Every form has found the name free before the first account is saved."""
    barrier, save = Barrier(RACERS), AccountAdapter.save_user

    def save_user(self, *arguments, **named):
        barrier.wait(timeout=30)
        return save(self, *arguments, **named)

    monkeypatch.setattr(AccountAdapter, "save_user", save_user)


def has_names() -> bool:
    return get_user_model().USERNAME_FIELD == "username"


def by_api(address: str, name: str):
    return App().post("/api/auth/register/", {"email": address, "username": name, "password": PASSWORD})


def by_page(address: str, name: str):
    form = {"email": address, "username": name, "password1": PASSWORD, "display_name": "ليلى"}
    return Client(raise_request_exception=False).post("/accounts/signup/", form)


def at_once(sign_up, people):
    def act(person):
        try:
            return sign_up(*person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RACERS) as threads:
        return list(threads.map(act, people))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sign_up", [by_api, by_page])
def test_the_second_is_told_that_the_name_is_taken(together, sign_up):
    if not has_names():
        pytest.skip("users of this site have no names")
    answers = at_once(sign_up, [(f"layla{number}@example.org", "layla") for number in range(RACERS)])
    statuses = Counter(answer.status_code for answer in answers)
    if sign_up is by_api:
        assert statuses == {401: 1, 400: RACERS - 1}  # the first has to verify the address
        errors = [answer.json()["errors"][0] for answer in answers if answer.status_code == 400]
        assert {(error["param"], error["code"]) for error in errors} == {("username", "username_taken")}
    else:
        assert statuses == {302: 1, 200: RACERS - 1}
        assert all("already exists" in answer.content.decode() for answer in answers if answer.status_code == 200)
    assert get_user_model()._default_manager.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sign_up", [by_api, by_page])
def test_nobody_is_told_that_the_address_is_taken(together, sign_up):
    if has_names():
        pytest.skip("addresses of this site are not unique")
    answers = at_once(sign_up, [(ADDRESS, "layla")] * RACERS)
    assert {answer.status_code for answer in answers} == {401 if sign_up is by_api else 302}
    assert len({answer.get("Location") for answer in answers}) == 1
    assert get_user_model()._default_manager.count() == 1
    assert [message.to for message in mail.outbox] == [[ADDRESS]] * len(mail.outbox)


@pytest.mark.django_db
def test_another_refusal_of_the_database_stays_one(monkeypatch):
    from allauth.account.adapter import DefaultAccountAdapter

    tried = []

    def save_user(self, *arguments, **named):
        tried.append(1)
        raise IntegrityError("a column of the host's own")

    monkeypatch.setattr(DefaultAccountAdapter, "save_user", save_user)
    with pytest.raises(IntegrityError, match="of the host's own"):
        Client().post("/accounts/signup/", {"email": ADDRESS, "username": "layla", "password1": PASSWORD})
    assert len(tried) == 2
