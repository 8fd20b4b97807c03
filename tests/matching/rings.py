"""People of whom each teaches the next one, and circles among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.services import LegTerms, propose_swap
from skillswap_kit.testing.factories import make_listing, make_member, make_skill

WANT = Listing.Kind.WANT


@dataclass(frozen=True)
class Ring:
    """Everybody teaches the skill of their place to the next; the last one teaches the first."""

    people: list[Any]
    skills: list[Skill]

    def terms(self, *, by_offers: bool = True) -> list[LegTerms]:
        receivers = [*self.people[1:], self.people[0]]
        return [
            LegTerms(giver=giver, receiver=receiver, skill=skill, listing=self.offer(place) if by_offers else None)
            for place, (giver, receiver, skill) in enumerate(zip(self.people, receivers, self.skills, strict=True))
        ]

    def offer(self, place: int) -> Listing:
        return Listing.objects.get(owner=self.people[place], kind=Listing.Kind.OFFER, skill=self.skills[place])

    def want(self, place: int) -> Listing:
        """For what the one before teaches."""
        return Listing.objects.get(owner=self.people[place], kind=WANT, skill=self.skills[place - 1])

    def propose(self) -> Swap:
        """By the first."""
        return propose_swap(by=self.people[0], legs=self.terms())


def make_ring(make_user: Callable[..., Any], *, size: int = 3) -> Ring:
    ring = Ring(people=[make_user() for _ in range(size)], skills=[make_skill() for _ in range(size)])
    for place, person in enumerate(ring.people):
        make_member(person)
        stand_in(ring, place, person)
    return ring


def stand_in(ring: Ring, place: int, person: Any, *, level: str = "beginner", priority: int = 3) -> Any:
    """The person teaches and wants what whoever has this place does."""
    make_listing(person, skill=ring.skills[place], level=level)
    make_listing(person, skill=ring.skills[place - 1], kind=WANT, priority=priority)
    return person
