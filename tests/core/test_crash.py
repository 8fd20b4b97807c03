"""Real processes die around the delivery of events, and no event is lost."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.events import deliver, deliver_due, revive
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.signals import profile_updated

from .children import start_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

COUNT = 5
RECEIVERS = """
import os, signal, sys
from django.db import transaction
from skillswap_kit.core import events
from skillswap_kit.exchange.signals import profile_updated

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def first(event_id, **kwargs):
    print("first", event_id, flush=True)
    if "in a receiver" in sys.argv:
        die()

def second(event_id, **kwargs):
    if "between receivers" in sys.argv:
        die()
    print("second", event_id, flush=True)

profile_updated.connect(first)
profile_updated.connect(second)
"""
RECORD = f"""{RECEIVERS}
if "before delivery" in sys.argv:
    events.deliver.enqueue = lambda **kwargs: transaction.on_commit(die)
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        profile_updated.record(user_id=str(number))
"""
RUN_DUE = f"""{RECEIVERS}
from django.core.management import call_command
call_command("skillswap_run_due")
"""
WHERE_TO_DIE = ["before delivery", "in a receiver", "between receivers"]


def finish(child):
    """Its exit code, and how often each receiver was called with each event."""
    out, errors = child.communicate(timeout=60)
    calls = Counter(tuple(line.split()) for line in out.splitlines() if line.startswith(("first", "second")))
    return child.returncode, {(name, int(key)): times for (name, key), times in calls.items()}, errors


def let_leases_end():
    Event.objects.filter(state=Event.State.PENDING).update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def receiver():
    """A receiver of ``profile_updated`` that fails as often as ``receiver.failures`` says."""

    state = SimpleNamespace(failures=0, calls=[])

    def receive(event_id, **kwargs):
        state.calls.append(event_id)
        if len(state.calls) <= state.failures:
            raise RuntimeError("not yet")

    profile_updated.connect(receive)
    yield state
    profile_updated.disconnect(receive)


def pending(**fields):
    return Event.objects.create(**{"name": "exchange.profile_updated", "payload": {"user_id": "1"}, **fields})


@pytest.mark.parametrize("where", WHERE_TO_DIE)
def test_a_killed_process_loses_no_event(where):
    for _ in range(COUNT):
        code, _calls, errors = finish(start_child(RECORD, 1, where))
        assert code == -signal.SIGKILL, errors
    keys = set(Event.objects.values_list("pk", flat=True))
    assert len(keys) == COUNT
    assert not Event.objects.exclude(state=Event.State.PENDING).exists()
    let_leases_end()
    code, calls, errors = finish(start_child(RUN_DUE))
    assert code == 0, errors
    assert calls == {(name, key): 1 for name in ("first", "second") for key in keys}
    assert set(Event.objects.values_list("state", flat=True)) == {Event.State.DELIVERED}


def test_as_long_as_the_lease_lasts_nobody_else_delivers():
    finish(start_child(RECORD, 1, "in a receiver"))
    code, calls, _ = finish(start_child(RUN_DUE))
    assert (code, calls) == (0, {})
    assert Event.objects.get().state == Event.State.PENDING


def test_a_killed_worker_keeps_no_event():
    """The process that dies is the one that runs due work."""
    for _ in range(COUNT):
        pending()
    code, _calls, _errors = finish(start_child(RUN_DUE, "between receivers"))
    assert code == -signal.SIGKILL
    let_leases_end()
    code, calls, errors = finish(start_child(RUN_DUE))
    assert code == 0, errors
    assert len(calls) == 2 * COUNT


def test_nothing_is_delivered_of_what_rolled_back():
    script = f"{RECORD}        transaction.set_rollback(True)\n"
    assert finish(start_child(script, COUNT))[:2] == (0, {})
    assert not Event.objects.exists()


def test_two_workers_deliver_each_event_once():
    keys = {pending().pk for _ in range(40)}
    workers = [start_child(RUN_DUE) for _ in range(2)]
    results = [finish(worker) for worker in workers]
    assert [code for code, _, _ in results] == [0, 0], results
    calls = sum((Counter(each) for _, each, _ in results), Counter())
    assert calls == {(name, key): 1 for name in ("first", "second") for key in keys}


def test_a_receiver_that_fails_twice_gets_its_event_the_third_time(receiver):
    receiver.failures = 2
    event = pending()
    delivered = []
    for _ in range(4):
        delivered.append(deliver_due())
        let_leases_end()
    event.refresh_from_db()
    assert delivered == [0, 0, 1, 0]
    assert receiver.calls == [event.pk] * 3
    assert (event.state, event.attempts, event.last_error) == (Event.State.DELIVERED, 3, "")


def test_it_waits_longer_after_each_failure(receiver):
    receiver.failures = 3
    event = pending()
    pauses = []
    for _ in range(3):
        deliver(event.pk)
        event.refresh_from_db()
        pauses.append(round((event.due_at - timezone.now()).total_seconds()))
        assert not deliver(event.pk)
        let_leases_end()
    assert pauses == [pytest.approx(pause, abs=2) for pause in (5, 30, 120)]
    assert len(receiver.calls) == 3


@override_settings(SKILLSWAP_KIT={"EVENT_MAX_ATTEMPTS": 3})
def test_after_the_last_attempt_it_is_dead_and_can_be_revived(receiver, caplog):
    receiver.failures = 3
    event = pending()
    for _ in range(5):
        deliver_due()
        let_leases_end()
    event.refresh_from_db()
    assert (event.state, event.attempts, len(receiver.calls)) == (Event.State.DEAD, 3, 3)
    assert "RuntimeError('not yet')" in event.last_error
    assert "event given up" in caplog.text
    revive(event)
    assert deliver_due() == 1
    event.refresh_from_db()
    assert (event.state, event.attempts) == (Event.State.DELIVERED, 1)


@override_settings(SKILLSWAP_KIT={"EVENT_MAX_ATTEMPTS": 2})
def test_an_event_that_kills_each_worker_is_given_up(receiver, caplog):
    """Its attempts were counted when they began, because nobody was left to count them at the end."""
    event = pending(attempts=2)
    assert deliver_due() == 0
    event.refresh_from_db()
    assert (event.state, receiver.calls) == (Event.State.DEAD, [])
    assert "event given up" in caplog.text


def test_only_dead_events_are_revived():
    event = pending(state=Event.State.DELIVERED, attempts=1)
    revive(event)
    event.refresh_from_db()
    assert (event.state, event.attempts) == (Event.State.DELIVERED, 1)


def test_a_name_of_an_app_that_is_gone_is_nobodys():
    event = pending(name="gone.something_happened", payload={"thing_id": 1})
    call_command("skillswap_run_due")
    event.refresh_from_db()
    assert event.state == Event.State.DELIVERED
