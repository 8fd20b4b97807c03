"""Every pair of moves of a session, and of a session and its swap."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from django.utils import timezone

from skillswap_kit.exchange.models import Session, Swap
from skillswap_kit.exchange.services import (
    accept_session,
    cancel_session,
    complete_session,
    decline_session,
    miss_session,
    reschedule_session,
)

from .arena import SerialCheck
from .test_swap_moves import ASKED, ASKER, MOVES, stuck
from .worlds import SwapStage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]


def move(service, position):
    return lambda world: service(session=world.session, by=world.person(position))


def reschedule(position):
    return lambda world: reschedule_session(
        session=world.session, by=world.person(position), starts_at=timezone.now() + timedelta(days=3)
    )


SESSION_MOVES = {
    "accept session": move(accept_session, ASKED),
    "decline session": move(decline_session, ASKED),
    "reschedule by asker": reschedule(ASKER),
    "reschedule by asked": reschedule(ASKED),
    "cancel session by asker": move(cancel_session, ASKER),
    "cancel session by asked": move(cancel_session, ASKED),
    "complete by asker": move(complete_session, ASKER),
    "complete by asked": move(complete_session, ASKED),
    "miss": move(miss_session, ASKER),
}
BEGUN = timedelta(hours=-1)
STAGES = {
    "with a proposal": SwapStage(session=Session.Status.PENDING),
    "asked for": SwapStage(status=Swap.Status.ACCEPTED, session=Session.Status.PENDING),
    "begun": SwapStage(status=Swap.Status.ACCEPTED, session=Session.Status.ACCEPTED, session_begins=BEGUN),
}
ANSWERS = ["accept session", "decline session", "reschedule by asked"]
OF_SWAP = ["accept", "decline", "cancel by asker", "change by asked", "asked leaves"]
CASES = {
    "with a proposal": [(a, b) for a in [*ANSWERS, "cancel session by asker"] for b in OF_SWAP],
    "asked for": [
        *combinations_with_replacement(list(SESSION_MOVES)[:6], 2),
        *[(a, b) for a in ANSWERS for b in ("cancel by asker", "confirm by asked", "asker leaves")],
    ],
    "begun": [
        *combinations_with_replacement(["complete by asker", "complete by asked", "miss", "reschedule by asker"], 2),
        *[("complete by asker", other) for other in ("cancel session by asked", "cancel by asked", "asked leaves")],
    ],
}


@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [(stage, *pair) for stage, found in CASES.items() for pair in found],
)
def test_a_pair_of_moves(arena, rounds, stage, first, second):
    check = SerialCheck(arena, STAGES[stage], MOVES | SESSION_MOVES)
    check.check([first, first, second, second], rounds=rounds)
    assert not stuck()
