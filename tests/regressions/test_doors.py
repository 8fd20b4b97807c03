"""What earlier systems got wrong at the door; the numbers are those of known defects."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache

if not apps.is_installed("skillswap_kit.accounts"):
    pytest.skip("the extra “accounts” is not installed", allow_module_level=True)

from tests.accounts.api import PASSWORD, App, address_of, signed_in
from tests.accounts.conftest import with_password

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def test_d21_ten_bad_logins_in_a_row_are_five(make_user):
    amina = with_password(make_user("amina"))
    with patch.object(get_user_model(), "check_password", return_value=False) as judged:
        answers = [App().sign_in(address_of(amina), "wrong") for _ in range(10)]
    assert judged.call_count == 5
    codes = [answer.json()["errors"][0]["code"] for answer in answers]
    assert codes[5:] == ["too_many_login_attempts"] * 5
    assert App().sign_in(address_of(amina)).status_code == 400


def test_d21_sign_ups_are_limited():
    bodies = [{"email": f"new{n}@example.org", "username": f"new{n}", "password": PASSWORD} for n in range(25)]
    answers = [App().post("/api/auth/register/", body).status_code for body in bodies]
    assert answers == [200] * 20 + [429] * 5


def test_d18_tokens_and_sessions_open_the_same_api(make_user, client):
    amina = with_password(make_user("amina"))
    client.force_login(amina)
    by_token = signed_in(amina).me()
    assert by_token.status_code == 200
    assert by_token.json()["id"] == client.get("/api/auth/me/").json()["id"]
