"""Circles that are mended while others answer, withdraw, leave, and while the same refusal is delivered twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapParticipant
from skillswap_kit.exchange.models.listings import listing_open_key
from skillswap_kit.exchange.services import accept_swap, cancel_swap, decline_swap, pause_listing
from skillswap_kit.matching.services import mend_circle, propose_circle
from tests.matching.seekers import always_fresh

from .arena import DONE, THREADS, SerialCheck
from .worlds import SwapStage, World, make_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]

LAST = 3
"""Who declines."""
SUBSTITUTES = 2


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    with always_fresh():
        yield


@dataclass
class ListedWorld(World):
    substitutes: list[Any] = field(default_factory=list)
    """Keys of users who could stand in for the last one, the best first."""

    def substitute(self, place: int) -> Any:
        return get_user_model()(pk=self.substitutes[place])


@dataclass(frozen=True, kw_only=True)
class ListedStage(SwapStage):
    """Worlds whose people advertise what they give and get, and some more who do as the last one does."""

    people: int = LAST + 1
    is_best_shared: bool = False
    """Whether the best one to stand in is the same person in each eight worlds."""

    def build(self, number: int) -> Sequence[ListedWorld]:
        spare = make_people(number * SUBSTITUTES)
        Profile.objects.bulk_create(Profile(user=user) for user in spare)
        worlds = [
            ListedWorld(**vars(world), substitutes=[user.pk for user in spare[place * SUBSTITUTES :][:SUBSTITUTES]])
            for place, world in enumerate(super().build(number))
        ]
        if self.is_best_shared:
            for place, world in enumerate(worlds):
                world.substitutes[0] = worlds[place - place % THREADS].substitutes[0]
        Listing.objects.bulk_create(listing for world in worlds for listing in self._listings(world))
        return worlds

    def _listings(self, world: ListedWorld) -> Iterator[Listing]:
        last = self.people - 1
        owners = [*enumerate(world.user_keys), *((last, key) for key in world.substitutes)]
        for place, owner in owners:
            for kind, skill in (("offer", world.skills[place]), ("want", world.skills[(place or self.people) - 1])):
                key = listing_open_key(owner, kind, skill.pk)
                level = "beginner" if owner in world.substitutes[1:] else "expert"
                yield Listing(owner_id=owner, kind=kind, skill=skill, open_key=key, level=level)


def accept(position):
    return lambda world: accept_swap(swap=world.swap, by=world.person(position))


def decline(world: World) -> None:
    decline_swap(swap=world.swap, by=world.person(LAST))


def mend(world: World) -> None:
    """As its delivery does, which is tried again where the database refuses."""
    try:
        mend_circle(swap=world.swap)
    except IntegrityError:
        mend(world)


def decline_and_mend(world: World) -> None:
    decline(world)
    mend(world)


def best_leaves(world: ListedWorld) -> None:
    for person in get_user_model()._default_manager.filter(pk=world.substitutes[0]):
        try:
            person.delete()
        except IntegrityError:
            best_leaves(world)


def pause_offer(position):
    def act(world: World) -> None:
        offer = Listing.objects.get(owner=world.user_keys[position], kind="offer")
        pause_listing(by=world.person(position), listing=offer)

    return act


MOVES = {
    **{f"accept {position}": accept(position) for position in (1, 2, LAST)},
    "decline": decline_and_mend,
    "withdraw": lambda world: cancel_swap(swap=world.swap, by=world.person(0)),
    "mend": mend,
    "the best one leaves": best_leaves,
    "the best one pauses": lambda world: pause_listing(
        by=world.substitute(0), listing=Listing.objects.get(owner=world.substitutes[0], kind="offer")
    ),
    "the first pauses": pause_offer(0),
}


def assert_accepted_or_mended():
    """Each circle is accepted, or goes on in one other, or waits or was withdrawn; and nobody's answer is lost."""
    for swap in Swap.objects.filter(replaces=None).prefetch_related("participants", "replaced_by__participants"):
        mended = getattr(swap, "replaced_by", None)
        assert (mended is not None) == (swap.status == Swap.Status.DECLINED)
        if mended is not None:
            kept, others = ({one.user_id: one.decision for one in each.participants.all()} for each in (swap, mended))
            assert {key: decision for key, decision in kept.items() if decision != "declined"}.items() <= others.items()


def test_three_accept_while_one_of_them_declines(arena, rounds):
    check = SerialCheck(arena, ListedStage(), MOVES)
    check.check(["accept 1", "accept 2", f"accept {LAST}", "decline"], rounds=rounds)
    assert_accepted_or_mended()


def test_the_proposer_withdraws_while_another_declines(arena, rounds):
    check = SerialCheck(arena, ListedStage(), MOVES)
    check.check(["accept 1", "accept 2", "withdraw", "decline"], rounds=rounds)
    assert_accepted_or_mended()


def test_a_refusal_delivered_four_times_at_once_is_mended_once(arena, rounds):
    names = ["mend"] * 4
    SerialCheck(arena, ListedStage(before=decline), MOVES).check(names, rounds=rounds, orders=[names])
    assert Swap.objects.filter(replaces__isnull=False, status=Swap.Status.PROPOSED).count() == rounds_played()
    assert_accepted_or_mended()


def test_one_who_could_stand_in_for_eight_is_asked_once(arena, rounds):
    """The others are offered the next best."""
    worlds = ListedStage(is_best_shared=True).build(rounds * THREADS)
    for begin in range(0, len(worlds), THREADS):
        present = worlds[begin : begin + THREADS]
        for world in present:
            decline(world)
        assert arena.race([partial(mend, world) for world in present]) == [DONE] * THREADS
    mended = SwapParticipant.objects.filter(swap__replaces__isnull=False)
    asked = Counter(mended.filter(decision="pending", user__in=substitutes_of(worlds)).values_list("user", flat=True))
    assert set(asked.values()) == {1}
    assert len(asked) == len(worlds)


def substitutes_of(worlds):
    return {key for world in worlds for key in world.substitutes}


def rounds_played():
    return Swap.objects.filter(replaces=None).count()


@pytest.mark.parametrize("leaving", ["the best one leaves", "the best one pauses", "the first pauses"])
def test_somebody_goes_while_the_circle_is_mended(arena, rounds, leaving):
    """What is mended in the end is as if they had gone before or after."""
    check = SerialCheck(arena, ListedStage(before=decline), MOVES)
    check.check(["mend", "mend", leaving], rounds=rounds)


def test_a_circle_that_all_three_propose_at_once_is_proposed_once(arena, rounds):
    for world in ListedStage(status=None, people=3).build(rounds):
        skills = [skill.pk for skill in world.skills[:3]]

        def propose(place, world=world, skills=skills):
            teacher, pupil = (place - 1) % 3, (place + 1) % 3
            taught = [skills[teacher], skills[pupil], skills[place]]
            people = {"teacher": world.person(teacher), "pupil": world.person(pupil)}
            return lambda: propose_circle(by=world.person(place), skills=taught, **people)

        outcomes = sorted(arena.race([propose(place) for place in range(3)]))
        assert outcomes == ["AlreadyProposed", "AlreadyProposed", DONE]
    assert Swap.objects.count() == rounds
