"""Swaps by the hundred, written at once because a race needs a new one each time, and what can be seen of them.

The rows are those that the services leave behind; ``test_worlds.py`` compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import (
    Category,
    Connection,
    Listing,
    Profile,
    Review,
    Session,
    Skill,
    Swap,
    SwapLeg,
    SwapParticipant,
    SwapProposal,
)
from skillswap_kit.exchange.services import LegTerms
from skillswap_kit.exchange.services.connections import ordered_pair, pair_key
from skillswap_kit.exchange.services.proposals import terms_key

from .arena import THREADS

_numbers = count(1)
SPARE_SKILLS = 1
"""More skills than legs, for changed proposals."""


def make_people(number: int) -> list[Any]:
    model = get_user_model()
    names = {model.USERNAME_FIELD, model.get_email_field_name()}
    people = [model(**dict.fromkeys(names, f"racer{next(_numbers)}@example.org")) for _ in range(number)]
    return model._default_manager.bulk_create(people)


def make_skills(number: int) -> list[Skill]:
    category, _ = Category.objects.get_or_create(slug="races", defaults={"name": "Races"})
    names = [f"skill{next(_numbers)}" for _ in range(number)]
    return Skill.objects.bulk_create(
        Skill(name=name, slug=name, category=category, search_text=f"\n{name}\n") for name in names
    )


@dataclass
class World:
    """Some people, who give in a ring, with skills of their own and at first at most one swap."""

    user_keys: list[Any]
    skills: list[Skill]
    swap: Swap | None = None
    participants: list[SwapParticipant] = field(default_factory=list)
    session: Session | None = None
    review: Review | None = None

    def person(self, position: int) -> Any:
        """A new instance each time, as each request has its own."""
        return get_user_model()(pk=self.user_keys[position])

    def terms(self, *, gives: int | None = None, skip: int = 0) -> list[LegTerms]:
        """Everybody gives to the next, or one alone does; ``skip`` skills are left out."""
        size = len(self.user_keys)
        givers = range(size) if gives is None else [gives]
        return [
            LegTerms(
                giver=self.person(giver), receiver=self.person((giver + 1) % size), skill=self.skills[giver + skip]
            )
            for giver in givers
        ]


@dataclass(frozen=True, kw_only=True)
class SwapStage:
    """Worlds with a swap in one state, or with none if ``status`` is None."""

    status: str | None = Swap.Status.PROPOSED
    people: int = 2
    agreed: int = 1
    """How many have accepted what is still proposed: the proposer, or those whose yes was kept."""
    session: str | None = None
    session_begins: timedelta = timedelta(days=2)
    before: Callable[[World], object] = lambda world: None
    shared: tuple[int, ...] = ()
    """Positions held by the same people in each eight worlds."""

    def build(self, number: int) -> list[World]:
        users = make_people(number * self.people)
        Profile.objects.bulk_create(Profile(user=user) for user in users)
        skills_each = self.people + SPARE_SKILLS
        skills = make_skills(number * skills_each)
        worlds = [
            World(
                user_keys=[user.pk for user in users[index * self.people : (index + 1) * self.people]],
                skills=skills[index * skills_each : (index + 1) * skills_each],
            )
            for index in range(number)
        ]
        for index, world in enumerate(worlds):
            for position in self.shared:
                world.user_keys[position] = worlds[index - index % THREADS].user_keys[position]
        if self.status is not None:
            self._make_swaps(worlds, self.status)
        return worlds

    def arm(self, world: World) -> None:
        self.before(world)

    def observe(self, worlds: Sequence[World]) -> list[Hashable]:
        return observe(worlds)

    def _make_swaps(self, worlds: Sequence[World], status: str) -> None:
        swaps = Swap.objects.bulk_create([self._swap(world, status) for world in worlds])
        for world, swap in zip(worlds, swaps, strict=True):
            world.swap = swap
            world.participants = [
                SwapParticipant(swap=swap, user_id=pk, position=position, decision=self._decision(position, status))
                for position, pk in enumerate(world.user_keys)
            ]
        SwapParticipant.objects.bulk_create([one for world in worlds for one in world.participants])
        SwapLeg.objects.bulk_create([leg for world in worlds for leg in self._legs(world, status)])
        SwapProposal.objects.bulk_create([_proposal(world) for world in worlds])
        if status != Swap.Status.PROPOSED:
            connections = {each.pair_key: each for world in worlds for each in _connections(world)}
            Connection.objects.bulk_create(connections.values())
        if self.session is not None:
            self._make_sessions(worlds, self.session)

    def _swap(self, world: World, status: str) -> Swap:
        now = timezone.now()
        key = terms_key(world.user_keys, [leg.skill.pk for leg in world.terms()])
        is_completed = status == Swap.Status.COMPLETED
        return Swap(
            kind=Swap.Kind.BARTER if self.people == 2 else Swap.Kind.CIRCLE,
            status=status,
            deadline=now + timedelta(days=14),
            terms_key=key,
            open_key=key if status == Swap.Status.PROPOSED else None,
            proposed_by_id=world.user_keys[0],
            accepted_at=None if status == Swap.Status.PROPOSED else now,
            completed_at=now if is_completed else None,
        )

    def _decision(self, position: int, status: str) -> str:
        has_accepted = position < self.agreed or status != Swap.Status.PROPOSED
        return SwapParticipant.Decision.ACCEPTED if has_accepted else SwapParticipant.Decision.PENDING

    def _legs(self, world: World, status: str) -> list[SwapLeg]:
        is_completed = status == Swap.Status.COMPLETED
        return [
            SwapLeg(
                swap=world.swap,
                position=position,
                giver=giver,
                receiver=world.participants[(position + 1) % self.people],
                skill=world.skills[position],
                status=SwapLeg.Status.CONFIRMED if is_completed else SwapLeg.Status.OPEN,
            )
            for position, giver in enumerate(world.participants)
        ]

    def _make_sessions(self, worlds: Sequence[World], status: str) -> None:
        for world in worlds:
            world.session = Session(
                swap=world.swap,
                requester=world.participants[0],
                recipient=world.participants[1],
                topic="Scales",
                starts_at=timezone.now() + self.session_begins,
                duration_minutes=60,
                time_zone="UTC",
                status=status,
            )
        Session.objects.bulk_create([world.session for world in worlds if world.session])


def _proposal(world: World) -> SwapProposal:
    return SwapProposal(swap=world.swap, version=1, by=world.participants[0], terms=[])


def _connections(world: World) -> Iterable[Connection]:
    people = [world.person(position) for position in range(len(world.user_keys))]
    for first, second in map(ordered_pair, people, people[1:] + people[:1]):
        yield Connection(pair_key=pair_key(first, second), first_id=first.pk, second_id=second.pk, swap=world.swap)


def observe(worlds: Sequence[World]) -> list[Hashable]:
    """The swaps of each world with all that hangs on them and what happened to them; listings, connections, ratings."""
    homes = {skill.pk: number for number, world in enumerate(worlds) for skill in world.skills}
    legs = SwapLeg.objects.filter(skill__in=homes).values_list("swap_id", "skill_id")
    swap_homes = {swap_pk: homes[skill_pk] for swap_pk, skill_pk in legs}
    swaps = Swap.objects.filter(pk__in=swap_homes).prefetch_related(
        "participants", "legs__giver", "legs__receiver", "proposals", "sessions", "reviews"
    )
    happened = _events(swaps)
    views: dict[int, list[Hashable]] = defaultdict(list)
    for swap in swaps:
        home = swap_homes[swap.pk]
        views[home].append(_view(swap, worlds[home], happened[swap.pk]))
    for listing in Listing.objects.filter(skill__in=homes):
        places = [skill.pk for skill in worlds[homes[listing.skill_id]].skills]
        views[homes[listing.skill_id]].append(
            (listing.kind, listing.status, places.index(listing.skill_id), bool(listing.open_key))
        )
    pairs = set(Connection.objects.standing().values_list("first_id", "second_id"))
    ratings = dict(Profile.objects.exclude(rating=None).values_list("user_id", "rating_count"))
    return [
        (
            tuple(sorted(views[number], key=str)),
            sum(pair[0] in world.user_keys for pair in pairs),
            tuple(ratings.get(pk, 0) for pk in world.user_keys),
        )
        for number, world in enumerate(worlds)
    ]


def _events(swaps: Iterable[Swap]) -> dict[int, list[str]]:
    happened: dict[int, list[str]] = defaultdict(list)
    keys = {swap.pk for swap in swaps}
    for name, payload in Event.objects.filter(payload__has_key="swap_id").values_list("name", "payload"):
        if payload["swap_id"] in keys:
            happened[payload["swap_id"]].append(name.removeprefix("exchange."))
    return happened


def _view(swap: Swap, world: World, events: Iterable[str]) -> Hashable:
    places = {skill.pk: index for index, skill in enumerate(world.skills)}
    numbers = {pk: index for index, pk in enumerate(world.user_keys)}
    decisions = [(numbers.get(each.user_id, "gone"), each.decision) for each in swap.participants.all()]
    legs = [
        (leg.giver.position, leg.receiver.position, places[leg.skill_id], leg.status, leg.confirmed_by_time)
        for leg in swap.legs.all()
    ]
    sessions = [(each.status, each.requester_id < each.recipient_id) for each in swap.sessions.all()]
    reviews = [(numbers.get(each.author_id), each.rating, bool(each.published_at)) for each in swap.reviews.all()]
    return (
        (swap.kind, swap.status, swap.version, bool(swap.open_key), swap.proposals.count()),
        tuple(sorted(decisions, key=str)),
        tuple(sorted(legs)),
        tuple(sorted(sessions)),
        tuple(sorted(reviews, key=str)),
        tuple(sorted(events)),
    )
