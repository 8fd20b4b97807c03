"""What is done once, whoever asks for it at the same moment: remembered answers, and events."""

from __future__ import annotations

from collections import Counter
from functools import partial
from threading import Lock

import pytest
from django.db import connection

from skillswap_kit.core.events import deliver, deliver_due
from skillswap_kit.core.idempotency import Answer, once, remembered
from skillswap_kit.core.models import Event, IdempotencyRecord
from skillswap_kit.exchange.models import Category
from skillswap_kit.exchange.signals import profile_updated

from .arena import DONE, THREADS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def seen():
    """How often a receiver was called with each event."""
    calls, lock = Counter(), Lock()

    def receive(event_id, **kwargs):
        with lock:
            calls[event_id] += 1

    profile_updated.connect(receive)
    yield calls
    profile_updated.disconnect(receive)


def make_category(name):
    Category.objects.create(name=name, slug=name)
    return Answer(status_code=201, body={"name": name})


def ask(name, answers):
    act = partial(make_category, name)
    answers.append(remembered(scope="member", key=name, fingerprint="same", act=act))


def test_one_key_one_answer(arena, rounds):
    for number in range(rounds):
        answers: list[Answer] = []
        name = f"round-{number}"
        assert arena.race([partial(ask, name, answers)] * THREADS) == [DONE] * THREADS
        assert sorted(answer.repeated for answer in answers) == [False] + [True] * (THREADS - 1)
        assert {(answer.status_code, answer.body["name"]) for answer in answers} == {(201, name)}
        assert Category.objects.filter(name=name).count() == 1


def test_one_key_for_two_requests(arena, rounds):
    for number in range(rounds):
        acts = [
            partial(
                remembered,
                scope="member",
                key=f"round-{number}",
                fingerprint=str(half),
                act=partial(make_category, f"round-{number}-{half}"),
            )
            for half in (0, 1)
        ]
        assert Counter(arena.race(acts * (THREADS // 2))) == {DONE: THREADS // 2, "KeyReused": THREADS // 2}
        assert Category.objects.filter(name__startswith=f"round-{number}-").count() == 1


def test_a_refused_request_leaves_its_key(arena, rounds):
    """The first may fail; then the next in line does the work. MariaDB may send some of those who wait away: 503."""
    for number in range(rounds):
        tries, lock = [], Lock()

        def fails_first(tries=tries, lock=lock, number=number):
            with lock:
                tries.append(1)
                is_first = len(tries) == 1
            if is_first:
                raise Category.DoesNotExist
            return make_category(f"round-{number}")

        act = partial(remembered, scope="member", key=f"round-{number}", fingerprint="same", act=fails_first)
        outcomes = Counter(arena.race([act] * THREADS))
        assert outcomes.pop("DoesNotExist") == 1
        assert outcomes.pop(DONE) >= 1
        assert not outcomes or connection.vendor == "mysql"
        assert Category.objects.filter(name=f"round-{number}").count() == 1


def test_marks_of_receivers(arena, rounds):
    for number in range(rounds):
        assert arena.race([partial(once, f"mail:{number}", list)] * THREADS) == [DONE] * THREADS
    assert IdempotencyRecord.objects.count() == rounds


def test_an_event_is_delivered_by_one_worker(arena, rounds, seen):
    for _ in range(rounds):
        event = Event.objects.create(name=profile_updated.name, payload={"user_id": "1"})
        assert arena.race([partial(deliver, event.pk)] * THREADS) == [DONE] * THREADS
    assert set(seen.values()) == {1}
    assert set(Event.objects.values_list("state", "attempts")) == {(Event.State.DELIVERED, 1)}


def test_workers_share_what_is_due(arena, rounds, seen):
    for _ in range(max(1, rounds // 5)):
        Event.objects.bulk_create(
            Event(name=profile_updated.name, payload={"user_id": "1"}) for _ in range(2 * THREADS)
        )
        assert arena.race([deliver_due] * THREADS) == [DONE] * THREADS
    assert set(seen.values()) == {1}
    assert not Event.objects.exclude(state=Event.State.DELIVERED).exists()
