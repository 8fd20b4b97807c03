"""Signing up, in and out by tokens, and what is dead afterwards."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from skillswap_kit.core.keys import written_key

from .api import ALL, HEADLESS, PASSWORD, App, address_of, browser, signed_in, survivors

pytestmark = pytest.mark.django_db


def test_somebody_signs_up_and_is_in():
    app = App()
    body = {"email": "new@example.org", "password": PASSWORD}
    if get_user_model().USERNAME_FIELD == "username":
        body["username"] = "new"
    answer = app.keep(app.post("/api/auth/register/", body))
    assert answer.status_code == 200, answer.content
    assert answer.json()["meta"]["is_authenticated"] is True
    assert app.me().json()["id"] == written_key(get_user_model().objects.get().pk)
    assert survivors(app) == ALL


def test_signing_in_answers_both_tokens_and_says_who(amina):
    answer = App().sign_in(address_of(amina))
    assert answer.status_code == 200
    said = answer.json()
    assert {"access_token", "refresh_token", "session_token", "is_authenticated"} <= said["meta"].keys()
    assert str(said["data"]["user"]["id"]) == str(amina.pk)
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert not answer.cookies


def test_a_wrong_password_is_an_answer_of_allauth(amina):
    answer = App().sign_in(address_of(amina), "wrong")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "password"


def test_tokens_and_sessions_open_the_same_api(amina):
    app = signed_in(amina)
    by_session = Client()
    by_session.force_login(amina)
    changed = app.send("PATCH", "/api/auth/profile/", {"headline": "Plays the oud"})
    assert (changed.status_code, changed.json()["headline"]) == (200, "Plays the oud")
    replaced = app.send("PUT", "/api/auth/profile/", {"headline": "Plays the ney"})
    assert (replaced.status_code, app.me().json()["headline"]) == (200, "Plays the ney")
    for path in ("/api/auth/me/", "/api/users/me/", "/api/auth/profile/", "/api/swaps/"):
        assert app.send("GET", path).json() == by_session.get(path).json()


def test_me_is_only_to_read(amina):
    app = signed_in(amina)
    assert app.send("PATCH", "/api/auth/me/", {"headline": "x"}).status_code == 405
    assert App().me().status_code in {401, 403}


def test_refreshing_gives_new_tokens_and_uses_the_old_one_up(amina):
    app = signed_in(amina)
    old = app.refresh_token
    assert app.refresh().status_code == 200
    assert app.refresh_token != old
    assert app.me().status_code == 200
    assert App().post("/api/auth/refresh/", {"refresh_token": old}).status_code == 400
    assert app.refresh().status_code == 200


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(amina):
    app = signed_in(amina)
    assert App().post("/api/auth/refresh/", {"refresh_token": app.access}).status_code == 400
    app.access = app.refresh_token
    assert app.me().status_code in {401, 403}


def test_signing_out_ends_every_credential_of_that_sign_in_and_no_other(amina, bruno):
    phone, tablet, other = signed_in(amina), signed_in(amina), signed_in(bruno)
    answer = phone.sign_out()
    assert (answer.status_code, answer.json()) == (200, {"status": 200})
    assert survivors(phone) == []
    assert survivors(tablet) == survivors(other) == ALL


def test_signing_out_without_a_live_token_says_so(amina):
    assert App().sign_out().status_code == 401
    app = signed_in(amina)
    app.access += "x"
    assert app.sign_out().status_code == 401
    app.access = signed_in(amina).access
    for method in ("GET", "PUT", "DELETE"):
        assert app.send(method, "/api/auth/logout/").status_code == 405


def test_signing_out_by_the_page_ends_the_tokens_of_that_session(amina):
    app = signed_in(amina)
    assert browser(app.session_token).post("/accounts/logout/").status_code == 302
    assert survivors(app) == []


def test_ending_the_session_at_allauth_ends_it_here(amina):
    app = signed_in(amina)
    assert app.send("DELETE", f"{HEADLESS}/auth/session").status_code == 401
    assert survivors(app) == []


def test_ending_the_other_sessions_ends_their_tokens(amina):
    phone, tablet = signed_in(amina), signed_in(amina)
    sessions = phone.send("GET", f"{HEADLESS}/auth/sessions").json()["data"]
    others = [session["id"] for session in sessions if not session["is_current"]]
    assert phone.send("DELETE", f"{HEADLESS}/auth/sessions", {"sessions": others}).status_code == 200
    assert survivors(tablet) == []
    assert survivors(phone) == ALL


NEW = {"current_password": PASSWORD, "new_password": "battery staple 1337"}


def test_a_new_password_ends_every_other_sign_in(amina):
    phone, tablet, page = signed_in(amina), signed_in(amina), Client()
    page.force_login(amina)
    answer = phone.post(f"{HEADLESS}/account/password/change", NEW)
    assert answer.status_code == 200
    assert survivors(tablet) == []
    assert page.get("/api/auth/me/").status_code in {401, 403}
    # allauth keeps the session at hand under a new key; what was made for the old one is dead.
    assert survivors(phone) == []
    phone.keep(answer)
    assert "session token" in survivors(phone)


def test_a_password_set_elsewhere_ends_everything(amina):
    app = signed_in(amina)
    amina.set_password("battery staple 1337")
    amina.save()
    assert survivors(app) == []


def test_deactivation_ends_everything(amina):
    app = signed_in(amina)
    page = Client()
    page.force_login(amina)
    type(amina).objects.filter(pk=amina.pk).update(is_active=False)
    assert survivors(app) == []
    assert page.get("/api/auth/me/").status_code in {401, 403}


def test_deletion_ends_everything(amina):
    app = signed_in(amina)
    amina.delete()
    assert survivors(app) == []


def test_a_session_that_ends_while_it_is_in_use_comes_back_to_nobody(amina, monkeypatch):
    from allauth.headless.tokens.strategies.jwt import internal

    app = signed_in(amina)
    create = internal.create_refresh_token

    def create_while_somebody_signs_out(user, session):
        token = create(user, session)
        assert app.sign_out().status_code == 200
        return token

    monkeypatch.setattr(internal, "create_refresh_token", create_while_somebody_signs_out)
    answer = App().post("/api/auth/refresh/", {"refresh_token": app.refresh_token})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "signed_out")
    monkeypatch.undo()
    assert survivors(app) == []


def test_the_owner_of_a_token_is_who_it_was_made_for(amina, bruno):
    """A token of one person with the session of another opens nothing."""
    from allauth.headless.tokens.strategies.jwt import internal

    app = signed_in(amina)
    sid = internal.session_key_to_sid(app.session_token)
    app.access, _payload = internal.create_token("access", sub=str(bruno.pk), sid=sid, expires_in=60)
    assert app.me().status_code in {401, 403}
