"""Reading writes nothing, and a browser writes nothing without a token."""

from __future__ import annotations

import pytest
from django.test import Client

from .cases import by_operation, pairs
from .operations import admin_pages, reads, writes
from .world import ROLES, changes, dump, undone

pytestmark = pytest.mark.django_db

READS = [(operation, case) for operation, case in pairs() if not operation.writes]


def test_reading_the_api_writes_nothing(world):
    before = dump()
    for operation, case in READS:
        for role in ROLES:
            answer = world.send(operation, role, case.real_keys(world), case.body(world, world.people.get(role)))
            assert answer.status_code in case.expected(role)
        assert changes(before, dump()) == {}, operation


@pytest.mark.parametrize("method", ["head", "options"])
def test_looking_at_what_is_possible_writes_nothing(method, world):
    before = dump()
    for operation, case in pairs():
        address = operation.address(case.real_keys(world))
        for role in ("anonymous", "stranger", "owner", "superuser"):
            answer = getattr(world.client(role), method)(address)
            assert answer.status_code < 500, (operation, role)
            assert changes(before, dump()) == {}, (operation, role)


def test_opening_pages_of_the_admin_writes_nothing(world):
    client = world.new_client("superuser", Client)
    client.get("/admin/")
    before = dump()
    for page in admin_pages():
        row = page.model._base_manager.order_by("pk").first()
        if row is not None or not page.needs_row:
            assert client.get(page.address(row)).status_code in (200, 403), page
            assert changes(before, dump()) == {}, page


@pytest.mark.parametrize("token", ["", "x" * 32, "short"])
def test_without_the_token_nothing_is_written(token, world):
    before = dump()
    for operation in writes():
        case = next(case for case in by_operation()[operation] if case.allowed)
        role = next(role for role in ROLES if role in case.allowed)
        body = case.body(world, world.people[role])
        with undone():
            answer = world.send(operation, role, case.real_keys(world), body, HTTP_X_CSRFTOKEN=token)
            assert answer.status_code == 403, operation
            assert answer.json()["code"] == "not_allowed"
            assert changes(before, dump()) == {}, operation


def test_there_is_much_to_read_and_to_write():
    assert len(reads()) > 30
    assert len(writes()) > 40
