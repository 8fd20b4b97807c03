"""Seven weeks of swaps, played through the services in the order in which they happened."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from skillswap_kit.core.jobs import run_due
from skillswap_kit.exchange.models import Listing, Review, Session, Swap

from . import plots
from .cast import Actor, Cast
from .clock import Clock
from .members import demo_members, language_of
from .people import MEMBERS

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Production:
    """``count`` stories of one plot, each begun between ``earliest`` and ``latest`` days before the end."""

    plot: Callable[[Cast], Iterator[timedelta]]
    count: int
    earliest: float
    latest: float
    actors: int = 2


PROGRAMME = (
    Production(plots.proposed, 22, 9, 0.5),
    Production(plots.proposed, 8, 45, 20),  # long expired
    Production(plots.declined, 12, 45, 3),
    Production(plots.withdrawn, 6, 45, 3),
    Production(plots.changed, 8, 8, 2),
    Production(plots.changed_and_accepted, 6, 6, 4),
    Production(plots.called_off, 6, 40, 5),
    Production(plots.arranged, 12, 6, 3),
    Production(plots.asked, 8, 5, 3),
    Production(plots.begun, 12, 9, 6),
    Production(plots.troubled, 8, 12, 10),
    Production(plots.completed, 36, 47, 18),
    Production(plots.reviewed_by_one, 8, 16, 13),  # still hidden
    Production(plots.reviewed_by_one, 6, 47, 36),  # published since
    Production(plots.never_confirmed, 8, 40, 18),
    Production(plots.parted, 4, 45, 25),
    Production(plots.gift_proposed, 5, 3, 1),
    Production(plots.gift_completed, 8, 40, 10),
    Production(plots.circle_proposed, 3, 6, 3, actors=3),
    Production(plots.circle_completed, 4, 40, 20, actors=3),
)


def load_history(clock: Clock) -> str:
    random = Random("history")
    company = Company(random)
    stories = [
        (clock.end - timedelta(days=random.uniform(production.latest, production.earliest)), story)
        for production in PROGRAMME
        for story in _stories(production, company, clock)
    ]
    _play(stories, clock)
    return f"{Swap.objects.count()} swaps, {Session.objects.count()} sessions, {Review.objects.count()} reviews"


def _stories(production: Production, company: Company, clock: Clock) -> Iterator[Iterator[timedelta]]:
    for number in range(production.count):
        actors = company.choose(production.actors, with_lead=number < len(MEMBERS))
        yield production.plot(Cast(clock, company.random, actors))


def _play(stories: Iterable[tuple[datetime, Iterator[timedelta]]], clock: Clock) -> None:
    """Let every story go on when its time has come, and the clock do once a day what is due."""
    agenda = [(start, number, story) for number, (start, story) in enumerate(stories)]
    heapq.heapify(agenda)
    next_round = agenda[0][0]
    while agenda and agenda[0][0] < clock.end:
        start, number, story = heapq.heappop(agenda)
        while next_round <= start:
            _do_due_work(clock, next_round)
            next_round += DAY
        clock.now = start
        pause = next(story, None)
        if pause is not None:
            heapq.heappush(agenda, (start + pause, number, story))
    _do_due_work(clock, clock.end)


def _do_due_work(clock: Clock, moment: datetime) -> None:
    clock.now = moment
    if failed := [name for name, count in run_due().items() if count is None]:
        raise RuntimeError(f"Due work failed: {', '.join(failed)}.")


class Company:
    """All members who teach something, cast in pairs and rounds that never meet twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.actors = self._hire()
        names = [member.username for member in MEMBERS]
        self.leads = cycle([actor for actor in self.actors if actor.user.get_username() in names])
        self.together: set[frozenset[str]] = set()

    def _hire(self) -> list[Actor]:
        offers: dict[object, list[Listing]] = {}
        for offer in Listing.objects.offers().active().select_related("skill").order_by("pk"):
            offers.setdefault(offer.owner_id, []).append(offer)
        return [
            Actor(user, language_of(number), *offers[user.pk][:2])
            for number, user in enumerate(demo_members())
            if user.pk in offers
        ]

    def choose(self, count: int, *, with_lead: bool) -> tuple[Actor, ...]:
        """So many people with different skills; a lead is one of those who can sign in, in either role."""
        while True:
            lead = [next(self.leads)] if with_lead else []
            actors = lead + self.random.sample(self.actors, count - len(lead))
            self.random.shuffle(actors)
            names = frozenset(actor.user.get_username() for actor in actors)
            skills = {offer.skill_id for actor in actors for offer in (actor.offer, actor.spare) if offer}
            pairs_with_spare = all(actor.spare for actor in actors)
            if len(names) == count and names not in self.together and pairs_with_spare and len(skills) == 2 * count:
                self.together.add(names)
                return tuple(actors)
