"""Doing it twice is doing it once.

Two users of one table: :func:`once` makes a receiver of domain events idempotent, :func:`remembered` repeats the answer
to an API request that carries an ``Idempotency-Key`` (the semantics of the IETF draft
``draft-ietf-httpapi-idempotency-key-header``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .conf import core_settings
from .errors import Conflict
from .locking import get_or_insert_locked, unique_key
from .models import IdempotencyRecord
from .transactions import kit_atomic

RECEIVER_SCOPE = "receiver"


class KeyReused(Conflict):
    """The Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"
    default_message = _("This Idempotency-Key was used for a different request. Use a new key.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is repeated: a status code and plain data."""

    status_code: int
    body: Any
    repeated: bool = False


def once(key: str, act: Callable[[], object]) -> None:
    """Do ``act``, which reaches outside the database, unless it has been done under ``key``.

    It is marked after it succeeded, so a failure is tried again; a crash exactly between the two repeats it.
    """
    mark = unique_key(key)
    if not IdempotencyRecord.objects.filter(scope=RECEIVER_SCOPE, key=mark).exists():
        act()
        IdempotencyRecord.objects.get_or_create(scope=RECEIVER_SCOPE, key=mark)


def remembered(*, scope: str, key: str, fingerprint: str, act: Callable[[], Answer]) -> Answer:
    """Do ``act`` in a transaction with its record, or repeat what it answered. Raises KeyReused for another request.

    An exception of ``act`` rolls back both, so a refused request can be tried again under its key.
    """
    with kit_atomic():
        claim = IdempotencyRecord(scope=scope, key=key, fingerprint=fingerprint)
        # Whoever sends the same at the same moment waits here for the first to answer.
        record = get_or_insert_locked(claim, unique=["scope", "key"])
        if record.fingerprint != fingerprint:
            raise KeyReused
        if record.status_code is not None:
            return Answer(status_code=record.status_code, body=record.body, repeated=True)
        answer = act()
        record.status_code, record.body = answer.status_code, answer.body
        record.save(update_fields=["status_code", "body"])
        return answer


def forget_old_records(*, limit: int = 5000) -> int:
    """Delete the answers past their time, and receivers' marks past the retention of events; how many."""
    now = timezone.now()
    answers = IdempotencyRecord.objects.exclude(scope=RECEIVER_SCOPE).filter(
        created_at__lt=now - timedelta(hours=core_settings.IDEMPOTENCY_HOURS)
    )
    marks = IdempotencyRecord.objects.filter(
        scope=RECEIVER_SCOPE, created_at__lt=now - timedelta(days=core_settings.EVENT_RETENTION_DAYS)
    )
    return sum(
        IdempotencyRecord.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]
        for old in (answers, marks)
    )
