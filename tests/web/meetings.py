"""What the tests of sessions, reviews and connections share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    """What the page says, in one line."""
    return " ".join(strip_tags(answer.content.decode()).split())


def query_count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def when(day: date, time: str, zone: str, **fields: Any) -> dict[str, Any]:
    """What the forms send for a time on a clock in ``zone``."""
    return {
        "starts_at_date": day.isoformat(),
        "starts_at_time": time,
        "time_zone": zone,
        "duration_minutes": 60,
        **fields,
    }


def soon(days: int = 3) -> date:
    return timezone.now().date() + timedelta(days=days)


def change_of_clocks(month: int) -> date:
    """The next last Sunday of a month: in Berlin clocks go on at 2:00 in March and back at 3:00 in October."""
    today = timezone.now().astimezone(ZoneInfo("Europe/Berlin")).date()
    sundays = (_last_sunday(year, month) for year in (today.year, today.year + 1))
    return next(day for day in sundays if day > today)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
