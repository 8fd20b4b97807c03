"""Whatever was committed before a query is part of its answer, in every process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.services import (
    accept_swap,
    approve_skill,
    confirm_legs,
    create_listing,
    deactivate_member,
    decline_swap,
    merge_skills,
    pause_listing,
    propose_skill,
    reject_skill,
    remove_listing,
    resume_listing,
    update_listing,
    update_profile,
)
from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.index import feed
from skillswap_kit.matching.index.feed import present_position
from skillswap_kit.matching.index.rebuilding import reason_to_rebuild, rebuild
from skillswap_kit.matching.similarity.services import remove_similarity, set_similarity
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap

from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in

pytestmark = pytest.mark.django_db(transaction=True)

OFFER, WANT = Listing.Kind.OFFER, Listing.Kind.WANT
PATIENCE = 20


@dataclass(frozen=True, kw_only=True)
class Town:
    """Ada teaches piano and wants chess; Ben, Cleo and Dora fit her more or less."""

    people: dict[str, Any]
    skills: dict[str, Skill]
    staff: Any

    def listing(self, name: str, kind: str) -> Listing:
        return Listing.objects.kept().filter(owner=self.people[name], kind=kind).earliest("pk")


@pytest.fixture
def town(make_user, staff) -> Town:
    people = {name: make_user(name) for name in ("ada", "ben", "cleo", "dora", "emil")}
    skills = {name: make_skill(name) for name in ("piano", "organ", "chess", "go")}
    for name, taught, wanted in [
        ("ada", "piano", "chess"),
        ("ben", "chess", "piano"),
        ("cleo", "chess", "organ"),
        ("dora", "go", "piano"),
    ]:
        make_listing(people[name], skill=skills[taught], level="advanced")
        make_listing(people[name], skill=skills[wanted], kind=WANT)
    return Town(people=people, skills=skills, staff=staff)


@pytest.fixture(autouse=True)
def folder(tmp_path) -> Iterator[None]:
    with snapshots_in(tmp_path, MATCHING_SCORING={"default": SCORING}):
        yield


SCORING = {
    "BACKEND": "skillswap_kit.matching.scoring.Scoring",
    "OPTIONS": {"activity_factor": 0.5},
}


def change_skill_of_want(town: Town) -> None:
    remove_listing(by=town.people["cleo"], listing=town.listing("cleo", WANT))
    create_listing(by=town.people["cleo"], kind=WANT, skill=town.skills["piano"], priority=5)


def offer_a_new_skill(town: Town) -> None:
    skill = make_skill("juggling")
    create_listing(by=town.people["ben"], kind=OFFER, skill=skill)
    create_listing(by=town.people["dora"], kind=WANT, skill=skill)
    create_listing(by=town.people["ben"], kind=WANT, skill=town.skills["go"])


def join(town: Town) -> None:
    create_listing(by=town.people["emil"], kind=OFFER, skill=town.skills["chess"], level="expert")
    create_listing(by=town.people["emil"], kind=WANT, skill=town.skills["piano"])


def pause(town: Town) -> None:
    pause_listing(by=town.people["ben"], listing=town.listing("ben", OFFER))


def resume(town: Town) -> None:
    pause(town)
    resume_listing(by=town.people["ben"], listing=town.listing("ben", OFFER))


def lose_everything(town: Town) -> None:
    for kind in (OFFER, WANT):
        remove_listing(by=town.people["ben"], listing=town.listing("ben", kind))


def update(town: Town) -> None:
    update_listing(by=town.people["ben"], listing=town.listing("ben", OFFER), level="beginner")
    update_listing(by=town.people["ada"], listing=town.listing("ada", WANT), priority=1)


def merge(town: Town) -> None:
    merge_skills(by=town.staff, skill=town.skills["organ"], into=town.skills["piano"])


def approve(town: Town) -> None:
    skill = propose_skill(by=town.people["ben"], name="lute", category=make_category())
    create_listing(by=town.people["ben"], kind=OFFER, skill=skill)
    approve_skill(by=town.staff, skill=skill)
    create_listing(by=town.people["ada"], kind=WANT, skill=skill)


def reject(town: Town) -> None:
    skill = propose_skill(by=town.people["ben"], name="lute", category=make_category())
    create_listing(by=town.people["ben"], kind=OFFER, skill=skill)
    reject_skill(by=town.staff, skill=skill)


def propose(town: Town) -> Swap:
    return make_swap([town.people["cleo"], town.people["ben"]])


def accept(town: Town) -> None:
    accept_swap(swap=propose(town), by=town.people["ben"])


def decline(town: Town) -> None:
    decline_swap(swap=propose(town), by=town.people["ben"])


def complete(town: Town) -> None:
    make_swap([town.people["cleo"], town.people["ben"]], status=Swap.Status.COMPLETED)


def deactivate(town: Town) -> None:
    deactivate_member(by=town.staff, member=town.people["ben"])


def call_similar(town: Town) -> None:
    set_similarity(by=town.staff, wanted=town.skills["organ"], taught=town.skills["piano"], weight=50)
    set_similarity(by=town.staff, wanted=town.skills["chess"], taught=town.skills["go"], weight=30)


def call_dissimilar(town: Town) -> None:
    call_similar(town)
    similarity = set_similarity(by=town.staff, wanted=town.skills["organ"], taught=town.skills["piano"], weight=40)
    remove_similarity(by=town.staff, similarity=similarity)


def delete_an_account(town: Town) -> None:
    propose(town)
    town.people.pop("cleo").delete()


CHANGES: list[Callable[[Town], object]] = [
    change_skill_of_want,
    offer_a_new_skill,
    join,
    pause,
    resume,
    lose_everything,
    update,
    merge,
    approve,
    reject,
    propose,
    accept,
    decline,
    complete,
    deactivate,
    call_similar,
    call_dissimilar,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_seen_by_the_next_query_of_every_worker(town, change):
    rebuild()
    workers = [IndexOnly("first"), IndexOnly("second")]
    for worker in workers:
        assert_answers_as_the_reference(worker, town.people.values())
    change(town)
    for worker in [*workers, IndexOnly("started later")]:
        assert_answers_as_the_reference(worker, town.people.values())
    rebuild()
    assert_answers_as_the_reference(workers[0], town.people.values())


def test_many_changes_one_after_the_other(town):
    rebuild()
    worker = IndexOnly("worker")
    for change in (update, join, propose, call_similar, offer_a_new_skill, merge, complete, lose_everything):
        change(town)
        assert_answers_as_the_reference(worker, town.people.values())


def test_somebody_who_has_left_is_not_shown_and_breaks_nothing(town):
    rebuild()
    worker = IndexOnly("worker")
    gone = town.people["cleo"].skillswap_profile.pk
    delete_an_account(town)
    call_similar(town)
    assert gone not in {candidate.number for candidate in worker.match(town.people["ada"])}
    rebuild()
    assert_answers_as_the_reference(worker, town.people.values())


def test_one_statement_asks_for_changes_however_many_looks_a_match_takes(town, django_assert_num_queries):
    rebuild()
    worker, ada = IndexOnly("worker"), town.people["ada"]
    worker.match(ada)
    with django_assert_num_queries(3) as queries:
        assert worker.match(ada)
    assert sum(Event._meta.db_table in query["sql"] for query in queries) == 1


def test_what_a_transaction_has_not_committed_is_its_own(town):
    rebuild()
    worker, ada = IndexOnly("worker"), town.people["ada"]
    before = worker.match(ada)
    with transaction.atomic():
        join(town)
        assert_answers_as_the_reference(worker, town.people.values())
        if connection.vendor != "sqlite":
            assert in_another_thread(lambda: worker.match(ada)) == before
        transaction.set_rollback(True)
    assert worker.match(ada) == before
    # Keys of events that were rolled back are given again on SQLite.
    pause(town)
    assert_answers_as_the_reference(worker, town.people.values())


def test_after_its_transaction_a_request_leaves_the_changes_to_the_next(town, django_assert_num_queries):
    """As with ATOMIC_REQUESTS, where no query runs outside a transaction."""
    rebuild()
    worker, ada = IndexOnly("worker"), town.people["ada"]
    worker.match(ada)
    join(town)
    with transaction.atomic():
        worker.match(ada)
    with transaction.atomic(), django_assert_num_queries(3):
        worker.match(ada)


def in_another_thread(function: Callable[[], Any]) -> Any:
    def call() -> Any:
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(call).result(timeout=PATIENCE)


@pytest.fixture
def slow_edit(town) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """A transaction of somebody else that has written its event and commits when told to."""
    written, may_commit = threading.Event(), threading.Event()

    def edit() -> None:
        try:
            with transaction.atomic():
                create_listing(by=town.people["ada"], kind=OFFER, skill=town.skills["organ"])
                written.set()
                assert may_commit.wait(PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=edit)

    def start() -> None:
        thread.start()
        assert written.wait(PATIENCE)

    def let_commit() -> None:
        may_commit.set()
        thread.join(PATIENCE)

    yield start, let_commit
    let_commit()


@pytest.fixture
def later(monkeypatch) -> Callable[[float], None]:
    """Lets so many seconds pass, as the clock has it."""
    real = time.time

    def let_pass(seconds: float) -> None:
        monkeypatch.setattr("time.time", lambda: real() + seconds)

    return let_pass


A_LONG_TRANSACTION = 700
"""Seconds."""


@pytest.mark.server
@pytest.mark.parametrize("pause_between", [0, A_LONG_TRANSACTION])
def test_an_edit_that_commits_after_later_ones_is_seen(town, slow_edit, later, pause_between):
    start, let_commit = slow_edit
    rebuild()
    worker = IndexOnly("worker")
    start()
    update(town)
    assert_answers_as_the_reference(worker, town.people.values())
    let_commit()
    later(pause_between)
    assert_answers_as_the_reference(worker, town.people.values())


@pytest.mark.server
@pytest.mark.parametrize("pause_between", [0, A_LONG_TRANSACTION])
def test_an_edit_that_was_under_way_when_the_index_was_built_is_seen(town, slow_edit, later, pause_between):
    start, let_commit = slow_edit
    start()
    update(town)
    rebuild()
    let_commit()
    later(pause_between)
    assert_answers_as_the_reference(IndexOnly("worker"), town.people.values())


@pytest.mark.server
def test_a_transaction_that_sees_an_older_state_is_answered_by_sql(town):
    rebuild()
    worker, ada = IndexMatcher("worker"), town.people["ada"]
    before = worker.match(ada)
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        Event.objects.count()
        in_another_thread(lambda: (pause(town), worker.match(ada)))
        if connection.vendor == "postgresql":
            assert worker.match(ada) == before
            assert "fallback" in vars(worker)
    assert worker.match(ada) != before


def test_a_restored_database_is_answered_by_sql_until_the_next_build(town):
    rebuild()
    worker = IndexMatcher("worker")
    assert_answers_as_the_reference(worker, town.people.values())
    Listing.objects.filter(owner=town.people["ben"]).delete()
    Event.objects.filter(pk=present_position().last).delete()
    assert_answers_as_the_reference(worker, town.people.values())
    assert "fallback" in vars(worker)
    assert reason_to_rebuild() == "it was built from another history of the database"
    rebuild()
    assert_answers_as_the_reference(IndexOnly("worker"), town.people.values())


def test_changes_that_were_taken_back_are_forgotten_and_read_again(town):
    """A database restored to a state after the snapshot."""
    rebuild()
    worker = IndexOnly("worker")
    last = present_position().last
    pause(town)
    worker.match(town.people["ada"])
    Event.objects.filter(pk__gt=last).delete()
    Listing.objects.filter(owner=town.people["ben"]).update(status=Listing.Status.ACTIVE)
    assert_answers_as_the_reference(worker, town.people.values())


def test_two_threads_search_while_others_edit(town):
    rebuild()
    worker, stop = IndexOnly("worker"), threading.Event()
    people = list(town.people.values())

    def search() -> int:
        searches = 0
        try:
            while not stop.is_set() or not searches:
                for person in people:
                    seeker = worker.member(person)
                    numbers = [candidate.number for candidate in worker.rank(seeker, limit=10)]
                    assert len(numbers) == len(set(numbers))
                    searches += 1
        finally:
            connection.close()
        return searches

    with ThreadPoolExecutor(max_workers=2) as threads:
        running = [threads.submit(search) for _ in range(2)]
        try:
            for level in ["beginner", "expert", "intermediate", "advanced"] * 3:
                update_listing(by=town.people["ben"], listing=town.listing("ben", OFFER), level=level)
                assert_answers_as_the_reference(worker, people)
        finally:
            stop.set()
        assert all(each.result(timeout=PATIENCE) for each in running)
    assert_answers_as_the_reference(worker, people)


def test_a_worker_that_slept_longer_than_events_are_kept_starts_again(town, monkeypatch):
    rebuild()
    worker = IndexMatcher("worker")
    assert_answers_as_the_reference(worker, town.people.values())
    now = timezone.now().timestamp()
    with override_skillswap(EVENT_RETENTION_DAYS=1):
        monkeypatch.setattr("time.time", lambda: now + 2 * feed.DAY)
        pause(town)
        Event.objects.all().delete()
        assert_answers_as_the_reference(worker, town.people.values())
        assert "fallback" in vars(worker)


def test_profiles_without_listings_are_nobody(town, make_user):
    rebuild()
    newcomer = make_user("newcomer")
    assert_answers_as_the_reference(IndexOnly("worker"), [newcomer])
    make_member(newcomer)
    update_profile(by=newcomer, headline="Hello")
    assert_answers_as_the_reference(IndexOnly("worker"), [newcomer])


def test_confirming_legs_counts_as_activity(town):
    swap = make_swap([town.people["cleo"], town.people["ben"]], status=Swap.Status.ACCEPTED)
    rebuild()
    worker = IndexOnly("worker")
    for name in ("cleo", "ben"):
        confirm_legs(swap=swap, by=town.people[name])
        assert_answers_as_the_reference(worker, town.people.values())
