"""Somebody's sessions in the order in which they matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from skillswap_kit.core.types import User

from ...models import Session
from .times import Meeting

TO_ANSWER, TO_SETTLE, AHEAD = "answer", "settle", "day"


@dataclass(frozen=True, kw_only=True)
class AgendaPart:
    """Meetings below one heading: those that wait for something, or those of one ``day``."""

    kind: str
    day: date | None
    meetings: list[Meeting]


def coming(sessions: QuerySet[Session], person: User) -> QuerySet[Session]:
    """What is ahead or waits for this person: first what they must answer, then what they must settle."""
    open_ahead = Q(status=Session.Status.PENDING, starts_at__gt=timezone.now())
    to_answer = Q(status=Session.Status.PENDING, recipient__user=person.pk)
    to_settle = Q(status=Session.Status.ACCEPTED, starts_at__lte=timezone.now())
    urgency = Case(When(to_answer, then=Value(0)), When(to_settle, then=Value(1)), default=Value(2))
    agreed = Q(status=Session.Status.ACCEPTED)
    return sessions.filter(open_ahead | to_answer | agreed).order_by(urgency, "starts_at", "pk")


def past(sessions: QuerySet[Session], person: User) -> QuerySet[Session]:
    """What is over, and what this person asked for until it was too late, the latest first."""
    over = Q(status__in=[status for status, moves in Session.TRANSITIONS.items() if not moves])
    unanswered = Q(status=Session.Status.PENDING, starts_at__lte=timezone.now(), requester__user=person.pk)
    return sessions.filter(over | unanswered).order_by("-starts_at", "-pk")


def agenda(meetings: Iterable[Meeting]) -> list[AgendaPart]:
    """Meetings in the order of ``coming`` or ``past``, below their headings."""
    parts = groupby(meetings, key=_heading)
    return [AgendaPart(kind=kind, day=day, meetings=list(rows)) for (kind, day), rows in parts]


def _heading(meeting: Meeting) -> tuple[str, Any]:
    session = meeting.session
    if session.status == Session.Status.PENDING and meeting.is_asked:
        return TO_ANSWER, None
    if session.status == Session.Status.ACCEPTED and session.starts_at <= timezone.now():
        return TO_SETTLE, None
    return AHEAD, meeting.day
