"""How swaps go. A plot is a generator: it lets people act, and yields how long nothing happens then."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

from skillswap_kit.exchange.models import Connection, Session, Swap
from skillswap_kit.exchange.services.connections import remove_connection
from skillswap_kit.exchange.services.moves import accept_swap, cancel_swap, decline_swap, start_swap
from skillswap_kit.exchange.services.proposals import change_swap
from skillswap_kit.exchange.services.sessions import (
    accept_session,
    cancel_session,
    complete_session,
    decline_session,
    miss_session,
    propose_session,
    reschedule_session,
)

from .cast import Actor, Cast, leg

Plot = Generator[timedelta, None, None]
Agreement = Generator[timedelta, None, Swap]


def proposed(cast: Cast) -> Plot:
    """Nobody answers. After two weeks the clock ends it."""
    cast.propose()
    yield cast.pause()


def declined(cast: Cast) -> Plot:
    swap = cast.propose()
    yield cast.pause()
    decline_swap(swap=swap, by=cast.other.user, reason=cast.says(cast.other, "decline_reason"))


def withdrawn(cast: Cast) -> Plot:
    swap = cast.propose()
    yield cast.pause()
    cancel_swap(swap=swap, by=cast.one.user, reason=cast.says(cast.one, "cancel_reason"))


def changed(cast: Cast) -> Agreement:
    """The other one offers something else instead, and waits for an answer to that."""
    swap = cast.propose()
    yield cast.pause()
    spare = cast.other.spare
    legs = [leg(cast.one, cast.other), leg(cast.other, cast.one, offer=spare)]
    message = cast.says(cast.other, "change_message", gets=spare)
    return change_swap(swap=swap, by=cast.other.user, version=1, legs=legs, message=message)


def changed_and_accepted(cast: Cast) -> Plot:
    swap = yield from changed(cast)
    yield cast.pause()
    accept_swap(swap=swap, by=cast.one.user, version=swap.version)
    yield from _arrange_for_later(cast, swap)


def called_off(cast: Cast) -> Plot:
    swap = yield from _agree(cast)
    cast.ask(swap, by=cast.other, of=cast.one, days=5)
    yield cast.pause()
    cancel_swap(swap=swap, by=cast.other.user, reason=cast.says(cast.other, "cancel_reason"))


def arranged(cast: Cast) -> Plot:
    """Accepted, with a session to come."""
    swap = yield from _agree(cast)
    yield from _arrange_for_later(cast, swap)


def asked(cast: Cast) -> Plot:
    """Accepted, with a session that waits for its answer."""
    swap = yield from _agree(cast)
    cast.ask(swap, by=cast.other, of=cast.one, days=cast.days_to_the_end() + 3)


def begun(cast: Cast) -> Plot:
    """One has learned what they came for, the other has not yet."""
    swap = yield from _agree(cast)
    start_swap(swap=swap, by=cast.one.user)
    yield from _meet(cast, swap, cast.one, cast.other, days=1)
    cast.confirm(swap, cast.one)
    yield from _arrange_for_later(cast, swap)


def troubled(cast: Cast) -> Plot:
    """A session refused, one moved and then missed, one called off, and a last one to come."""
    one, other = cast.one, cast.other
    swap = yield from _agree(cast)
    session = cast.ask(swap, by=one, of=other, days=2)
    yield cast.pause()
    decline_session(session=session, by=other.user, reason=cast.says(other, "session_reason"))
    session = yield from _arrange(cast, swap, other, one, days=1)
    reschedule_session(session=session, by=one.user, starts_at=cast.clock.evening(2))
    yield cast.pause()
    session = accept_session(session=session, by=other.user)
    yield session.ends_at - cast.clock.now
    miss_session(session=session, by=other.user, reason=cast.says(other, "session_reason"))
    session = yield from _arrange(cast, swap, one, other, days=2)
    cancel_session(session=session, by=one.user, reason=cast.says(one, "session_reason"))
    yield from _arrange_for_later(cast, swap)


def completed(cast: Cast) -> Plot:
    """All went well, and both say so."""
    swap = yield from _complete(cast)
    cast.review(swap, by=cast.one, about=cast.other)
    yield cast.pause()
    cast.review(swap, by=cast.other, about=cast.one)


def reviewed_by_one(cast: Cast) -> Plot:
    """Only one writes a review: it is hidden until the period is over."""
    swap = yield from _complete(cast)
    cast.review(swap, by=cast.other, about=cast.one)


def never_confirmed(cast: Cast) -> Plot:
    """They met and forgot to say so: after a week the clock confirms."""
    swap = yield from _agree(cast)
    yield from _meet(cast, swap, cast.one, cast.other, days=2)


def parted(cast: Cast) -> Plot:
    yield from completed(cast)
    yield cast.pause()
    for connection in Connection.objects.standing().of(cast.one.user).of(cast.other.user):
        remove_connection(connection=connection, by=cast.one.user)


def gift_proposed(cast: Cast) -> Plot:
    """Asked directly for a session, for nothing in return."""
    _propose_gift(cast)
    yield cast.pause()


def gift_completed(cast: Cast) -> Plot:
    session = _propose_gift(cast)
    yield cast.pause()
    session = accept_session(session=session, by=cast.other.user)
    yield session.ends_at - cast.clock.now
    complete_session(session=session, by=cast.other.user)
    cast.confirm(session.swap, cast.other)
    cast.review(session.swap, by=cast.other, about=cast.one)


def circle_proposed(cast: Cast) -> Plot:
    """Of three, two have agreed."""
    swap = cast.propose("circle_message")
    yield cast.pause()
    accept_swap(swap=swap, by=cast.other.user)


def circle_completed(cast: Cast) -> Plot:
    swap = yield from _agree(cast, "circle_message")
    receivers = (*cast.actors[1:], cast.one)
    for giver, receiver in zip(cast.actors, receivers, strict=True):
        yield from _meet(cast, swap, receiver, giver, days=1)
        cast.confirm(swap, receiver)
    for giver, receiver in zip(cast.actors, receivers, strict=True):
        cast.review(swap, by=receiver, about=giver)
        yield cast.pause()


def _agree(cast: Cast, kind: str = "message") -> Agreement:
    swap = cast.propose(kind)
    for actor in cast.actors[1:]:
        yield cast.pause()
        swap = accept_swap(swap=swap, by=actor.user)
    yield cast.pause()
    return swap


def _arrange(
    cast: Cast, swap: Swap, asker: Actor, asked_one: Actor, *, days: int
) -> Generator[timedelta, None, Session]:
    session = cast.ask(swap, by=asker, of=asked_one, days=days)
    yield timedelta(hours=2)
    return accept_session(session=session, by=asked_one.user)


def _arrange_for_later(cast: Cast, swap: Swap) -> Plot:
    """A session that lies beyond the end of the story."""
    days = cast.days_to_the_end() + cast.random.randint(2, 9)
    yield from _arrange(cast, swap, cast.one, cast.other, days=days)


def _meet(cast: Cast, swap: Swap, asker: Actor, asked_one: Actor, *, days: int) -> Plot:
    session = yield from _arrange(cast, swap, asker, asked_one, days=days)
    yield session.ends_at - cast.clock.now
    complete_session(session=session, by=asker.user)
    yield cast.pause()


def _complete(cast: Cast) -> Agreement:
    swap = yield from _agree(cast)
    for number in range(cast.random.randint(1, 2)):
        asker, asked_one = (cast.one, cast.other) if number else (cast.other, cast.one)
        yield from _meet(cast, swap, asker, asked_one, days=cast.random.randint(1, 3))
    for actor in cast.actors:
        cast.confirm(swap, actor)
        yield cast.pause()
    return swap


def _propose_gift(cast: Cast) -> Session:
    return propose_session(
        by=cast.one.user,
        legs=[leg(cast.one, cast.other)],
        appointment=cast.appointment(cast.one, cast.clock.evening(4)),
        message=cast.says(cast.one, "gift_message"),
    )
