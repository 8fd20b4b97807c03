"""A worker process of a storm of edits: does what it is told on its standard input, and says how it went.

``edit 20``: so many edits of all kinds, each followed by a question to the index, compared with SQL in one snapshot of
the database. ``compare``: the same question about everybody, while nobody edits. Each answers a line of JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction
from django.test.utils import setup_test_environment

from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.core.failures import is_victim
from skillswap_kit.exchange import services
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.models.listings import Level
from skillswap_kit.matching.backends.base import BaseMatcher
from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.backends.sql import SqlMatcher
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.similarity.services import remove_similarity, set_similarity

from .indexes import IndexOnly, snapshots_in

LIMIT = 100
FEWEST_SKILLS = 4
LONGEST_TRANSACTION = 0.2
"""Seconds."""


class Worker:
    """One that edits as members and staff do, and searches between."""

    def __init__(self, seed: int, staff: Any) -> None:
        self.chance = random.Random(seed)
        self.staff = staff
        self.people = list(get_user_model()._default_manager.exclude(pk=staff.pk).order_by("pk"))
        self.index = IndexMatcher("worker")
        # Its view of the members is that of the other one: only who answers differs.
        self.index_alone = IndexOnly("worker")
        self.sql = SqlMatcher("sql")

    def edit(self, count: int) -> dict[str, Any]:
        done = Counter[str]()
        stale = 0
        for _ in range(count):
            act = self.chance.choice(self.acts)
            done[self.outcome(act)] += 1
            with one_snapshot():
                stale += self.differences(self.index, self.chance.sample(self.people, 2))
        return {"stale": stale, "done": done}

    def outcome(self, act: Callable[[Worker], None]) -> str:
        """The name of what was done. Half of it happens in transactions that commit later than others' which began
        after them."""
        try:
            with transaction.atomic() if self.chance.random() < 0.5 else nullcontext():
                act(self)
                if connection.in_atomic_block:
                    time.sleep(self.chance.uniform(0, LONGEST_TRANSACTION))
        except SkillSwapError:
            return "refused"
        except OperationalError as error:
            if not is_victim(error):
                raise
            return "refused"
        return act.__name__

    def compare(self) -> dict[str, Any]:
        return {"stale": self.differences(self.index_alone, self.people)}

    def differences(self, index: BaseMatcher, people: Sequence[Any]) -> int:
        """For how many of these people the index has another answer than the database."""
        found = 0
        for person in people:
            seeker = self.sql.member(person)
            is_same = index.member(person) == seeker
            found += not is_same or list(index.rank(seeker, limit=LIMIT)) != self.sql.rank(seeker, limit=LIMIT)
        return found

    def person(self) -> Any:
        return self.chance.choice(self.people)

    def skill(self) -> Skill:
        return self.chance.choice(list(Skill.objects.approved().order_by("pk")))

    def listing(self, **state: Any) -> Listing:
        found = list(Listing.objects.kept().filter(**state).select_related("owner", "skill").order_by("pk"))
        if not found:
            raise SkillSwapError
        return self.chance.choice(found)

    def advertise(self) -> None:
        kind = self.chance.choice(Listing.Kind.values)
        services.create_listing(by=self.person(), kind=kind, skill=self.skill(), priority=self.chance.randint(1, 5))

    def change(self) -> None:
        listing = self.listing()
        fields = {"level": self.chance.choice(Level.values), "priority": self.chance.randint(1, 5)}
        services.update_listing(by=listing.owner, listing=listing, **fields)

    def pause(self) -> None:
        listing = self.listing(status=Listing.Status.ACTIVE)
        services.pause_listing(by=listing.owner, listing=listing)

    def resume(self) -> None:
        listing = self.listing(status=Listing.Status.PAUSED)
        services.resume_listing(by=listing.owner, listing=listing)

    def remove(self) -> None:
        listing = self.listing()
        services.remove_listing(by=listing.owner, listing=listing)

    def say_what_helps(self) -> None:
        weight = self.chance.choice([0, 20, 60])
        set_similarity(by=self.staff, wanted=self.skill(), taught=self.skill(), weight=weight)

    def forget_what_helps(self) -> None:
        if (row := SkillSimilarity.objects.order_by("?").first()) is not None:
            remove_similarity(by=self.staff, similarity=row)

    def propose(self) -> None:
        giver, receiver = self.chance.sample(self.people, 2)
        leg = services.LegTerms(giver=giver, receiver=receiver, skill=self.skill())
        services.propose_swap(by=giver, legs=[leg])

    def answer(self) -> None:
        person = self.person()
        swap = Swap.objects.incoming(person).order_by("?").first()
        if swap is not None and self.chance.random() < 0.5:
            services.decline_swap(swap=swap, by=person)
        elif swap is not None:
            services.accept_swap(swap=swap, by=person, version=swap.version)

    def merge(self) -> None:
        if Skill.objects.approved().count() > FEWEST_SKILLS:
            services.merge_skills(by=self.staff, skill=self.skill(), into=self.skill())

    acts = (
        advertise,
        advertise,
        change,
        change,
        pause,
        resume,
        remove,
        say_what_helps,
        forget_what_helps,
        propose,
        answer,
        merge,
    )


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All statements inside see the same state, that of the first of them."""
    statement = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    if connection.vendor == "mysql":
        # Of the transaction that comes next; PostgreSQL means the one that runs.
        with connection.cursor() as cursor:
            cursor.execute(statement)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(statement)
        yield


def main(folder: str, seed: str, staff: str) -> None:
    setup_test_environment()
    worker = Worker(int(seed), get_user_model()._default_manager.get(pk=staff))
    with snapshots_in(folder):
        for line in sys.stdin:
            match line.split():
                case ["edit", count]:
                    told = worker.edit(int(count))
                case _:
                    told = worker.compare()
            print(json.dumps(told), flush=True)
