"""Domain events: in the transaction, after commit, at least once."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.events import DomainSignal, deliver, deliver_due, forget_old_events, revive
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def bell():
    """A signal of its own, and what its receiver heard."""
    signal = DomainSignal("tests.bell_rang", sender="skillswap_exchange.Swap", arguments=("swap_id", "tone"))
    heard = []

    def listen(sender, **arguments):
        heard.append((sender, arguments))

    signal.connect(listen)
    yield signal, heard
    del DomainSignal.registry[signal.name]


@pytest.fixture
def fragile():
    """A signal whose receiver fails as often as the list says."""
    signal = DomainSignal("tests.glass_fell", sender="skillswap_exchange.Swap", arguments=())
    failures = []

    def listen(sender, **arguments):
        if failures:
            raise failures.pop()

    signal.connect(listen)
    yield signal, failures
    del DomainSignal.registry[signal.name]


def make_due():
    Event.objects.update(due_at=timezone.now())


def test_receivers_hear_of_it_after_commit(bell, make_user, django_capture_on_commit_callbacks):
    signal, heard = bell
    user = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        event = signal.record(by=user, swap_id=7, tone="low")
        assert heard == []
    [(sender, arguments)] = heard
    assert sender is Swap
    assert {name: arguments[name] for name in ("event_id", "by_id", "swap_id", "tone")} == {
        "event_id": event.pk,
        "by_id": user.pk,
        "swap_id": 7,
        "tone": "low",
    }
    assert arguments["occurred_at"] == event.occurred_at
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("delivered", 1)


def test_nothing_is_heard_of_what_was_rolled_back(bell):
    signal, heard = bell
    with transaction.atomic():
        signal.record(swap_id=7, tone="low")
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused(bell):
    with pytest.raises(transaction.TransactionManagementError):
        bell[0].record(swap_id=7, tone="low")


def test_arguments_are_those_that_are_declared(bell):
    for wrong in ({"swap_id": 7}, {"swap_id": 7, "tone": "low", "body": "secret"}):
        with pytest.raises(TypeError):
            bell[0].record(**wrong)


def test_the_subject_must_be_an_argument():
    with pytest.raises(ValueError, match="swap_id"):
        DomainSignal("tests.nothing", sender="skillswap_exchange.Swap", arguments=(), subject="swap_id")


def test_keys_that_json_does_not_know_arrive_as_text(bell, make_user, django_capture_on_commit_callbacks):
    signal, heard = bell
    key = make_user().pk
    with django_capture_on_commit_callbacks(execute=True):
        signal.record(swap_id=key, tone=None)
    assert heard[0][1]["swap_id"] == (key if isinstance(key, int) else str(key))


def test_a_receiver_that_fails_twice_gets_it_the_third_time(fragile, django_capture_on_commit_callbacks):
    signal, failures = fragile
    failures.extend([ValueError("once"), ValueError("twice")])
    with django_capture_on_commit_callbacks(execute=True):
        event = signal.record()
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("pending", 1)
    assert "twice" in event.last_error
    assert event.due_at > timezone.now()
    assert deliver_due() == 0
    make_due()
    assert deliver_due() == 0
    make_due()
    assert deliver_due() == 1
    event.refresh_from_db()
    assert (event.state, event.attempts, event.last_error) == ("delivered", 3, "")


def test_a_failing_receiver_without_a_name_is_tried_again_like_any(bell, django_capture_on_commit_callbacks):
    signal, _heard = bell

    class Deaf:
        def __call__(self, sender, **arguments):
            raise ValueError

    deaf = Deaf()
    signal.connect(deaf)
    with django_capture_on_commit_callbacks(execute=True):
        event = signal.record(swap_id=7, tone="low")
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("pending", 1)
    signal.disconnect(deaf)
    make_due()
    assert deliver_due() == 1


def test_a_dead_event_is_kept_and_can_be_revived(fragile, django_capture_on_commit_callbacks):
    signal, failures = fragile
    failures.extend(ValueError() for _ in range(2))
    with override_settings(SKILLSWAP_KIT={"EVENT_MAX_ATTEMPTS": 2}):
        with django_capture_on_commit_callbacks(execute=True):
            event = signal.record()
        make_due()
        assert deliver_due() == 0
    event.refresh_from_db()
    assert event.state == "dead"
    make_due()
    assert deliver_due() == 0
    revive(event)
    assert deliver_due() == 1


def test_a_lease_keeps_other_workers_away_until_it_ends(bell):
    signal, heard = bell
    event = signal.record(swap_id=7, tone="low")
    Event.objects.update(due_at=timezone.now() + timedelta(seconds=60), attempts=1)
    assert not deliver(event.pk)
    make_due()
    assert deliver(event.pk)
    assert not deliver(event.pk)
    assert len(heard) == 1


def test_events_of_apps_that_are_gone_are_done_with():
    event = Event.objects.create(name="gone.happened", payload={"id": 1})
    assert deliver(event.pk)


def test_an_older_payload_still_reaches_the_receivers(bell):
    signal, heard = bell
    Event.objects.create(name=signal.name, payload={"swap_id": 7, "removed": True})
    assert deliver_due() == 1
    assert heard[0][1]["tone"] is None
    assert "removed" not in heard[0][1]


def test_histories_are_kept_and_the_rest_is_forgotten():
    long_ago = timezone.now() - timedelta(days=100)
    kept = [
        Event.objects.create(name="a", subject="x:1", state="delivered", occurred_at=long_ago),
        Event.objects.create(name="b", state="delivered"),
        Event.objects.create(name="c", state="dead", occurred_at=long_ago),
        Event.objects.create(name="d", occurred_at=long_ago),
    ]
    Event.objects.create(name="e", state="delivered", occurred_at=long_ago)
    assert forget_old_events() == 1
    assert set(Event.objects.all()) == set(kept)


def test_every_signal_of_the_kit_is_documented_and_has_a_sender():
    for name, signal in DomainSignal.registry.items():
        app, happened = name.split(".")
        assert signal.sender_model
        assert happened in vars(import_module(f"skillswap_kit.{app}.signals"))
