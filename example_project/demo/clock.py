"""A clock that can be set, so that services can act in the past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from unittest import mock

from django.utils import timezone


class Clock:
    """The time of the story. It ends at the last midnight in UTC, so that two loads of one day are alike."""

    def __init__(self) -> None:
        self.end = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.now = self.end

    def go_to(self, *, days_ago: float) -> None:
        self.now = self.end - timedelta(days=days_ago)

    def evening(self, days: int) -> datetime:
        """An hour at which people meet, so many days from the story's now."""
        return (self.now + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Inside, ``timezone.now()`` answers the time of the story, for defaults of fields as well."""
        clock = self

        class StoryTime(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return clock.now.astimezone(tz)

        # `timezone.now` itself has been taken over by fields as their default; what it asks can be replaced.
        with mock.patch.object(timezone, "datetime", StoryTime):
            yield
