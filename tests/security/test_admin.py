"""Nobody can do in the admin what their role may not: every page and every action, by every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_category, make_skill

from .operations import admin_actions, admin_pages, kit_admins
from .seeds import grow, largest
from .world import ROLES, TOKEN, changes, dump, undone

pytestmark = pytest.mark.django_db

PLAIN = (Category, Skill, SkillSimilarity)
"""Edited, added and deleted on their pages; all other rows belong to services."""
EDITED = (*PLAIN, Profile)
STAFF = ("clerk", "moderator", "superuser")
MODERATED = (Profile, Skill)
"""What the moderator of this world may look at and change."""


@pytest.fixture(scope="module")
def staffed(world):
    """The world with a row in every table and with browsers for the admin."""
    grow(world, range(1))
    world.pages = {role: world.new_client(role, Client) for role in ROLES}
    return world


def send(world, role, address, data=None):
    client = world.pages[role]
    return client.get(address) if data is None else client.post(address, data, HTTP_X_CSRFTOKEN=TOKEN)


def may_open(role, page):
    """Whether this person gets the page at all."""
    if page.name in ("add", "delete") and page.model not in PLAIN:
        return False
    return role == "superuser" or (
        role == "moderator" and page.model in MODERATED and page.name not in ("add", "delete")
    )


@pytest.mark.parametrize("page", admin_pages(), ids=str)
def test_each_page_is_opened_by_whoever_may(page, staffed):
    address = page.address(largest(staffed, page.model))
    before = dump()
    for role in ROLES:
        answer = send(staffed, role, address)
        expected = (200 if may_open(role, page) else 403) if role in STAFF else 302
        assert answer.status_code == expected, role
        assert role in STAFF or answer.headers["Location"].startswith("/admin/login/")
    assert changes(before, dump()) == {}


WRITING = [page for page in admin_pages() if page.name in ("add", "change", "delete")]


@pytest.mark.parametrize("page", WRITING, ids=str)
def test_nothing_is_posted_to_pages_by_whoever_may_not(page, staffed):
    """Superusers neither: what services write, nobody writes past them."""
    address = page.address(largest(staffed, page.model))
    before = dump()
    for role in ROLES:
        if may_open(role, page) and (page.name != "change" or page.model in EDITED):
            continue
        with undone():
            answer = send(staffed, role, address, {"post": "yes", "status": "removed", "is_active": "on"})
            assert answer.status_code == (403 if role in STAFF else 302), role
            assert changes(before, dump()) == {}, role


@dataclass(frozen=True)
class Action:
    """A row that the action changes, what else is sent, and who may."""

    row: Any
    allowed: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)


def unused(model):
    if model is SkillSimilarity:
        return SkillSimilarity.objects.create(wanted=make_skill(), taught=make_skill(), weight=20, source="learnt")
    return make_category() if model is Category else make_skill()


def known_actions(world):
    """By model and name: an action that is not here fails the suite."""

    def proposed(_model):
        return world["proposed_skill"]

    def profile_of(name):
        return lambda _model: Profile.objects.get(user=world[name])

    def dead(_model):
        return Event.objects.create(name="exchange.swap_agreed", state=Event.State.DEAD)

    deciders, root = ("moderator", "superuser"), ("superuser",)
    into = {"confirmed": "1", "into": world["guitar"].pk}
    known = {
        (Event, "deliver_again"): Action(dead, root),
        (Listing, "remove"): Action(lambda _model: world["offer"], root),
        (Profile, "deactivate"): Action(profile_of("stranger"), deciders, {"confirmed": "1", "reason": "Spam"}),
        (Profile, "reactivate"): Action(profile_of("deactivated"), deciders),
        (Skill, "approve"): Action(proposed, deciders),
        (Skill, "reject"): Action(proposed, deciders),
        (Skill, "merge"): Action(proposed, deciders, into),
    }
    for model in kit_admins():
        allowed = root if model in PLAIN else ()
        row = unused if model in PLAIN else lambda model: largest(world, model)
        known[model, "delete_selected"] = Action(row, allowed, {"post": "yes"})
    return known


def name_of(choice):
    return f"{choice[0]._meta.model_name} {choice[1]}"


@pytest.mark.parametrize("choice", admin_actions(), ids=name_of)
def test_each_action_is_done_by_whoever_may(choice, staffed):
    model, name = choice
    action = known_actions(staffed)[choice]
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for role in ROLES:
        with undone():
            data = {"action": name, "_selected_action": [action.row(model).pk], **action.data}
            before = dump()
            send(staffed, role, f"{address}?action={name}")
            assert changes(before, dump()) == {}, role
            answer = send(staffed, role, address, data)
            assert answer.status_code in ((200, 302, 403) if role in STAFF else (302,)), role
            assert bool(changes(before, dump())) is (role in action.allowed), role


def test_without_the_token_no_action_is_done(staffed):
    for (model, name), action in known_actions(staffed).items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with undone():
            data = {"action": name, "_selected_action": [action.row(model).pk], **action.data}
            before = dump()
            assert staffed.pages["superuser"].post(address, data).status_code == 403
            assert changes(before, dump()) == {}
