"""Who asks, and what there is: the people of a world that each app fills, and requests that leave no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import Model, UUIDField
from django.test import Client
from rest_framework.test import APIClient

from skillswap_kit.core.policies import BaseContactPolicy

from .operations import LABEL_PREFIX, Operation

PASSWORD = "canary-password-7331"
LOGIN = ".login.name"
CANARIES = ("mail.example", LOGIN, PASSWORD, "29.976543219", "31.132345678", "md5$")
"""Addresses, names to sign in with, a password and its hash, exact coordinates: no answer to anybody holds one."""
EXACT_PLACE = {"latitude": 29.976543219, "longitude": 31.132345678}

TOKEN = "t" * 32

OUTSIDE = ("anonymous", "broken_session", "deactivated")
"""Who is not signed in, in the eyes of the site."""
MEMBERS = (
    "owner",
    "counterparty",
    "third",
    "ex_participant",
    "stranger",
    "newcomer",
    "blocked",
    "blocker",
    "clerk",
    "moderator",
    "superuser",
)
ROLES = (*OUTSIDE, *MEMBERS)
MODERATION = ("change_skill", "change_profile", "view_profile", "view_skill")
HIDDEN = frozenset({"blocked", "blocker"})
"""To them the owner does not exist, and the other way round, but for what they share."""
HIDDEN_FROM = {"owner": HIDDEN, "blocked": {"owner"}, "blocker": {"owner"}}
"""Whose names nobody reads, in what they share neither."""


class Blocks(BaseContactPolicy):
    """Hides the people of each pair from one another."""

    pairs: list[tuple[Any, Any]] = []

    def hidden_from(self, user: Any) -> Any:
        others = [other.pk for pair in self.pairs for other in pair if user in pair and other != user]
        return get_user_model()._default_manager.filter(pk__in=others).values("pk")


KIT_SETTINGS = {
    "CONTACT_POLICIES": (f"{__name__}.Blocks",),
    # Rows are written past the services here, of which an index would not hear.
    "MATCHING_BACKENDS": {"default": {"BACKEND": "skillswap_kit.matching.backends.sql.SqlMatcher"}},
    # What waits for a third person counts what somebody hidden proposed to them too.
    "MATCHING_SCORING": {
        "default": {"BACKEND": "skillswap_kit.matching.scoring.Scoring", "OPTIONS": {"load_factor": 0.0}}
    },
}


def make_account(name: str, **fields: Any) -> Any:
    """A user of whatever model the settings name, whose address is a canary."""
    users = get_user_model()
    names = {users.USERNAME_FIELD: f"{name}{LOGIN}", users.get_email_field_name(): f"{name}@mail.example"}
    return users._default_manager.create_user(**names, password=PASSWORD, **fields)


def person_name(role: str) -> str:
    """What others read."""
    return f"{role} by name"


@dataclass
class World:
    """People by role and what they have made, by name."""

    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, APIClient] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.things[name] if name in self.things else self.people[name]

    def client(self, role: str) -> APIClient:
        """A browser with the session of this person; every request carries a CSRF token, and tokens are checked."""
        if role not in self.clients:
            self.clients[role] = self.new_client(role)
        return self.clients[role]

    def browser(self, role: str) -> Client:
        """The same for pages: what it sends is a form."""
        if role not in self.browsers:
            self.browsers[role] = self.new_client(role, Client)
        return self.browsers[role]

    def new_client(self, role: str, client_class: type[Client] = APIClient) -> Any:
        # A crash is an answer: what it is, the tests judge.
        client = client_class(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        if role == "broken_session":
            client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
        elif self.people.get(role):
            client.force_login(self.people[role])
        return client

    def send(self, operation: Operation, role: str, keys: Mapping[str, Any], body: Any = None, **extra: Any) -> Any:
        """The answer. Whoever asks for whatever, it gives nothing away."""
        extra.setdefault("HTTP_X_CSRFTOKEN", TOKEN)
        send = getattr(self.client(role), operation.method.lower())
        data = {} if operation.writes else {"data": body or {}}
        if operation.writes:
            data = {"data": {} if body is None else body, "format": operation.media_type}
        answer = send(operation.address(keys), **data, **extra)
        assert not leaked(answer, role), f"{operation} tells {role} {leaked(answer, role)}"
        return answer


def leaked(answer: Any, role: str) -> list[str]:
    """What an answer gives away, in its body or its headers."""
    secrets = (*CANARIES, *(person_name(hidden) for hidden in HIDDEN_FROM.get(role, ())))
    told = content(answer) + answer.serialize_headers()
    return [secret for secret in secrets if secret.encode() in told]


def content(answer: Any) -> bytes:
    """The body; that of a file is read once, and kept."""
    if getattr(answer, "streaming", False):
        answer.kept = getattr(answer, "kept", None) or b"".join(answer.streaming_content)
        return answer.kept
    return answer.content


Builder = Callable[[World], Mapping[str, Any]]
WORLDS: dict[str, Builder] = {}


def world_of(app: str) -> Callable[[Builder], Builder]:
    """Registers what an app has in the world: a function that makes it by services and answers it by name."""

    def register(builder: Builder) -> Builder:
        WORLDS[app] = builder
        return builder

    return register


def build_world() -> World:
    from . import exchange_world, matching_world  # noqa: F401

    world = World()
    for role in MEMBERS:
        is_staff = role in ("clerk", "moderator", "superuser")
        world.people[role] = make_account(role, is_staff=is_staff, is_superuser=role == "superuser")
    world.people["deactivated"] = make_account("deactivated")
    world["moderator"].user_permissions.set(Permission.objects.filter(codename__in=MODERATION))
    owner = world["owner"]
    for builder in WORLDS.values():
        world.things.update(builder(world))
    Blocks.pairs = [(owner, world["blocked"]), (world["blocker"], owner)]
    world.client("deactivated")
    world.browser("deactivated")
    get_user_model()._default_manager.filter(pk=world["deactivated"].pk).update(is_active=False)
    for role in ROLES:
        world.client(role)
        world.browser(role)
    return world


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Dump = dict[str, list[str]]


def watched_models() -> list[type[Model]]:
    """The tables of the kit and of the host's users. Not sessions and the admin's log: Django writes those itself."""
    kit = [config for config in apps.get_app_configs() if config.label.startswith(LABEL_PREFIX)]
    return [get_user_model(), *(model for config in kit for model in config.get_models(include_auto_created=True))]


def dump() -> Dump:
    """Every watched row as text."""
    rows: Dump = {}
    with connection.cursor() as cursor:
        for model in watched_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            rows[model._meta.label] = sorted(map(repr, cursor.fetchall()))
    return rows


def changes(before: Dump, after: Dump) -> dict[str, list[str]]:
    """The rows of which there is not the same in both."""
    return {
        label: sorted(set(before[label]) ^ set(after[label]))[:6] for label in before if before[label] != after[label]
    }


def missing_key(thing: Any) -> Any:
    """A key of the same kind that nothing has."""
    return uuid4() if isinstance(thing._meta.pk, UUIDField) else 2_000_000_000
