"""The people of a story, whatever the user model, and how they sign in."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.shortcuts import resolve_url
from django.test import Client

from .browser import Browser

PASSWORD = "a long enough password"


def credentials(name: str) -> dict[str, str]:
    """By which somebody is known here: an address where the user model asks for one."""
    user_model = get_user_model()
    by_mail = user_model.get_email_field_name() == user_model.USERNAME_FIELD
    return {user_model.USERNAME_FIELD: f"{name}@example.org" if by_mail else name}


def make_person(name: str, **fields: Any) -> Any:
    user_model = get_user_model()
    known_by = credentials(name)
    email = {user_model.get_email_field_name(): f"{name}@example.org"}
    person = user_model._default_manager.create_user(password=PASSWORD, **{**email, **known_by, **fields})
    if apps.is_installed("allauth.account"):
        person.emailaddress_set.create(email=f"{name}@example.org", verified=True, primary=True)
    return person


def signed_in_client(name: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    assert client.login(password=PASSWORD, **credentials(name))
    return client


def signed_in_browser(name: str, address: str = "") -> Browser:
    """Through the sign-in page of the site, or the one at ``address``."""
    browser = Browser()
    page = browser.open(address or resolve_url(settings.LOGIN_URL))
    form = page.form("password")
    field = "login" if "login" in form.names else "username"
    (known_by,) = credentials(name).values()
    browser.submit(page, form, password=PASSWORD, **{field: known_by})
    assert "sessionid" in browser.client.cookies, f"{name} could not sign in"
    return browser
