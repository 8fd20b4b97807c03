"""Opening a page writes nothing, and without the token of a form nothing is written either."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from .pages import SEE_OTHER, all_page_cases, by_page, page_pairs, pages, visit_as_case
from .world import ROLES, TOKEN, changes, dump, undone

pytestmark = pytest.mark.django_db

READS = [(page, case) for page, case in page_pairs() if not page.writes]
LOOKS = (("theme", "theme", "dark"), ("language", "language", "ar"))
WRONG_TOKENS = ("", "x" * 32, "short")


def test_opening_pages_writes_nothing(world, pristine):
    with undone():
        for page, case in READS:
            for role in ROLES:
                visit_as_case(world, page, case, role)
            assert changes(pristine, dump()) == {}, page


@pytest.mark.parametrize("method", ["head", "options"])
def test_looking_at_what_is_possible_writes_nothing(method, world, pristine):
    with undone():
        for page, case in page_pairs():
            address = page.address(case.real_keys(world))
            for role in ("anonymous", "stranger", "owner", "superuser"):
                answer = getattr(world.browser(role), method)(address)
                assert answer.status_code < 500, (page, role)
        assert changes(pristine, dump()) == {}


@pytest.mark.parametrize("page", [page for page in pages() if page.writes], ids=str)
def test_without_the_token_nothing_is_written(page, world, pristine):
    case = next(case for case in by_page()[page] if case.allowed)
    role = next(role for role in ROLES if role in case.allowed)
    with undone():
        for token in WRONG_TOKENS:
            assert visit_as_case(world, page, case, role, token=token).status == 403, token
        assert changes(pristine, dump()) == {}
        assert visit_as_case(world, page, case, role).status == SEE_OTHER
        assert role in case.idle or changes(pristine, dump())


@pytest.mark.parametrize(("name", "field", "value"), LOOKS)
def test_how_the_site_looks_is_changed_with_the_token_alone(name, field, value):
    address, browser = reverse(f"skillswap_core:{name}"), Client(enforce_csrf_checks=True)
    assert browser.get(address).status_code in (302, 405)
    assert browser.post(address, {field: value}).status_code == 403
    assert set(browser.cookies) == set()
    browser.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    answer = browser.post(address, {field: value, "csrfmiddlewaretoken": TOKEN})
    assert answer.status_code == 302
    assert [cookie.value for cookie in answer.cookies.values()] == [value]


def test_no_page_is_exempt_from_the_check():
    exempt = [str(page) for page in pages() if getattr(page.view.as_view(), "csrf_exempt", False)]
    assert exempt == []


def test_there_is_much_to_open_and_to_send():
    assert len([page for page in pages() if not page.writes]) > 30
    assert len([page for page in pages() if page.writes]) > 25
    assert len(all_page_cases()) > 100
