"""Who may do what with swaps, their sessions, connections and reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from .cases import CIRCLE, FINDERS, NOBODY, OWNER, PARTIES, SIGNED_IN, Body, Case, all_rows, at, cases_of, just
from .world import HIDDEN, OUTSIDE, World


def partner(world: World, me: Any) -> Any:
    """The owner, and for the owner the counterparty."""
    return world["counterparty"] if me == world["owner"] else world["owner"]


def tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).isoformat()


# Swaps


def proposal(world: World, me: Any) -> Any:
    return {"to": partner(world, me).pk, "give": {"skill": world["unlisted"].pk}, "message": "Hello"}


def proposal_to_nobody(world: World, me: Any) -> Any:
    return {**proposal(world, me), "to": str(uuid4())}


def changed(world: World, me: Any) -> Any:
    return {"version": 1, "give": {"skill": world["unlisted"].pk}, "message": "Rather this"}


def swap_cases() -> Iterator[Case]:
    shown = {
        "running": CIRCLE,
        "declined": OWNER | {"ex_participant"},
        "shared_with_blocked": OWNER | {"blocked"},
        "incoming": PARTIES,
    }
    yield Case(operation="GET /api/swaps/", allowed=SIGNED_IN, body=all_rows(), lists=shown)
    boxes = {
        "incoming": {"incoming": OWNER, "circle_proposed": OWNER | {"third"}, "outgoing": frozenset({"counterparty"})},
        "outgoing": {"outgoing": OWNER, "incoming": frozenset({"counterparty"}), "declined": NOBODY},
    }
    for box, found in boxes.items():
        yield Case(operation=f"GET /api/requests/{box}/", allowed=SIGNED_IN, body=all_rows(), lists=found)
        yield Case(operation="GET /api/swaps/", allowed=SIGNED_IN, body=all_rows(box=box), lists=found)
    for route in ("/api/swaps/", "/api/requests/send/"):
        yield Case(
            operation=f"POST {route}",
            allowed=SIGNED_IN - HIDDEN,
            others=400,
            body=proposal,
            absent_body=proposal_to_nobody,
        )
    for suffix in ("", "timeline/"):
        route = f"GET /api/swaps/{{pk}}/{suffix}"
        yield Case(operation=route, allowed=CIRCLE, keys={"pk": "running"})
        yield Case(operation=route, allowed=OWNER | {"ex_participant"}, keys={"pk": "declined"})
        yield Case(operation=route, allowed=OWNER | {"blocked"}, keys={"pk": "shared_with_blocked"})
        for thing in ("incoming", "outgoing", "completed", "cancelled", "expired", "taught"):
            yield Case(operation=route, allowed=CIRCLE if thing == "completed" else PARTIES, keys={"pk": thing})


def swap_command_cases() -> Iterator[Case]:
    invited = frozenset({"owner", "third"})
    proposer = frozenset({"counterparty"})
    commands: list[tuple[str, str, frozenset[str], dict[str, int], Body]] = [
        ("accept", "circle_proposed", invited, at(409, proposer), just(version=1)),
        ("decline", "circle_proposed", invited, at(409, proposer), just(reason="No time")),
        ("cancel", "circle_proposed", proposer, at(409, invited), just(reason="No time")),
        ("cancel", "running", CIRCLE, {}, just()),
        ("change", "incoming", PARTIES, {}, changed),
        ("start", "running", CIRCLE, {}, just()),
        ("confirm", "started", CIRCLE, {}, just()),
    ]
    commands += [
        (command, thing, NOBODY, at(409, roles), changed if command == "change" else just())
        for command in ("accept", "decline", "cancel", "change", "start", "confirm")
        for thing, roles in (("declined", OWNER | {"ex_participant"}), ("completed", CIRCLE - {"third"}))
        if (command, thing) != ("change", "completed")
    ]
    for command, thing, allowed, refused, body in commands:
        is_circle = thing == "completed"
        yield Case(
            operation=f"POST /api/swaps/{{pk}}/{command}/",
            allowed=allowed,
            refused=refused | (at(409, {"third"}) if is_circle else {}),
            keys={"pk": thing},
            body=body,
        )
    for answer, allowed in (("accept", invited), ("reject", invited), ("decline", invited), ("cancel", proposer)):
        yield Case(
            operation="POST /api/requests/{pk}/action/",
            allowed=allowed,
            refused=at(409, CIRCLE - allowed),
            keys={"pk": "circle_proposed"},
            body=just(action=answer),
        )


# Sessions


def meeting(world: World, me: Any) -> Any:
    return {"with": partner(world, me).pk, "topic": "Start", "starts_at": tomorrow()}


def direct_meeting(world: World, me: Any) -> Any:
    return {**meeting(world, me), "skill": world["unlisted"].pk}


def session_cases() -> Iterator[Case]:
    yield Case(
        operation="GET /api/sessions/",
        allowed=SIGNED_IN,
        body=all_rows(),
        lists={"session_pending": PARTIES, "session_completed": PARTIES},
    )
    yield Case(
        operation="POST /api/sessions/",
        allowed=SIGNED_IN - HIDDEN,
        others=400,
        body=direct_meeting,
        absent_body=lambda world, me: {**direct_meeting(world, me), "with": str(uuid4())},
    )
    of_swap, running = "/api/swaps/{swap_pk}/sessions/", {"swap_pk": "running"}
    shown = {"session_pending": PARTIES}
    yield Case(operation=f"GET {of_swap}", allowed=CIRCLE, keys=running, body=all_rows(), lists=shown)
    yield Case(operation=f"POST {of_swap}", allowed=CIRCLE, keys=running, body=meeting)
    yield Case(
        operation=f"POST {of_swap}",
        allowed=NOBODY,
        refused=at(409, CIRCLE),
        keys={"swap_pk": "completed"},
        body=meeting,
    )
    for status in ("pending", "accepted", "declined", "completed", "cancelled", "missed"):
        yield Case(operation="GET /api/sessions/{pk}/", allowed=PARTIES, keys={"pk": f"session_{status}"})
    commands: list[tuple[str, str, frozenset[str], dict[str, int], Body]] = [
        ("accept", "session_pending", OWNER, at(403, {"counterparty"}), just()),
        ("decline", "session_pending", OWNER, at(403, {"counterparty"}), just(reason="Ill")),
        ("reschedule", "session_accepted", PARTIES, {}, lambda world, me: {"starts_at": tomorrow()}),
        ("cancel", "session_accepted", PARTIES, {}, just(reason="Ill")),
        ("complete", "session_held", PARTIES, {}, just()),
        ("missed", "session_held", PARTIES, {}, just(reason="Nobody came")),
        ("complete", "session_accepted", NOBODY, at(409, PARTIES), just()),
        ("cancel", "session_completed", NOBODY, at(409, PARTIES), just()),
    ]
    for command, thing, allowed, refused, body in commands:
        yield Case(
            operation=f"POST /api/sessions/{{pk}}/{command}/",
            allowed=allowed,
            refused=refused,
            keys={"pk": thing},
            body=body,
        )


# Connections and reviews


def connection_cases() -> Iterator[Case]:
    shown = {"connection": PARTIES, "connection_with_blocked": NOBODY}
    yield Case(operation="GET /api/connections/", allowed=SIGNED_IN, body=all_rows(), lists=shown)
    for method in ("GET", "DELETE"):
        for thing, allowed in shown.items():
            yield Case(operation=f"{method} /api/connections/{{pk}}/", allowed=allowed, keys={"pk": thing})


def judgement(world: World, me: Any) -> Any:
    return {"rating": 4, "comment": "Well done", "about": partner(world, me).pk}


def review_cases() -> Iterator[Case]:
    yield Case(
        operation="GET /api/reviews/",
        allowed=SIGNED_IN,
        body=all_rows(),
        lists={"review_published": OWNER, "review_pending": NOBODY},
    )
    yield Case(
        operation="GET /api/reviews/",
        allowed=SIGNED_IN,
        body=all_rows(box="given"),
        lists={"review_published": frozenset({"counterparty"}), "review_pending": OWNER},
    )
    yield Case(
        operation="POST /api/reviews/",
        allowed=CIRCLE,
        others=400,
        body=lambda world, me: {**judgement(world, me), "swap": world["completed"].pk},
        absent_body=lambda world, me: {**judgement(world, me), "swap": 2_000_000_000},
    )
    yield Case(
        operation="GET /api/reviews/skills/{listing_pk}/",
        allowed=FINDERS,
        public=True,
        keys={"listing_pk": "offer"},
        body=all_rows(),
        lists={"review_published": FINDERS},
    )
    for thing, readers in (("paused", OWNER), ("want", NOBODY), ("recluse_offer", frozenset({"counterparty"}))):
        yield Case(
            operation="GET /api/reviews/skills/{listing_pk}/", allowed=readers, public=True, keys={"listing_pk": thing}
        )
    of_swap = "/api/swaps/{swap_pk}/reviews/"
    yield Case(
        operation=f"GET {of_swap}",
        allowed=CIRCLE,
        keys={"swap_pk": "reviewed"},
        lists={"review_pending": OWNER},
    )
    yield Case(
        operation=f"GET {of_swap}", allowed=PARTIES, keys={"swap_pk": "taught"}, lists={"review_published": PARTIES}
    )
    yield Case(operation=f"POST {of_swap}", allowed=CIRCLE, keys={"swap_pk": "completed"}, body=judgement)
    yield Case(
        operation=f"POST {of_swap}",
        allowed=NOBODY,
        refused=at(409, CIRCLE),
        keys={"swap_pk": "running"},
        body=judgement,
    )
    yield from one_review_cases()


def one_review_cases() -> Iterator[Case]:
    route = "/api/reviews/{pk}/"
    yield Case(operation=f"GET {route}", allowed=FINDERS, public=True, keys={"pk": "review_published"})
    yield Case(operation=f"GET {route}", allowed=OWNER, public=True, keys={"pk": "review_pending"})
    readers = FINDERS - set(OUTSIDE) - {"counterparty"}
    for method, body in (("PUT", {"rating": 3}), ("PATCH", {"comment": "Hm"}), ("DELETE", {})):
        yield Case(operation=f"{method} {route}", allowed=OWNER, keys={"pk": "review_pending"}, body=just(**body))
        yield Case(
            operation=f"{method} {route}",
            allowed=NOBODY,
            refused=at(403, readers) | at(409, {"counterparty"}),
            keys={"pk": "review_published"},
            body=just(**body),
        )


for cases in (swap_cases, swap_command_cases, session_cases, connection_cases, review_cases):
    cases_of(cases())
