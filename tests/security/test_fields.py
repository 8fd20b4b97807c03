"""Only what is declared is written, and only what was reviewed is read.

``readable_fields.json`` says what each operation answers. After a deliberate change draw it anew, and read the
difference::

    READABLE_FIELDS=write python -m pytest tests/security/test_fields.py -k reviewed
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from skillswap_kit.exchange.api.members.views import OwnProfileViewSet
from skillswap_kit.exchange.models import Profile

from .accounts_cases import IS_INSTALLED
from .cases import by_operation, pairs
from .fields import Tree, effect, flat, names, shape, smuggled, state, with_smuggled, words
from .operations import operations, writes
from .world import EXACT_PLACE, ROLES, content, dump, undone

pytestmark = pytest.mark.django_db

REVIEWED = Path(__file__).with_name("readable_fields.json")
FORBIDDEN = {
    "mail",
    "email",
    "phone",
    "password",
    "latitude",
    "longitude",
    "location",
    "is_staff",
    "is_superuser",
    "is_active",
    "groups",
    "permissions",
    "user_permissions",
    "last_login",
    "open_key",
    "terms_key",
    "pair_key",
    "search_text",
    "search_name",
    "payload",
}
OF_ONESELF = {
    str(operation): {"latitude", "longitude"}
    for operation in operations()
    if operation.view is OwnProfileViewSet and operation.method != "DELETE"
}
"""Members read the centre of their own cell."""


def successful(operation):
    """A case in which somebody succeeds, and who."""
    case = next(case for case in by_operation()[operation] if case.allowed)
    return case, [role for role in ROLES if role in case.allowed]


def done(world, operation, case, role, body):
    """The status of a request and what it did, taken back."""
    with undone():
        before = state()
        answer = world.send(operation, role, case.real_keys(world), body)
        return answer.status_code, effect(before, state())


@pytest.mark.parametrize("operation", writes(), ids=str)
def test_nothing_but_declared_inputs_is_written(operation, world):
    case, roles = successful(operation)
    extra = smuggled(operation)
    assert len(extra) > 80
    for role in roles:
        me = world.people[role]
        plain = done(world, operation, case, role, case.body(world, me))
        body = with_smuggled(case.body(world, me), operation.input_fields(), extra)
        full = done(world, operation, case, role, flat(body) if operation.media_type == "multipart" else body)
        assert full == plain
        assert plain[0] < 300


@pytest.fixture(scope="module")
def answers(world):
    """Every answer to whoever succeeds: its operation and its body."""
    found = []
    for operation, case in pairs():
        for role in [role for role in ROLES if role in case.allowed]:
            with undone():
                body = case.body(world, world.people.get(role))
                found.append((operation, world.send(operation, role, case.real_keys(world), body)))
    return found


def shapes(answers):
    trees: dict[str, Tree] = {}
    for operation, answer in answers:
        is_json = "json" in answer.headers.get("Content-Type", "")
        shape(answer.json() if is_json else None, trees.setdefault(str(operation), {}))
    return trees


def test_what_can_be_read_has_been_reviewed(answers):
    present = {operation: words(tree) for operation, tree in sorted(shapes(answers).items())}
    if os.environ.get("READABLE_FIELDS") == "write":
        REVIEWED.write_text(json.dumps(present, indent=1) + "\n")
    reviewed = json.loads(REVIEWED.read_text())
    assert present == {name: tree for name, tree in reviewed.items() if IS_INSTALLED or "/auth/" not in name}


def test_no_answer_has_a_field_that_is_nobodys_business(answers):
    told = {operation: names(tree) & FORBIDDEN for operation, tree in shapes(answers).items()}
    assert {operation: found for operation, found in told.items() if found} == OF_ONESELF


def test_where_somebody_lives_is_told_to_themselves_alone(world, answers):
    """The addresses, passwords and exact coordinates of ``CANARIES`` are looked for in every answer of this folder."""
    profile = Profile.objects.get(user=world["owner"])
    cell = [str(profile.latitude).encode(), str(profile.longitude).encode()]
    telling = {str(operation) for operation, answer in answers if any(number in content(answer) for number in cell)}
    assert telling == set(OF_ONESELF)


def test_exact_places_are_kept_nowhere(world, answers):
    digits = [str(number)[:8] for number in EXACT_PLACE.values()]
    rows = repr(dump())
    assert all(number not in rows for number in digits)
    assert len({(p.latitude, p.longitude) for p in Profile.objects.exclude(latitude=None)}) == 1
