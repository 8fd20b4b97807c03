"""Who is recommended to whom, and who may say that somebody is not for them."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import NOBODY, ONLOOKERS, OWNER, SIGNED_IN, Case, all_rows, at, cases_of
from .world import missing_key

STRANGER = frozenset({"stranger"})


def recommendation_cases() -> Iterator[Case]:
    """The counterparty fits as well, but is connected; and the blocked do not exist for the owner."""
    for reasons in ({}, {"explain": "true"}):
        yield Case(
            operation="GET /api/recommendations/",
            allowed=SIGNED_IN,
            body=all_rows(**reasons),
            lists={"owner": STRANGER, "stranger": OWNER, "counterparty": NOBODY, "blocked": NOBODY},
        )


def dismissal_cases() -> Iterator[Case]:
    route = "/api/recommendations/dismissals/"
    yield Case(
        operation=f"GET {route}",
        allowed=SIGNED_IN,
        body=all_rows(),
        lists={"owner": frozenset({"third"}), "third": NOBODY},
    )
    for thing, allowed, refused in (
        ("owner", ONLOOKERS, at(400, OWNER)),
        ("recluse", frozenset({"counterparty"}), {}),
        ("deactivated", NOBODY, {}),
    ):
        yield Case(
            operation=f"POST {route}",
            allowed=allowed,
            refused=refused,
            others=400,
            body=lambda world, me, thing=thing: {"member": str(world[thing].pk)},
            absent_body=lambda world, me, thing=thing: {"member": str(missing_key(world[thing]))},
        )
    yield Case(operation=f"DELETE {route}{{member}}/", allowed=ONLOOKERS | OWNER, keys={"member": "owner"})
    yield Case(operation=f"DELETE {route}{{member}}/", allowed=frozenset({"counterparty"}), keys={"member": "recluse"})


for cases in (recommendation_cases, dismissal_cases):
    cases_of(cases())
