"""Who may do what on the pages of swaps, sessions, reviews and connections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from skillswap_kit.core.keys import written_key

from .cases import CIRCLE, NOBODY, ONLOOKERS, OWNER, PARTIES, SIGNED_IN, Body, at, just, nothing
from .exchange_swap_cases import partner
from .pages import PageCase, form_cases, page_cases_of
from .world import World

COUNTERPARTY = frozenset({"counterparty"})
INVITED = frozenset({"owner", "third"})
EX = OWNER | {"ex_participant"}

# Swaps

TERMS = {"give_skill": "Unlisted", "message": "Hello", "days": 2}


def swap_cases() -> Iterator[PageCase]:
    boxes: dict[str, dict[str, frozenset[str]]] = {
        "incoming": {"incoming": OWNER, "circle_proposed": INVITED, "outgoing": COUNTERPARTY, "running": NOBODY},
        "outgoing": {"outgoing": OWNER, "incoming": COUNTERPARTY, "declined": NOBODY},
        "running": {"running": CIRCLE, "started": CIRCLE, "incoming": NOBODY, "completed": NOBODY},
        "past": {"declined": EX, "shared_with_blocked": OWNER | {"blocked"}, "completed": CIRCLE, "running": NOBODY},
    }
    for box, found in boxes.items():
        yield PageCase(operation="GET swaps", allowed=SIGNED_IN, body=just(show=box), lists=found)
    readers = {
        "incoming": PARTIES,
        "outgoing": PARTIES,
        "circle_proposed": CIRCLE,
        "running": CIRCLE,
        "completed": CIRCLE,
        "declined": EX,
        "taught": PARTIES,
        "shared_with_blocked": OWNER | {"blocked"},
    }
    said = {"incoming": "Shall we?", "outgoing": "And this?"}
    for thing, allowed in readers.items():
        texts = {said[thing]: allowed} if thing in said else {}
        yield PageCase(operation="GET swap", allowed=allowed, keys={"pk": thing}, texts=texts)


def swap_command_cases() -> Iterator[PageCase]:
    change = just(version=1, **TERMS)
    commands: list[tuple[str, str, frozenset[str], Mapping[str, int], Body]] = [
        ("accept", "circle_proposed", INVITED, at(409, COUNTERPARTY), just(version=1)),
        ("decline", "circle_proposed", INVITED, at(409, COUNTERPARTY), just(reason="No time")),
        ("cancel", "circle_proposed", COUNTERPARTY, at(409, INVITED), just(reason="No time")),
        ("cancel", "running", CIRCLE, {}, just()),
        ("change", "incoming", PARTIES, {}, change),
        ("change", "circle_proposed", NOBODY, at(409, CIRCLE), change),
        ("start", "running", CIRCLE, {}, just()),
        ("confirm", "started", CIRCLE, {}, just()),
        *((command, "declined", NOBODY, at(409, EX), just()) for command in ("accept", "decline", "cancel", "start")),
        *((command, "completed", NOBODY, at(409, CIRCLE), just()) for command in ("confirm", "change")),
    ]
    for command, thing, allowed, refused, body in commands:
        yield from form_cases(f"swap-{command}", allowed, body, refused=refused, pk=thing)


def proposal_cases() -> Iterator[PageCase]:
    def offer(world: World, me: Any) -> Any:
        return {"listing": world["offer"].pk}

    yield from form_cases("propose", ONLOOKERS, just(**TERMS), query=offer, pk="owner")
    yield from form_cases("propose", COUNTERPARTY, just(**TERMS), pk="recluse")
    yield from form_cases("session-ask", ONLOOKERS, direct_meeting, query=offer, pk="owner")
    yield from form_cases("session-ask", COUNTERPARTY, direct_meeting, pk="recluse")


# Sessions


def tomorrow() -> dict[str, str]:
    moment = timezone.now() + timedelta(days=1)
    return {"starts_at_date": f"{moment:%Y-%m-%d}", "starts_at_time": f"{moment:%H:%M}", "time_zone": "UTC"}


def meeting(world: World, me: Any) -> Any:
    return {"topic": "Start", **tomorrow(), "duration_minutes": 45, "mode": "remote"}


def meeting_of_circle(world: World, me: Any) -> Any:
    return {**meeting(world, me), "with": written_key(partner(world, me).pk)}


def direct_meeting(world: World, me: Any) -> Any:
    return {**meeting(world, me), "skill": "Unlisted"}


def session_cases() -> Iterator[PageCase]:
    coming = {"session_pending": PARTIES, "session_held": PARTIES, "session_completed": NOBODY}
    past = {"session_completed": PARTIES, "session_cancelled": PARTIES, "session_pending": NOBODY}
    yield PageCase(operation="GET sessions", allowed=SIGNED_IN, lists=coming)
    yield PageCase(operation="GET sessions", allowed=SIGNED_IN, body=just(show="past"), lists=past)
    for status in ("pending", "completed", "cancelled"):
        yield PageCase(operation="GET session", allowed=PARTIES, keys={"pk": f"session_{status}"})
    yield from form_cases("session-add", CIRCLE, meeting_of_circle, pk="running")
    yield from form_cases("session-add", NOBODY, meeting_of_circle, refused=at(409, CIRCLE), pk="completed")
    commands: list[tuple[str, str, frozenset[str], Mapping[str, int], Body]] = [
        ("accept", "session_pending", OWNER, at(403, COUNTERPARTY), just()),
        ("decline", "session_pending", OWNER, at(403, COUNTERPARTY), just(reason="Ill")),
        ("reschedule", "session_accepted", PARTIES, {}, lambda world, me: {**tomorrow(), "duration_minutes": 45}),
        ("cancel", "session_accepted", PARTIES, {}, just(reason="Ill")),
        ("complete", "session_held", PARTIES, {}, just()),
        ("missed", "session_held", PARTIES, {}, just(reason="Nobody came")),
        ("complete", "session_accepted", NOBODY, at(409, PARTIES), just()),
        ("cancel", "session_completed", NOBODY, at(409, PARTIES), just()),
    ]
    for command, thing, allowed, refused, body in commands:
        yield from form_cases(f"session-{command}", allowed, body, refused=refused, pk=thing)


# Reviews and connections


def judgement(world: World, me: Any) -> Any:
    return {"rating": 4, "comment": "Well done", "about": written_key(partner(world, me).pk)}


def review_cases() -> Iterator[PageCase]:
    about = {"texts": {"Patient.": OWNER}, "lists": {"review_pending": NOBODY}}
    written = {"texts": {"Patient.": COUNTERPARTY}, "lists": {"review_pending": OWNER}}
    yield PageCase(operation="GET reviews", allowed=SIGNED_IN, **about)
    yield PageCase(operation="GET reviews", allowed=SIGNED_IN, body=just(show="written"), **written)
    yield from form_cases("review-add", CIRCLE, judgement, pk="completed")
    yield from form_cases("review-add", NOBODY, judgement, refused=at(409, CIRCLE), pk="running")
    for page, body in (("review-edit", just(rating=3, comment="Hm")), ("review-delete", nothing)):
        yield from form_cases(page, OWNER, body, pk="review_pending")
        yield from form_cases(page, NOBODY, body, refused=at(409, COUNTERPARTY), pk="review_published")


def connection_cases() -> Iterator[PageCase]:
    found = {"connection": PARTIES, "connection_with_blocked": NOBODY}
    yield PageCase(operation="GET connections", allowed=SIGNED_IN, lists=found)
    for thing, allowed in found.items():
        yield from form_cases("connection-remove", allowed, pk=thing)


for cases in (swap_cases, swap_command_cases, proposal_cases, session_cases, review_cases, connection_cases):
    page_cases_of(cases())
