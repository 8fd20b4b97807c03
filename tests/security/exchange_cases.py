"""Who may do what with members, vocabulary and listings."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import (
    DECIDERS,
    EVERYBODY,
    FINDERS,
    NOBODY,
    ONLOOKERS,
    OWNER,
    SIGNED_IN,
    Body,
    Case,
    all_rows,
    at,
    cases_of,
    just,
)
from .exchange_world import picture
from .world import EXACT_PLACE, OUTSIDE

# Members


def member_cases() -> Iterator[Case]:
    yield Case(
        operation="GET /api/users/",
        allowed=EVERYBODY,
        public=True,
        body=all_rows(),
        lists={"owner": FINDERS, "recluse": frozenset({"counterparty"}), "deactivated": NOBODY},
    )
    yield Case(operation="GET /api/users/me/", allowed=SIGNED_IN)
    profile = just(display_name="New name", bio="Hello", languages=["ar", "en"], location=EXACT_PLACE)
    for method in ("PUT", "PATCH"):
        yield Case(operation=f"{method} /api/users/me/", allowed=SIGNED_IN, body=profile)
    avatar: Body = lambda world, me: {"avatar": picture()}  # noqa: E731
    yield Case(operation="PUT /api/users/me/avatar/", allowed=SIGNED_IN, body=avatar)
    yield Case(operation="DELETE /api/users/me/avatar/", allowed=SIGNED_IN)
    for route in ("GET /api/users/{pk}/", "GET /api/users/{pk}/avatar/"):
        yield Case(operation=route, allowed=FINDERS, public=True, keys={"pk": "owner"})
        yield Case(operation=route, allowed=frozenset({"counterparty"}), public=True, keys={"pk": "recluse"})
        yield Case(operation=route, allowed=NOBODY, public=True, keys={"pk": "deactivated"})
    yield Case(
        operation="GET /api/users/{user_pk}/reviews/",
        allowed=FINDERS,
        public=True,
        keys={"user_pk": "owner"},
        body=all_rows(),
        lists={"review_published": FINDERS},
    )
    yield Case(
        operation="GET /api/users/{user_pk}/reviews/",
        allowed=EVERYBODY,
        public=True,
        keys={"user_pk": "counterparty"},
        body=all_rows(),
        lists={"review_pending": NOBODY},
    )


def member_listing_cases() -> Iterator[Case]:
    for kind, thing, hidden in (("have", "offer", "paused"), ("want", "want", "paused")):
        route = f"/api/users/{{user_pk}}/skills-{kind}/"
        yield Case(
            operation=f"GET {route}",
            allowed=FINDERS,
            public=True,
            keys={"user_pk": "owner"},
            body=all_rows(),
            lists={thing: FINDERS, hidden: OWNER if kind == "have" else NOBODY, "removed": NOBODY},
        )
        yield Case(
            operation=f"GET {route}",
            allowed=frozenset({"counterparty"}),
            public=True,
            keys={"user_pk": "recluse"},
        )
        yield Case(
            operation=f"POST {route}",
            allowed=OWNER,
            refused=at(403, ONLOOKERS),
            keys={"user_pk": "owner"},
            body=lambda world, me: {"skill": world["unlisted"].pk, "title": "New"},
        )


# Vocabulary


def vocabulary_cases() -> Iterator[Case]:
    for route in ("/api/categories/", "/api/skills/categories/"):
        yield Case(
            operation=f"GET {route}",
            allowed=EVERYBODY,
            public=True,
            body=all_rows(),
            lists={"category": EVERYBODY, "closed_category": NOBODY},
        )
        detail = f"GET {route}{{pk}}/"
        yield Case(operation=detail, allowed=EVERYBODY, public=True, keys={"pk": "category"})
        yield Case(operation=detail, allowed=NOBODY, public=True, keys={"pk": "closed_category"})
    readers = OWNER | DECIDERS
    shown = {"guitar": EVERYBODY, "proposed_skill": readers}
    yield Case(operation="GET /api/vocabulary/", allowed=EVERYBODY, public=True, body=all_rows(), lists=shown)
    # Suggested is what one can advertise; staff find the proposals of others in the list.
    suggested = {"proposed_skill": frozenset({"owner"}), "guitar": shown["guitar"]}
    for name, thing in (("juggling", "proposed_skill"), ("قيثارة", "guitar")):
        yield Case(
            operation="GET /api/vocabulary/suggestions/",
            allowed=EVERYBODY,
            public=True,
            body=just(q=name),
            lists={thing: suggested[thing]},
        )
    yield Case(
        operation="POST /api/vocabulary/",
        allowed=SIGNED_IN,
        body=lambda world, me: {"name": "Lockpicking", "category": world["category"].pk, "aliases": ["Picking"]},
        absent_body=lambda world, me: {"name": "Lockpicking", "category": 2_000_000_000, "aliases": ["Picking"]},
    )
    yield Case(operation="GET /api/vocabulary/{pk}/", allowed=EVERYBODY, public=True, keys={"pk": "guitar"})
    yield Case(operation="GET /api/vocabulary/{pk}/", allowed=readers, public=True, keys={"pk": "proposed_skill"})
    for command in ("approve", "reject", "merge"):
        yield Case(
            operation=f"POST /api/vocabulary/{{pk}}/{command}/",
            allowed=DECIDERS,
            others=403,
            keys={"pk": "proposed_skill"},
            body=lambda world, me: {"into": world["guitar"].pk},
        )


# Listings


def listing_cases() -> Iterator[Case]:
    for route, want in (("/api/listings/", FINDERS), ("/api/skills/", NOBODY)):
        shown = {"offer": FINDERS, "want": want, "recluse_offer": frozenset({"counterparty"})}
        yield Case(
            operation=f"GET {route}",
            allowed=EVERYBODY,
            public=True,
            body=all_rows(),
            lists={**shown, "paused": NOBODY, "removed": NOBODY},
        )
        yield Case(
            operation=f"GET {route}",
            allowed=EVERYBODY,
            public=True,
            body=all_rows(mine="true"),
            lists={"offer": OWNER, "paused": OWNER, "removed": NOBODY, "recluse_offer": NOBODY},
        )
        yield Case(
            operation=f"POST {route}",
            allowed=SIGNED_IN,
            body=lambda world, me: {"kind": "offer", "skill": world["unlisted"].pk, "title": "New"},
        )
        yield from one_listing_cases(f"{route}{{pk}}/")


def one_listing_cases(route: str) -> Iterator[Case]:
    offer, paused = {"pk": "offer"}, {"pk": "paused"}
    yield Case(operation=f"GET {route}", allowed=FINDERS, public=True, keys=offer)
    for thing, readers in (("paused", OWNER), ("removed", NOBODY), ("recluse_offer", frozenset({"counterparty"}))):
        yield Case(operation=f"GET {route}", allowed=readers, public=True, keys={"pk": thing})
    for operation, body in (
        (f"PUT {route}", {"title": "Other", "level": "expert"}),
        (f"PATCH {route}", {"title": "Other"}),
        (f"POST {route}pause/", {}),
    ):
        yield Case(operation=operation, allowed=OWNER, refused=at(403, ONLOOKERS), keys=offer, body=just(**body))
    yield Case(operation=f"PATCH {route}", allowed=OWNER, keys=paused, body=just(title="Other"))
    yield Case(operation=f"POST {route}resume/", allowed=OWNER, keys=paused)
    yield Case(
        operation=f"DELETE {route}",
        allowed=OWNER | {"superuser"},
        refused=at(403, ONLOOKERS - {"superuser"}),
        keys=offer,
    )
    yield Case(operation=f"DELETE {route}", allowed=OWNER, keys=paused)


def listing_part_cases() -> Iterator[Case]:
    image: Body = lambda world, me: {"file": picture(), "caption": "New"}  # noqa: E731
    faq = just(question="How long?", answer="An hour.")
    yield from part_cases(
        "images", "image", create=image, changes={"PATCH": just(caption="Other")}, details=("", "file/")
    )
    yield from part_cases("faqs", "faq", create=faq, changes={"PUT": faq, "PATCH": just(answer="Two.")}, details=())


def part_cases(
    parts: str, part: str, *, create: Body, changes: dict[str, Body], details: tuple[str, ...]
) -> Iterator[Case]:
    """What hangs on a listing: on one that everybody finds, and on those that only some do."""
    route = f"/api/listings/{{listing_pk}}/{parts}/"
    seen_by = {"": FINDERS, "paused_": OWNER, "removed_": NOBODY, "recluse_": frozenset({"counterparty"})}
    for prefix, readers in seen_by.items():
        listing = {"listing_pk": f"{prefix}offer" if prefix in ("", "recluse_") else prefix.rstrip("_")}
        thing = {**listing, "pk": f"{prefix}{part}"}
        writers = readers & OWNER
        refused = at(403, readers - set(OUTSIDE) - OWNER)
        shown = {f"{prefix}{part}": readers}
        yield Case(operation=f"GET {route}", allowed=readers, public=True, keys=listing, lists=shown)
        for detail in details:
            yield Case(operation=f"GET {route}{{pk}}/{detail}", allowed=readers, public=True, keys=thing)
        yield Case(operation=f"POST {route}", allowed=writers, refused=refused, keys=listing, body=create)
        for method, body in changes.items():
            yield Case(operation=f"{method} {route}{{pk}}/", allowed=writers, refused=refused, keys=thing, body=body)
        yield Case(operation=f"DELETE {route}{{pk}}/", allowed=writers, refused=refused, keys=thing)


for cases in (member_cases, member_listing_cases, vocabulary_cases, listing_cases, listing_part_cases):
    cases_of(cases())
