"""Whatever is sent, the answer is no crash: bodies, queries, addresses and headers of no good will."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from skillswap_kit.testing.settings import override_skillswap
from tests.core.hostile_bodies import JSON, MULTIPART, Body, hostile_bodies

from .cases import by_operation
from .operations import operations, reads, writes
from .world import ROLES, TOKEN, content, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, -(2**63) - 1, 10**90, 1.5, 1e308, "", " ", "x" * 5_000, "\u202eevil", "\u200b",
    "\u0301" * 500, "9" * 4_400, "NaN", "1e999", "٣", "+1", [], {}, [[]], [{}], [None], ["x"] * 300, {"pk": 1},
    "2026-02-30T25:61:61Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "../../etc/passwd", "'; --",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
ODD_TEXTS = (
    "", "\0", "a\0b", "\udcff", "-1", "0", "9" * 19, "9" * 5_000, "x" * 10_000, "1.5", "1e3", "NaN", "٣", " 1", "+1",
    "1_0", "null", "true", "..", "%", "%00", "\u202e", "\U0001f600", "' OR 1=1 --", "user__password", "-", "--newest",
    "newest,name", "id__in", "[]", "{}", "\n", "{{7*7}}",
)  # fmt: skip
PARAMETERS = ("page", "page_size", "ordering", "cursor", "format", "search", "version", "q")
ODD_HEADERS = (
    {"Accept": "application/json; version=9"},
    {"Accept": "application/json; version=" + "9" * 5_000},
    {"Accept": "text/" + "x" * 5_000},
    {"Accept": ";;;,,,"},
    {"Accept": "é"},
    {"Accept-Language": "x" * 6_000},
    {"Accept-Language": "ar;q=é,*;q=9"},
    {"Authorization": "Basic !!!!"},
    {"Authorization": "Basic " + "A" * 20_000},
    {"Idempotency-Key": ""},
    {"Idempotency-Key": "x" * 201},
    {"Idempotency-Key": "é\u0301"},
    {"Range": "bytes=9-1,-,x"},
    {"If-Modified-Since": "x" * 100},
    {"Host": "evil.example"},
)
SAMPLE = 20
"""Every so manieth payload for each operation, another set for each: all of them are used in a quick run."""

NUMBER = {operation: number for number, operation in enumerate(operations())}


def successful(operation):
    case = next(case for case in by_operation()[operation] if case.allowed)
    return case, next(role for role in reversed(ROLES) if role in case.allowed)


def check(answer, sent):
    """No crash, and whatever is an error has the kit's shape."""
    assert answer.status_code < 500, (sent, answer.status_code, content(answer)[:300])
    if answer.status_code < 400 or answer.resolver_match is None:
        return
    body = answer.json()
    assert {"code", "detail"} <= body.keys() <= {"code", "detail", "fields"}, sent
    assert all(isinstance(body[name], str) and body[name] for name in ("code", "detail")), sent
    fields = body.get("fields", {"": [""]})
    assert fields, sent
    assert all(isinstance(messages, list) and messages for messages in fields.values()), sent


def bodies(world, operation) -> Iterator[Body]:
    """The corpus, and the operation's own body with one odd value in it."""
    declared = operation.input_fields()
    yield from hostile_bodies(list(declared) or ["name"])
    case, role = successful(operation)
    whole = case.body(world, world.people[role]) or {}
    if operation.media_type == "json":
        for name in declared:
            for value in ODD_VALUES:
                yield Body(
                    f"{name}={str(value)[:20]!r}", JSON, json.dumps({**whole, name: value}, default=str).encode()
                )


def post_bodies(world, operation, chosen):
    case, role = successful(operation)
    address, client = operation.address(case.real_keys(world)), world.client(role)
    for body in chosen:
        with undone():
            answer = client.generic(
                operation.method, address, body.body, content_type=body.content_type, HTTP_X_CSRFTOKEN=TOKEN
            )
            check(answer, (str(operation), body.name))


@pytest.mark.parametrize("operation", writes(), ids=str)
def test_hostile_bodies_are_refused(operation, world):
    everything = list(bodies(world, operation))
    assert len(everything) > 300
    post_bodies(world, operation, everything[NUMBER[operation] % SAMPLE :: SAMPLE])


