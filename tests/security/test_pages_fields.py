"""Only what the form of a page declares is written."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from .fields import effect, flat, smuggled, state
from .pages import SEE_OTHER, by_page, pages, visit, visit_as_case
from .pages_forms import declared
from .world import ROLES, undone

pytestmark = pytest.mark.django_db

MANY = 4
ANYBODY = ("owner", "stranger", "superuser")
"""Whoever stands for all where everybody may do the same with what is theirs."""

FORMS = [page for page in pages() if page.writes]


@pytest.fixture(scope="module")
def known(world):
    """Every row of the world as it was built."""
    return SimpleNamespace(rows=state())


def roles_of(case):
    allowed = [role for role in ROLES if role in case.allowed]
    return [role for role in allowed if role in ANYBODY] if len(allowed) > MANY else allowed


def done(world, known, page, case, role, **more):
    """The status of a request and what it did, taken back."""
    with undone():
        asked = visit_as_case(world, page, case, role, more=more)
        return asked.status, effect(known.rows, state())


def shown_form(world, page, case, role):
    """The fields of the form as this person is shown it."""
    opened = next(other for other in pages() if other.name == page.name and not other.writes)
    asked = visit(world, opened, role, case.real_keys(world), case.query(world, world.people.get(role)))
    assert asked.status == 200, (page, role)
    return declared(asked)


@pytest.mark.parametrize("page", FORMS, ids=str)
def test_nothing_but_the_fields_of_the_form_is_written(page, world, known):
    case = next(case for case in by_page()[page] if case.allowed)
    for role in roles_of(case):
        body = case.body(world, world.people.get(role)) or {}
        fields = shown_form(world, page, case, role)
        assert body.keys() <= fields.keys(), f"{role} is not shown {body.keys() - fields.keys()}"
        extra = {name: value for name, value in flat(smuggled(page)).items() if name not in fields}
        assert len(extra) > 70
        plain = done(world, known, page, case, role)
        assert plain == done(world, known, page, case, role, **extra)
        assert plain[0] == SEE_OTHER
        assert plain[1] or role in case.idle


@pytest.mark.parametrize("page", FORMS, ids=str)
def test_whoever_may_not_cannot_by_naming_more(page, world, known):
    case = next(case for case in by_page()[page] if case.allowed)
    outsiders = [role for role in reversed(ROLES) if role not in case.allowed][:2]
    for role in outsiders:
        status, effects = done(world, known, page, case, role, **flat(smuggled(page)))
        assert (status in case.expected(role), effects) == (True, []), role
