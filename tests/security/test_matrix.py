"""Nobody can do what their role may not: every operation of the API, by every role."""

from __future__ import annotations

import pytest
from django.test import override_settings

from .cases import pairs
from .operations import reads
from .world import KIT_SETTINGS, OUTSIDE, ROLES, changes, content, dump, undone

pytestmark = pytest.mark.django_db

PAIRS = pairs()
PUBLIC_READS = [(operation, case) for operation, case in PAIRS if case.public]
CLOSED = {**KIT_SETTINGS, "PUBLIC_BROWSING": False}


def name(pair):
    return str(pair[1])


def ask(world, operation, case, role, keys=None, body=None):
    me = world.people.get(role)
    keys = case.real_keys(world) if keys is None else keys
    return world.send(operation, role, keys, case.body(world, me) if body is None else body)


def told(answer):
    """All that can be told from an answer."""
    return answer.status_code, content(answer), sorted(answer.headers.items())


def found(answer):
    rows = answer.json()
    # What is about members, and has no key of its own, is found by that of the one, or of the first.
    shown = rows if isinstance(rows, list) else rows["results"]
    return {str(next((row[name] for name in ("member", "teacher") if name in row), row)["id"]) for row in shown}


def succeeds(world, operation, case, role):
    """Somebody allowed gets through; and finds in a list what they may find there."""
    with undone():
        answer = ask(world, operation, case, role)
        assert answer.status_code in case.expected(role), (role, answer.status_code, content(answer)[:300])
    for thing, finders in case.lists.items():
        assert (str(world[thing].pk) in found(answer)) is (role in finders), (role, thing)


def is_kept_out(world, operation, case, role, before):
    with undone():
        answer = ask(world, operation, case, role)
        assert answer.status_code in case.expected(role), (role, answer.status_code, content(answer)[:300])
        assert answer.json().keys() <= {"code", "detail", "fields"}
        assert changes(before, dump()) == {}, role
    if role in case.refused:
        return
    me = world.people.get(role)
    for keys, body in case.absent(world, me):
        with undone():
            assert told(ask(world, operation, case, role, keys, body)) == told(answer), (
                f"{role} can tell that it exists"
            )


def check(world, operation, case):
    allowed = [role for role in ROLES if role in case.allowed]
    for role in allowed:
        succeeds(world, operation, case, role)
    before = dump()
    for role in ROLES:
        if role not in case.allowed:
            is_kept_out(world, operation, case, role, before)
    assert changes(before, dump()) == {}
    for role in allowed[:1]:
        succeeds(world, operation, case, role)


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_each_role_gets_what_it_may(pair, world):
    check(world, *pair)


@pytest.mark.parametrize("pair", PUBLIC_READS, ids=name)
def test_strangers_see_nothing_where_browsing_is_not_public(pair, world):
    operation, case = pair
    with override_settings(SKILLSWAP_KIT=CLOSED):
        for role in OUTSIDE:
            answer = ask(world, operation, case, role)
            assert answer.status_code in (401, 403), role
            assert answer.json()["code"] == "not_authenticated"
            for keys, body in case.absent(world, None):
                assert told(ask(world, operation, case, role, keys, body)) == told(answer)
        for role in [role for role in ROLES if role in case.allowed and role not in OUTSIDE][:1]:
            succeeds(world, operation, case, role)


def test_every_read_says_whether_strangers_may():
    """Non-vacuity: there are public reads and others, and each has been declared."""
    public = {operation for operation, _case in PUBLIC_READS}
    assert 20 <= len(public) < len(reads())
