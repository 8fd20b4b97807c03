"""Who is recommended to whom, and who may say that somebody is not for them."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import EVERYBODY, FINDERS, NOBODY, ONLOOKERS, OWNER, SIGNED_IN, Body, Case, all_rows, at, cases_of, just
from .world import HIDDEN, missing_key

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


def match_cases() -> Iterator[Case]:
    """The stranger and the counterparty fit the owner; whoever else can find them has nothing to swap with them."""
    yield Case(operation="GET /api/recommendations/count/", allowed=SIGNED_IN)
    propose = "POST /api/recommendations/{member}/propose/"
    fitting = STRANGER | {"counterparty"}
    yield Case(
        operation=propose,
        allowed=fitting,
        refused=at(400, (ONLOOKERS | OWNER) - fitting),
        keys={"member": "owner"},
    )
    yield Case(operation=propose, allowed=NOBODY, refused=at(400, {"counterparty"}), keys={"member": "recluse"})


def circle_cases() -> Iterator[Case]:
    """Of the stranger, who teaches the owner, who teaches the clerk. The blocked could stand in for the stranger."""
    path, clerk = "/api/circles/", frozenset({"clerk"})
    yield Case(
        operation=f"GET {path}",
        allowed=SIGNED_IN,
        body=just(limit=20),
        lists={"stranger": OWNER, "clerk": STRANGER, "owner": clerk, "blocked": NOBODY, "counterparty": NOBODY},
    )

    def proposal(teacher: str, pupil: str, skills: tuple[str, str, str]) -> Body:
        return lambda world, me: {
            "teacher": str(world[teacher].pk),
            "pupil": str(world[pupil].pk),
            "skills": [world[skill].pk for skill in skills],
        }

    # The counterparty may ask to learn weaving without listing it.
    for asking, teacher, pupil, skills, strangers in (
        (OWNER, "stranger", "clerk", ("python", "weaving", "guitar"), NOBODY),
        (STRANGER | {"counterparty"}, "clerk", "owner", ("weaving", "guitar", "python"), HIDDEN),
    ):
        asked = proposal(teacher, pupil, skills)
        yield Case(
            operation=f"POST {path}",
            allowed=asking,
            refused=at(400, SIGNED_IN - strangers - asking),
            others=400,
            body=asked,
            absent_body=lambda world, me, asked=asked: {**asked(world, me), "pupil": str(missing_key(world["owner"]))},
        )
    # Where the blocked stand in, each two that may meet are told no more than that it is not possible.
    yield Case(
        operation=f"POST {path}",
        allowed=NOBODY,
        refused=at(400, SIGNED_IN),
        body=proposal("blocked", "clerk", ("python", "weaving", "guitar")),
    )


def learning_cases() -> Iterator[Case]:
    ways = "GET /api/vocabulary/{skill_pk}/ways-to-learn/"
    yield Case(operation=ways, allowed=SIGNED_IN, keys={"skill_pk": "python"}, body=just(limit=2))
    yield Case(operation=ways, allowed=NOBODY, keys={"skill_pk": "proposed_skill"})


def offer_cases() -> Iterator[Case]:
    """Offers of what the owner wants: nobody's own, and none of whom the viewer must not meet."""
    for thing, allowed in (("want", FINDERS), ("recluse_offer", frozenset({"counterparty"})), ("paused", OWNER)):
        yield Case(
            operation="GET /api/similar-offers/",
            allowed=allowed,
            public=True,
            body=lambda world, me, thing=thing: {"listing": world[thing].pk},
            absent_body=lambda world, me, thing=thing: {"listing": missing_key(world[thing])},
            lists={
                "stranger_python": FINDERS - STRANGER,
                "blocked_python": FINDERS - OWNER,
            }
            if thing == "want"
            else {},
        )
    yield Case(operation="GET /api/trending-skills/", allowed=EVERYBODY, public=True)


def statistics_cases() -> Iterator[Case]:
    """In this world nobody was given the permission."""
    superuser = frozenset({"superuser"})
    yield Case(
        operation="GET /api/matching-statistics/",
        allowed=superuser,
        refused=at(403, SIGNED_IN - superuser),
        body=just(seconds=5),
    )


for cases in (
    recommendation_cases,
    dismissal_cases,
    match_cases,
    circle_cases,
    learning_cases,
    offer_cases,
    statistics_cases,
):
    cases_of(cases())
