"""The worlds of the races are what the services would have made."""

from __future__ import annotations

import pytest

from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import accept_swap, confirm_legs, propose_swap

from .worlds import SwapStage, observe

pytestmark = pytest.mark.django_db


def play(world, status):
    """From nothing to this state, by services."""
    swap = propose_swap(by=world.person(0), legs=world.terms())
    if status == Swap.Status.PROPOSED:
        return
    for position in range(1, len(world.user_keys)):
        accept_swap(swap=swap, by=world.person(position))
    if status == Swap.Status.COMPLETED:
        for position in range(len(world.user_keys)):
            confirm_legs(swap=swap, by=world.person(position))


@pytest.mark.parametrize("people", [2, 4])
@pytest.mark.parametrize("status", [Swap.Status.PROPOSED, Swap.Status.ACCEPTED, Swap.Status.COMPLETED])
def test_written_rows_equal_played_ones(people, status):
    written = SwapStage(status=status, people=people).build(1)
    played = SwapStage(status=None, people=people).build(1)
    play(played[0], status)
    views = [observe(worlds)[0] for worlds in (written, played)]
    (written_swap,), *written_rest = views[0]
    (played_swap,), *played_rest = views[1]
    # All but the events, which come last.
    assert written_swap[:-1] == played_swap[:-1]
    assert written_rest == played_rest
    keys = [Swap.objects.get(legs__skill=worlds[0].skills[0]).terms_key for worlds in (written, played)]
    assert len(set(keys)) == 2
