"""Where one is in the log of events, what is new since, and how a worker keeps to it."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.index import feed
from skillswap_kit.matching.index.feed import NotInHistory, Position, poll, present_position
from skillswap_kit.matching.index.following import RETRY_SECONDS
from skillswap_kit.matching.index.rebuilding import rebuild
from skillswap_kit.matching.index.snapshots import SnapshotStore
from skillswap_kit.testing.factories import make_listing

from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in
from .populations import Person, populate

pytestmark = pytest.mark.django_db


@pytest.fixture
def listings(make_user):
    """With their events."""
    return [make_listing(make_user()) for _ in range(3)]


@pytest.fixture
def later(monkeypatch) -> Callable[[float], None]:
    """Lets so many seconds pass, as the clock has it."""
    real = time.time

    def let_pass(seconds: float) -> None:
        monkeypatch.setattr("time.time", lambda: real() + seconds)

    return let_pass


def log(*keys: int, age: timedelta = timedelta(0)) -> None:
    """Events of these keys."""
    occurred_at = timezone.now() - age
    Event.objects.bulk_create(
        Event(pk=key, name="exchange.listing_created", payload={"owner_id": key}, occurred_at=occurred_at)
        for key in keys
    )


def user_keys(*keys: int) -> set[Any]:
    """As users have them."""
    return set(map(get_user_model()._meta.pk.to_python, keys))


LONG_AGO = timedelta(days=2)
A_LONG_TRANSACTION = 700
"""Seconds."""


def test_gaps_are_watched_as_long_as_a_transaction_may_take():
    seen = {1: 10, 4: 40}
    position = Position().after(seen, now=1000.0)
    assert position == Position(last=4, gaps={2: 1600.0, 3: 1600.0}, anchors=seen)
    later = position.after({3: 30}, now=1200.0)
    assert later == Position(last=4, gaps={2: 1600.0}, anchors={3: 30})
    assert later.after({6: 60}, now=1601.0) == Position(last=6, gaps={5: 2201.0}, anchors={6: 60})


def test_many_gaps_are_asked_for_at_once(listings, monkeypatch):
    monkeypatch.setattr(feed, "MOST_LISTED_GAPS", 0)
    last = present_position().last
    position = Position(last=last, gaps={last - 1: float("inf")}, anchors={})
    batch = poll(position)
    assert batch is not None
    assert batch.size == 1
    assert batch.position.last == last
    assert poll(batch.position) is None


def test_another_history_is_noticed(listings):
    position = present_position()
    assert poll(position) is None
    Event.objects.filter(pk=position.last).update(occurred_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(NotInHistory):
        poll(position)


def test_an_anchor_past_its_retention_may_be_deleted(listings):
    long_ago = timezone.now() - timedelta(days=200)
    Event.objects.update(occurred_at=long_ago)
    position = present_position()
    Event.objects.all().delete()
    assert poll(position) is None


@pytest.mark.parametrize("most_listed", [200, 0])
def test_a_gap_is_asked_for_once_more_when_its_time_is_over(later, monkeypatch, most_listed):
    monkeypatch.setattr(feed, "MOST_LISTED_GAPS", most_listed)
    log(7, age=LONG_AGO)
    log(10)
    position = present_position()
    log(9)
    later(A_LONG_TRANSACTION)
    batch = poll(position)
    assert batch is not None
    assert (batch.size, batch.changes.users) == (1, user_keys(9))
    assert batch.position == Position(last=10, anchors={9: batch.position.anchors[9]})


def test_gaps_whose_time_is_over_are_given_up_without_an_event(later):
    log(7, age=LONG_AGO)
    log(10)
    position = present_position()
    assert set(position.gaps) == {8, 9}
    assert poll(position) is None
    later(A_LONG_TRANSACTION)
    batch = poll(position)
    assert batch is not None
    assert (batch.size, batch.changes.all_users()) == (0, set())
    assert batch.position == Position(last=10, anchors=position.anchors)
    assert poll(batch.position) is None


def test_what_is_missing_below_a_settled_event_is_not_watched():
    """Retention has deleted it."""
    log(10, 20, 30, age=LONG_AGO)
    assert present_position().gaps == {}
    log(33)
    position = present_position()
    assert (position.last, set(position.gaps), set(position.anchors)) == (33, {31, 32}, {10, 20, 30, 33})


def test_what_is_missing_below_the_first_event_of_a_young_site_is_watched():
    log(3)
    position = present_position()
    assert set(position.gaps) == {1, 2}
    log(1)
    batch = poll(position)
    assert batch is not None
    assert batch.changes.users == user_keys(1)


def test_no_more_is_watched_than_transactions_can_have_under_way(monkeypatch):
    monkeypatch.setattr(feed, "MOST_GAPS", 3)
    log(10, 12)
    assert set(present_position().gaps) == {9, 11}
    log(13, 14, 15)
    assert set(present_position().gaps) == set()
    log(17)
    assert set(present_position().gaps) == {16}


def test_a_log_without_events_is_at_its_beginning():
    assert present_position() == Position()


@pytest.fixture
def world(transactional_db, tmp_path):
    """Two who suit each other, in an index; an event of theirs is not to be seen and may still commit."""
    people = [Person(offers={0: "expert"}, wants={1: 2}), Person(offers={1: "expert"}, wants={0: 2})]
    with snapshots_in(tmp_path):
        users = populate(people).users
        log(7, age=LONG_AGO)
        log(9)
        rebuild()
        yield SimpleNamespace(users=users, worker=IndexMatcher("worker"))


def assert_the_index_answers(world: SimpleNamespace) -> None:
    world.worker.__class__ = IndexOnly
    assert_answers_as_the_reference(world.worker, world.users)


@pytest.mark.parametrize("in_transactions", [False, True])
def test_a_worker_asks_for_a_gap_once_more_when_its_time_is_over(world, later, in_transactions):
    def asks_for_the_gap() -> bool:
        with transaction.atomic() if in_transactions else nullcontext(), CaptureQueriesContext(connection) as queries:
            world.worker.match(world.users[0])
        (asked,) = [query["sql"] for query in queries if "occurred_at" in query["sql"]]
        return "IN (7, 8, 9)" in asked

    assert asks_for_the_gap()
    later(A_LONG_TRANSACTION)
    assert asks_for_the_gap()
    assert not asks_for_the_gap()
    assert_the_index_answers(world)


def test_a_snapshot_that_could_not_be_read_is_tried_again(world, later, monkeypatch, caplog):
    def fail(*args: Any) -> None:
        tried.append(args)
        raise OSError(errno.EMFILE, "Too many open files")

    tried: list[Any] = []
    with monkeypatch.context() as short:
        short.setattr("skillswap_kit.matching.index.snapshots._open", fail)
        for seconds in (0, 1, RETRY_SECONDS + 1, RETRY_SECONDS + 2):
            later(seconds)
            assert world.worker.match(world.users[0])
    later(RETRY_SECONDS + 3)
    assert world.worker.match(world.users[0])
    assert len(tried) == 2
    assert "fallback" in vars(world.worker)
    assert [record.name for record in caplog.records] == ["skillswap.matching"]
    later(2 * RETRY_SECONDS + 3)
    assert_the_index_answers(world)


def test_a_folder_that_could_not_be_used_is_tried_again(world, monkeypatch, caplog):
    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(SnapshotStore, "configured", fail)
        for _ in range(2):
            assert world.worker.match(world.users[0])
    assert "fallback" in vars(world.worker)
    assert [record.name for record in caplog.records] == ["skillswap.matching"]
    assert_the_index_answers(world)
