"""Domain events: recorded in the transaction of the change, delivered after commit, at least once.

Redelivery follows the transactional outbox pattern: the row is the promise, the job after commit only the fast path.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.db import transaction
from django.db.models import F, Model
from django.dispatch import Signal
from django.utils import timezone

from .conf import core_settings
from .jobs import job
from .models import Event, subject_key
from .transactions import kit_atomic, kit_database
from .types import User

logger = logging.getLogger("skillswap.events")

BACKOFF_SECONDS = (5, 30, 120, 600, 1800, 3600)


class DomainSignal(Signal):
    """A Django signal whose sending is recorded, so that no receiver misses it.

    ``arguments`` are ids and plain values; receivers get them with ``event_id``, ``occurred_at`` and ``by_id``.
    ``sender`` is the label of a model, so that ``signals.py`` imports none. ``subject`` names the argument that is
    the sender's key: such events are the history of that object and are kept.
    """

    registry: ClassVar[dict[str, DomainSignal]] = {}

    def __init__(self, name: str, *, sender: str, arguments: Sequence[str], subject: str | None = None) -> None:
        super().__init__()
        if subject is not None and subject not in arguments:
            raise ValueError(f"The subject {subject!r} of {name} is not one of its arguments.")
        self.name = name
        self.sender_label = sender
        self.arguments = tuple(arguments)
        self.subject = subject
        DomainSignal.registry[name] = self

    @property
    def sender_model(self) -> type[Model]:
        return apps.get_model(self.sender_label)

    def record(self, *, by: User | None = None, **arguments: Any) -> Event:
        """Write the event in the running transaction and deliver it when that commits.

        Raises TransactionManagementError outside a transaction, TypeError for other arguments than the declared.
        """
        if set(arguments) != set(self.arguments):
            raise TypeError(f"{self.name} takes {sorted(self.arguments)}, not {sorted(arguments)}.")
        using = kit_database()
        connection = transaction.get_connection(using)
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(f"{self.name} must be recorded inside a transaction.")
        event = Event.objects.using(using).create(
            name=self.name,
            subject=subject_key(self.sender_label, arguments[self.subject]) if self.subject else "",
            by_id=by.pk if by else None,
            payload={name: _plain(value) for name, value in arguments.items()},
        )
        deliver.enqueue(event_id=event.pk)
        return event


def _plain(value: Any) -> Any:
    """Keys such as UUIDs are stored as text; JSON's own types stay."""
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


@job
def deliver(event_id: int) -> bool:
    """Hand one due event to its receivers; True if all of them succeeded. A no-op if somebody else is at it."""
    if not _claim(event_id):
        return False
    event = Event.objects.get(pk=event_id)
    if event.attempts > core_settings.EVENT_MAX_ATTEMPTS:
        # The process died in the last attempt, so nobody could say so then; it must not take down a worker for ever.
        _give_up(event)
        return False
    errors = _call_receivers(event)
    if errors:
        _postpone(event, errors)
        return False
    event.state, event.delivered_at, event.last_error = Event.State.DELIVERED, timezone.now(), ""
    _save(event, "state", "delivered_at", "last_error")
    return True


@kit_atomic()
def _claim(event_id: int) -> int:
    """Take the lease of a due event, and count the attempt; how many rows that were."""
    lease_ends = timezone.now() + timedelta(seconds=core_settings.EVENT_LEASE_SECONDS)
    return Event.objects.due().filter(pk=event_id).update(due_at=lease_ends, attempts=F("attempts") + 1)


@kit_atomic()
def _save(event: Event, *fields: str) -> None:
    event.save(update_fields=fields)


def _call_receivers(event: Event) -> list[tuple[Callable[..., Any], BaseException]]:
    signal = DomainSignal.registry.get(event.name)
    if signal is None:
        # An app that has been removed left this event behind; there is nobody to tell.
        return []
    arguments = {name: event.payload.get(name) for name in signal.arguments}
    try:
        responses = signal.send_robust(
            sender=signal.sender_model,
            event_id=event.pk,
            occurred_at=event.occurred_at,
            by_id=event.by_id,
            **arguments,
        )
    except Exception as error:
        # Django logs a receiver that fails by a name which partials and callable objects do not have.
        logger.exception("event not delivered", extra={"event_id": event.pk, "event_name": event.name})
        return [(signal.send_robust, error)]
    return [(receiver, answer) for receiver, answer in responses if isinstance(answer, Exception)]


def _postpone(event: Event, errors: list[tuple[Callable[..., Any], BaseException]]) -> None:
    event.last_error = "\n".join(f"{_label(receiver)}: {error!r}" for receiver, error in errors)[:4000]
    if event.attempts >= core_settings.EVENT_MAX_ATTEMPTS:
        _give_up(event)
        return
    pause = BACKOFF_SECONDS[min(event.attempts, len(BACKOFF_SECONDS)) - 1]
    event.due_at = timezone.now() + timedelta(seconds=pause)
    _save(event, "due_at", "last_error")


def _give_up(event: Event) -> None:
    event.state = Event.State.DEAD
    _save(event, "state", "last_error")
    logger.error("event given up", extra={"event_id": event.pk, "event_name": event.name})


def _label(receiver: Callable[..., Any]) -> str:
    module = getattr(receiver, "__module__", "")
    return f"{module}.{getattr(receiver, '__qualname__', repr(receiver))}"


def deliver_due(*, limit: int = 500) -> int:
    """Deliver what a crash or a failing receiver left behind; how many events got through."""
    due = Event.objects.due().order_by("due_at").values_list("pk", flat=True)[:limit]
    return sum(deliver(pk) for pk in due)


def revive(event: Event) -> None:
    """Give a dead event a fresh set of attempts."""
    Event.objects.filter(pk=event.pk, state=Event.State.DEAD).update(
        state=Event.State.PENDING, attempts=0, due_at=timezone.now()
    )


def forget_old_events(*, limit: int = 5000) -> int:
    """Delete delivered events without a subject that are past the retention; how many."""
    before = timezone.now() - timedelta(days=core_settings.EVENT_RETENTION_DAYS)
    old = Event.objects.filter(state=Event.State.DELIVERED, subject="", occurred_at__lt=before)
    return Event.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]