@pytest.mark.exhaustive
@pytest.mark.parametrize("operation", writes(), ids=str)
def test_every_hostile_body_is_refused(operation, world):
    post_bodies(world, operation, bodies(world, operation))


def test_very_long_names_are_no_skills(world):
    """SQLite refuses to look for more than 50,000 characters."""
    answer = world.client("owner").post(
        "/api/listings/", {"kind": "offer", "skill": "x" * 60_000}, format="json", HTTP_X_CSRFTOKEN=TOKEN
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["skill"])


@pytest.mark.parametrize("operation", writes(), ids=str)
def test_the_same_operations_succeed_with_good_bodies(operation, world):
    """Non-vacuity: it is the bodies that are refused."""
    case, role = successful(operation)
    with undone():
        answer = world.send(operation, role, case.real_keys(world), case.body(world, world.people[role]))
        assert answer.status_code < 300


def some_texts(operation, number=0):
    """A fourth of them, another one for each operation."""
    return ODD_TEXTS[(NUMBER[operation] + number) % 4 :: 4]


def parameters(operation):
    filterset = getattr(operation.view, "filterset_class", None)
    return [*PARAMETERS, *(filterset.base_filters if filterset else ())]


def ask(world, operation, query):
    case, role = successful(operation)
    address = operation.address(case.real_keys(world))
    encoded = urlencode(query, errors="surrogatepass")
    return world.client(role).get(f"{address}?{encoded}")


@pytest.mark.parametrize("operation", reads(), ids=str)
def test_hostile_queries_are_refused(operation, world):
    names = parameters(operation)
    # All at once, and none refused for its name alone: the values are what is hostile.
    with override_skillswap(API_OTHER_PARAMETERS=PARAMETERS):
        for text in some_texts(operation):
            check(ask(world, operation, dict.fromkeys(names, text)), text)
    for number, name in enumerate(names):
        for text in some_texts(operation, number)[::3]:
            check(ask(world, operation, {name: text}), (name, text))


@pytest.mark.exhaustive
@pytest.mark.parametrize("operation", reads(), ids=str)
def test_every_hostile_query_is_refused(operation, world):
    for name in parameters(operation):
        for text in ODD_TEXTS:
            check(ask(world, operation, {name: text}), (name, text))
        check(ask(world, operation, [(name, "1"), (name, "\0")]), name)


def go_astray(world, operation, texts):
    case, role = successful(operation)
    real = {name: str(value) for name, value in case.real_keys(world).items()}
    for name in operation.names:
        for text in filter(None, texts):
            keys = {key: quote(value, safe="", errors="surrogatepass") for key, value in {**real, name: text}.items()}
            address = operation.route.format(**keys)
            answer = world.client(role).generic(operation.method, address, HTTP_X_CSRFTOKEN=TOKEN)
            check(answer, (name, text))
            assert answer.status_code in (400, 404), (name, text)


ABOUT_SOMETHING = [operation for operation in operations() if operation.names]


@pytest.mark.parametrize("operation", ABOUT_SOMETHING, ids=str)
def test_hostile_addresses_lead_nowhere(operation, world):
    go_astray(world, operation, some_texts(operation))


@pytest.mark.exhaustive
@pytest.mark.parametrize("operation", ABOUT_SOMETHING, ids=str)
def test_every_hostile_address_leads_nowhere(operation, world):
    go_astray(world, operation, ODD_TEXTS)


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=lambda headers: f"{next(iter(headers))} {len(str(headers))}")
def test_hostile_headers_are_survived(headers, world):
    for operation in operations():
        case, role = successful(operation)
        with undone():
            body = None if operation.media_type == "multipart" else case.body(world, world.people.get(role))
            answer = world.client(role).generic(
                operation.method,
                operation.address(case.real_keys(world)),
                json.dumps(body or {}, default=str),
                content_type=MULTIPART if operation.media_type == "multipart" else JSON,
                HTTP_X_CSRFTOKEN=TOKEN,
                headers=headers,
            )
            assert answer.status_code < 500, operation
