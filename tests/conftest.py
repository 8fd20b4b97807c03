"""What holds for the whole suite: where it runs, and what a missing server or browser means there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import translation

from skillswap_kit.core.paging import known_as_long
from tests.browser.chromium import ARGUMENTS, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest_report_header() -> list[str]:
    database = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    browser = chromium_path() or "not found: the browser tests are skipped (apt-get install chromium)"
    return [f"database: {database}, user model: {settings.AUTH_USER_MODEL}", f"chromium: {browser}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("server") and connection.vendor == "sqlite":
            item.add_marker(pytest.mark.skip(reason="needs a database server: set TEST_DATABASE"))
        if item.get_closest_marker("browser") and not chromium_path() and not IN_CI:
            item.add_marker(pytest.mark.skip(reason="no Chromium found: apt-get install chromium"))


@pytest.fixture(autouse=True)
def site_language() -> Iterator[None]:
    """A request leaves its language active in the thread: each test starts in the site's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL keeps a database that somebody is connected with: a child that a test killed may not be gone yet."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def forget_long_lists():
    """Each test has its own rows."""
    known_as_long.clear()


@pytest.fixture
def make_user(db) -> Callable[..., Any]:
    """Makes users of whatever model the settings name."""
    numbers = count(1)

    def make(name: str = "", **fields: Any) -> Any:
        user_model = get_user_model()
        name = name or f"user{next(numbers)}"
        address = {user_model.get_email_field_name(): f"{name}@example.org", user_model.USERNAME_FIELD: name}
        if user_model.get_email_field_name() == user_model.USERNAME_FIELD:
            address = {user_model.USERNAME_FIELD: f"{name}@example.org"}
        return user_model._default_manager.create_user(password="secret", **address, **fields)

    return make


@pytest.fixture
def staff(make_user) -> Any:
    """Somebody who may do everything, as the first administrator of a site."""
    return make_user("staff", is_staff=True, is_superuser=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for the process; without any the test fails (outside CI it is skipped)."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium found: apt-get install chromium")
    # Playwright's event loop runs in this thread, and Django takes that for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
