"""Every pair of moves of a swap, each made twice at the same moment, ends as in some serial order."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.utils import timezone

from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import (
    accept_swap,
    cancel_swap,
    change_swap,
    confirm_legs,
    decline_swap,
    propose_swap,
    start_swap,
)
from skillswap_kit.exchange.services.moves import confirm_due_legs, expire_due_swaps

from .arena import SerialCheck
from .worlds import SwapStage, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]

ASKER, ASKED = 0, 1


def leave(position):
    """The host deletes the account. Where a new row for it slips in between, the database refuses one of the two."""

    def act(world: World) -> None:
        for person in get_user_model()._default_manager.filter(pk=world.user_keys[position]):
            try:
                person.delete()
            except IntegrityError:
                act(world)

    return act


def change(position, **terms):
    return lambda world: change_swap(swap=world.swap, by=world.person(position), version=1, legs=world.terms(**terms))


MOVES = {
    "accept": lambda world: accept_swap(swap=world.swap, by=world.person(ASKED)),
    "decline": lambda world: decline_swap(swap=world.swap, by=world.person(ASKED)),
    "cancel by asker": lambda world: cancel_swap(swap=world.swap, by=world.person(ASKER)),
    "cancel by asked": lambda world: cancel_swap(swap=world.swap, by=world.person(ASKED)),
    "change by asker": change(ASKER, gives=ASKER),
    "change by asked": change(ASKED, skip=1),
    "start": lambda world: start_swap(swap=world.swap, by=world.person(ASKER)),
    "confirm by asker": lambda world: confirm_legs(swap=world.swap, by=world.person(ASKER)),
    "confirm by asked": lambda world: confirm_legs(swap=world.swap, by=world.person(ASKED)),
    "expire": lambda world: expire_due_swaps(),
    "confirm by time": lambda world: confirm_due_legs(),
    "asker leaves": leave(ASKER),
    "asked leaves": leave(ASKED),
    "propose": lambda world: propose_swap(by=world.person(ASKER), legs=world.terms()),
    "propose crosswise": lambda world: propose_swap(by=world.person(ASKED), legs=world.terms()),
}

ANSWERS = ["accept", "decline", "cancel by asker", "change by asker", "change by asked"]
PROPOSING = ["propose", "propose crosswise"]
RUNNING = ["start", "cancel by asker", "cancel by asked", "confirm by asker", "confirm by asked"]
LEAVING = ["asker leaves", "asked leaves"]


def pass_deadline(world: World) -> None:
    Swap.objects.filter(pk=world.swap.pk).update(deadline=timezone.now() - timedelta(seconds=1))


def pass_term(world: World) -> None:
    Swap.objects.filter(pk=world.swap.pk).update(accepted_at=timezone.now() - timedelta(days=8))


STAGES = {
    "nothing": SwapStage(status=None),
    "proposed": SwapStage(),
    "overdue": SwapStage(before=pass_deadline),
    "accepted": SwapStage(status=Swap.Status.ACCEPTED),
    "past its term": SwapStage(status=Swap.Status.ACCEPTED, before=pass_term),
}


def pairs(first, second=None):
    return list(combinations_with_replacement(first, 2)) if second is None else [(a, b) for a in first for b in second]


CASES = {
    "nothing": pairs(PROPOSING),
    "proposed": [
        *pairs([*ANSWERS, *LEAVING]),
        *pairs([*ANSWERS, *LEAVING], PROPOSING),
        *pairs(["accept"], ["start", "confirm by asked", "cancel by asked"]),
    ],
    "overdue": pairs(["expire"], ["expire", *ANSWERS, *LEAVING, *PROPOSING]),
    "accepted": [*pairs([*RUNNING, *LEAVING]), *pairs(["accept"], RUNNING)],
    "past its term": pairs(["confirm by time"], ["confirm by time", *RUNNING, *LEAVING]),
}


@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [(stage, *pair) for stage, found in CASES.items() for pair in found],
)
def test_a_pair_of_moves(arena, rounds, stage, first, second):
    check = SerialCheck(arena, STAGES[stage], MOVES)
    check.check([first, first, second, second], rounds=rounds)
    assert not stuck()


def stuck():
    """Proposals that everybody has accepted."""
    return Swap.objects.filter(status=Swap.Status.PROPOSED).exclude(participants__decision="pending")
