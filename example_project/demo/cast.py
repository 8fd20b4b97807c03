"""Who plays in a story, and what they say and do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Session, Swap
from skillswap_kit.exchange.models.listings import Mode
from skillswap_kit.exchange.services.moves import confirm_legs
from skillswap_kit.exchange.services.proposals import LegTerms, propose_swap
from skillswap_kit.exchange.services.reviews import write_review
from skillswap_kit.exchange.services.sessions import Appointment, request_session

from .clock import Clock
from .listings import DURATIONS, skill_name
from .texts import write
from .texts import write_review as review_text

RATINGS, WEIGHTS = (5, 4, 3, 2, 1), (50, 30, 12, 5, 3)


@dataclass(frozen=True)
class Actor:
    """A member with what they teach. ``spare`` is another offer of theirs, if they have one."""

    user: User
    language: str
    offer: Listing
    spare: Listing | None = None

    def calls(self, listing: Listing) -> str:
        """The skill of a listing in this person's language."""
        return skill_name(listing.skill, self.language)


@dataclass(frozen=True)
class Cast:
    """The people of one swap. Each teaches the next one and the last the first; ``one`` proposes."""

    clock: Clock
    random: Random
    actors: tuple[Actor, ...]

    @property
    def one(self) -> Actor:
        return self.actors[0]

    @property
    def other(self) -> Actor:
        return self.actors[1]

    def pause(self) -> timedelta:
        return timedelta(hours=self.random.randint(3, 20))

    def says(self, actor: Actor, kind: str, *, gets: Listing | None = None) -> str:
        """Something that ``actor`` writes; ``gets`` is what they hope for, if not the other's offer."""
        partner = self.other if actor is self.one else self.one
        skill = actor.calls(actor.offer)
        get = actor.calls(gets or partner.offer)
        return write(self.random, kind, actor.language, skill=skill, give=skill, get=get, want=get)

    def round(self) -> list[LegTerms]:
        """Everybody gives what they offer to the next one; between two people that is a barter."""
        receivers = (*self.actors[1:], self.one)
        return [leg(giver, receiver) for giver, receiver in zip(self.actors, receivers, strict=True)]

    def propose(self, kind: str = "message") -> Swap:
        return propose_swap(by=self.one.user, legs=self.round(), message=self.says(self.one, kind))

    def appointment(self, actor: Actor, starts_at: datetime) -> Appointment:
        return Appointment(
            topic=self.says(actor, "topic"),
            starts_at=starts_at,
            duration_minutes=self.random.choice(DURATIONS),
            mode=self.random.choice((Mode.REMOTE, Mode.IN_PERSON)),
            place=self.says(actor, "place"),
        )

    def ask(self, swap: Swap, *, by: Actor, of: Actor, days: int) -> Session:
        """Ask for a session so many days from now."""
        appointment = self.appointment(by, self.clock.evening(days))
        return request_session(swap=swap, by=by.user, recipient=of.user, appointment=appointment)

    def days_to_the_end(self) -> int:
        return (self.clock.end - self.clock.now).days + 1

    def confirm(self, swap: Swap, actor: Actor) -> None:
        confirm_legs(swap=swap, by=actor.user)

    def review(self, swap: Swap, *, by: Actor, about: Actor) -> None:
        rating = self.random.choices(RATINGS, weights=WEIGHTS)[0]
        aspects = {name: min(5, max(1, rating + self.random.randint(-1, 1))) for name in ("communication", "quality")}
        comment = review_text(self.random, rating, by.language)
        write_review(swap=swap, by=by.user, about=about.user, rating=rating, aspects=aspects, comment=comment)


def leg(giver: Actor, receiver: Actor, *, offer: Listing | None = None) -> LegTerms:
    listing = offer or giver.offer
    return LegTerms(giver=giver.user, receiver=receiver.user, skill=listing.skill, listing=listing)
