"""Everybody at once: acceptances, confirmations and refusals of circles."""

from __future__ import annotations

import pytest

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Connection, Swap, SwapParticipant
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    cancel_swap,
    confirm_legs,
    decline_swap,
    propose_swap,
    suggest_swap,
)
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


@pytest.mark.parametrize("people", [4, 6])
def test_all_who_are_asked_accept_a_circle_that_goes_on(arena, rounds, people):
    """Two have accepted before; the others at once."""
    names = [f"accept {position}" for position in range(2, people)]
    check = SerialCheck(arena, SwapStage(people=people, agreed=2), by_each(accept_swap, people))
    check.check(names, rounds=rounds, orders=[names])
    assert set(Swap.objects.values_list("status", flat=True)) == {Swap.Status.ACCEPTED}


def test_a_circle_that_goes_on_has_one_end(arena, rounds):
    moves = by_each(accept_swap, 4) | by_each(decline_swap, 4) | by_each(cancel_swap, 4)
    check = SerialCheck(arena, SwapStage(people=4, agreed=2), moves)
    check.check(["accept 2", "accept 3", "cancel 1"], rounds=rounds)
    check.check(["accept 2", "decline 3", "cancel 0"], rounds=rounds)
    ends = {Swap.Status.ACCEPTED, Swap.Status.DECLINED, Swap.Status.CANCELLED}
    assert set(Swap.objects.values_list("status", flat=True)) <= ends


def go_on(world, *, skip=0):
    """Suggest a circle of the first three in place of the world's; two of them have accepted that."""
    ring = [0, 1, 2]
    legs = [
        LegTerms(giver=world.person(giver), receiver=world.person(receiver), skill=world.skills[giver + skip])
        for giver, receiver in zip(ring, [*ring[1:], 0], strict=True)
    ]
    return suggest_swap(legs=legs, accepted=world.user_keys[:2], replaces=world.swap)


GOING_ON = {
    "go on": go_on,
    "go on as well": go_on,
    "go on otherwise": lambda world: go_on(world, skip=1),
    "decline": lambda world: decline_swap(swap=world.swap, by=world.person(3)),
    "cancel": lambda world: cancel_swap(swap=world.swap, by=world.person(0)),
}


def test_a_circle_is_replaced_once(arena, rounds):
    stage = SwapStage(people=4, agreed=2, before=GOING_ON["decline"])
    check = SerialCheck(arena, stage, GOING_ON)
    check.check(["go on", "go on otherwise"], rounds=rounds)
    check.check(["go on", "go on as well", "go on otherwise", "cancel"], rounds=rounds)
    replaced = Swap.objects.exclude(replaces=None).values_list("replaces", flat=True)
    assert len(replaced) == Swap.objects.filter(status=Swap.Status.DECLINED).count()


def test_it_goes_on_only_after_the_refusal(arena, rounds):
    check = SerialCheck(arena, SwapStage(people=4, agreed=2), GOING_ON)
    check.check(["decline", "go on", "cancel"], rounds=rounds)


def test_a_suggestion_and_equal_proposals_of_its_people(arena, rounds):
    moves = {"suggest": lambda world: suggest_swap(legs=world.terms())} | {
        f"propose {position}": lambda world, position=position: propose_swap(
            by=world.person(position), legs=world.terms()
        )
        for position in range(3)
    }
    check = SerialCheck(arena, SwapStage(status=None, people=3), moves)
    check.check(["suggest", "propose 0"], rounds=rounds)
    check.check(["suggest", "propose 0", "propose 1", "propose 2"], rounds=rounds)
    assert set(Swap.objects.values_list("status", flat=True)) == {Swap.Status.PROPOSED}


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
