"""Who finds whom on the pages of the matching, and who may propose, dismiss and take it back."""

from __future__ import annotations

from collections.abc import Iterator

from skillswap_kit.core.keys import written_key

from .cases import NOBODY, ONLOOKERS, OWNER, SIGNED_IN, Body, at, just
from .matching_cases import STRANGER
from .pages import PageCase, form_cases, page_cases_of
from .world import HIDDEN

FITTING = STRANGER | {"counterparty"}
"""Who fits the owner and may find them."""
THIRD = frozenset({"third"})
COUNTERPARTY = frozenset({"counterparty"})
CLERK = frozenset({"clerk"})


def home_cases() -> Iterator[PageCase]:
    """Each finds there what waits for them and who fits them, by themselves or in a circle, as with the clerk."""
    found = {"incoming": OWNER, "outgoing": COUNTERPARTY, "stranger": OWNER | CLERK, "blocked": NOBODY}
    yield PageCase(operation="GET home", allowed=SIGNED_IN, lists=found)


def match_cases() -> Iterator[PageCase]:
    """The counterparty fits as well, but is connected; and the blocked do not exist for the owner."""
    found = {"owner": STRANGER, "stranger": OWNER, "counterparty": NOBODY, "blocked": NOBODY}
    yield PageCase(operation="GET matches", allowed=SIGNED_IN, lists=found)
    yield PageCase(operation="GET matches", allowed=SIGNED_IN, body=just(level="expert"), lists={"owner": NOBODY})
    dismissed = {"owner": THIRD, "third": NOBODY}
    yield PageCase(operation="GET dismissed", allowed=SIGNED_IN, lists=dismissed)


def command_cases() -> Iterator[PageCase]:
    yield PageCase(operation="GET match-propose", allowed=ONLOOKERS, keys={"pk": "owner"})
    yield PageCase(
        operation="POST match-propose",
        allowed=FITTING,
        refused=at(400, ONLOOKERS - FITTING),
        body=lambda world, me: {"message": "Hello", "learn": world["guitar"].pk, "teach": world["python"].pk},
        keys={"pk": "owner"},
    )
    yield from form_cases("match-dismiss", ONLOOKERS, idle=THIRD, pk="owner")
    yield from form_cases("match-dismiss", COUNTERPARTY, pk="recluse")
    yield from form_cases("match-undo", ONLOOKERS, idle=ONLOOKERS - THIRD, pk="owner")
    yield from form_cases("match-undo", NOBODY, pk="deactivated")


def circle_cases() -> Iterator[PageCase]:
    """Whoever finds two members may open what would be asked of them; it can be sent where all three fit."""
    in_circle = OWNER | STRANGER | CLERK
    lists = {
        "stranger": in_circle - STRANGER,
        "clerk": in_circle - CLERK,
        "owner": in_circle - OWNER,
        "blocked": NOBODY,
    }
    yield PageCase(operation="GET circles", allowed=SIGNED_IN, lists=lists)

    def proposal(teacher: str, pupil: str, skills: tuple[str, str, str]) -> Body:
        return lambda world, me: {
            "teacher": written_key(world[teacher].pk),
            "pupil": written_key(world[pupil].pk),
            "skills": [world[skill].pk for skill in skills],
        }

    for asking, teacher, pupil, skills, strangers in (
        (OWNER, "stranger", "clerk", ("python", "weaving", "guitar"), NOBODY),
        (STRANGER | {"counterparty"}, "clerk", "owner", ("weaving", "guitar", "python"), HIDDEN),
    ):
        query, onlookers = proposal(teacher, pupil, skills), SIGNED_IN - strangers - {teacher, pupil}
        yield PageCase(operation="GET circle-propose", allowed=onlookers, body=query)
        yield PageCase(
            operation="POST circle-propose",
            allowed=asking,
            refused=at(400, onlookers - asking),
            body=just(message="Hello"),
            query=query,
        )


def learn_cases() -> Iterator[PageCase]:
    yield PageCase(operation="GET learn", allowed=SIGNED_IN)
    ways = {"recluse_offer": COUNTERPARTY, "paused": NOBODY}
    yield PageCase(operation="GET learn-skill", allowed=SIGNED_IN, keys={"pk": "python"}, lists=ways)
    yield PageCase(operation="GET learn-skill", allowed=NOBODY, keys={"pk": "proposed_skill"})


for cases in (home_cases, match_cases, command_cases, circle_cases, learn_cases):
    page_cases_of(cases())
