"""Everybody at once: acceptances, confirmations and refusals of circles."""

from __future__ import annotations

import pytest

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Connection, Swap, SwapParticipant
from skillswap_kit.exchange.services import accept_swap, cancel_swap, confirm_legs, decline_swap
from skillswap_kit.exchange.services.connections import ordered_pair, pair_key

from .arena import DONE, THREADS, SerialCheck
from .worlds import SwapStage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]


def by_each(service, people):
    name = service.__name__.partition("_")[0]
    return {
        f"{name} {position}": lambda world, position=position: service(swap=world.swap, by=world.person(position))
        for position in range(people)
    }


@pytest.mark.parametrize("people", [4, 6])
def test_all_accept_at_once(arena, rounds, people):
    """Three, and five. Compare-and-set without the lock left most of these in "proposed", accepted by all."""
    names = [f"accept {position}" for position in range(1, people)]
    check = SerialCheck(arena, SwapStage(people=people), by_each(accept_swap, people))
    check.check(names, rounds=rounds, orders=[names])
    assert set(Swap.objects.values_list("status", flat=True)) == {Swap.Status.ACCEPTED}
    assert not SwapParticipant.objects.exclude(decision=SwapParticipant.Decision.ACCEPTED).exists()


@pytest.mark.parametrize("people", [4, 8])
def test_all_confirm_at_once(arena, rounds, people):
    names = [f"confirm {position}" for position in range(people)]
    check = SerialCheck(arena, SwapStage(people=people, status=Swap.Status.ACCEPTED), by_each(confirm_legs, people))
    check.check(names, rounds=rounds, orders=[names])
    assert set(Swap.objects.values_list("status", flat=True)) == {Swap.Status.COMPLETED}


def test_acceptances_a_refusal_and_a_withdrawal(arena, rounds):
    moves = by_each(accept_swap, 4) | by_each(decline_swap, 4) | by_each(cancel_swap, 4)
    check = SerialCheck(arena, SwapStage(people=4), moves)
    check.check(["accept 1", "accept 2", "accept 3", "decline 3"], rounds=rounds)
    check.check(["accept 1", "accept 2", "accept 3", "cancel 0"], rounds=rounds)


@pytest.mark.parametrize("was_removed", [False, True])
def test_eight_swaps_of_a_pair_make_one_connection(arena, rounds, was_removed):
    for _ in range(rounds):
        Connection.objects.all().delete()
        worlds = SwapStage(shared=(0, 1)).build(THREADS)
        if was_removed:
            first, second = ordered_pair(worlds[0].person(0), worlds[0].person(1))
            Connection.objects.create(
                pair_key=pair_key(first, second), first=first, second=second, removed_at=worlds[0].swap.created_at
            )
        acts = [lambda world=world: accept_swap(swap=world.swap, by=world.person(1)) for world in worlds]
        assert arena.race(acts) == [DONE] * THREADS
        assert Connection.objects.get().removed_at is None
    assert Swap.objects.filter(status=Swap.Status.ACCEPTED).count() == rounds * THREADS
    assert Event.objects.filter(name="exchange.connection_made").count() == rounds
