"""What has changed: the log of domain events, read from where one stopped.

Keys of events are given when rows are written, and rows become visible when their transactions commit: on PostgreSQL
and MariaDB a lower key can appear after a higher one. So a position is not one number. Keys that are missing below it
(*gaps*) stay watched as long as a transaction may take, and are asked for once more after that. The last events that
were applied (*anchors*) are looked at again each time: a connection that does not see them sees an older state, or
another history, because a database was restored. One statement asks all of it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from django.contrib.auth import get_user_model
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from skillswap_kit.core.conf import core_settings
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.models import Listing, SwapParticipant

from ..conf import matching_settings
from ..signals import similarity_changed

MOST_ANCHORS = 100
MOST_LISTED_GAPS = 200
"""More gaps than that are not asked for one by one: everything from the lowest of them on is read again."""
MOST_GAPS = 100_000
"""A jump of the keys by more than that is no row of transactions that are under way."""
MOST_TIMES = 1000
DAY = 86_400
CLOCK_TOLERANCE = 3600
"""Seconds by which clocks of machines may differ."""

EventRow: TypeAlias = tuple[int, str, Any, Any]
"""Key, name, payload and time of an event as the driver gives them."""


class NotInHistory(Exception):
    """This connection does not see what led to the position: it is behind, or the history is another one."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far the log was read: everything up to ``last`` but the ``gaps``.

    ``gaps``: until when, in seconds of the epoch, each missing key is watched. ``anchors``: when each of the last
    events happened, in microseconds of the epoch.
    """

    last: int = 0
    gaps: Mapping[int, float] = field(default_factory=dict)
    anchors: Mapping[int, int] = field(default_factory=dict)

    def after(self, seen: Mapping[int, int], now: float) -> Position:
        """Having asked for the gaps and what is new, and seen these events, by key, with their times."""
        last = max([self.last, *seen])
        watched_until = now + matching_settings.LONGEST_TRANSACTION_SECONDS
        gaps = {key: until for key, until in self.gaps.items() if until > now and key not in seen}
        lowest = max(self.last + 1, last - MOST_GAPS)
        gaps |= {key: watched_until for key in range(lowest, last) if key not in seen}
        anchors = {key: seen[key] for key in sorted(seen)[-MOST_ANCHORS:]}
        return Position(last=last, gaps=gaps, anchors=anchors or self.anchors)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Whom new events concern, by their own keys, and by the swaps and skills that they have to do with."""

    users: frozenset[Any]
    swaps: frozenset[int]
    skills: frozenset[int]
    similarity: bool

    def all_users(self) -> set[Any]:
        """The keys of the users of all these."""
        users = set(self.users)
        if self.swaps:
            people = SwapParticipant.objects.filter(swap__in=self.swaps, user__isnull=False)
            users.update(people.values_list("user", flat=True))
        if self.skills:
            users.update(Listing.objects.filter(skill__in=self.skills).order_by().values_list("owner", flat=True))
        return users


@dataclass(frozen=True, kw_only=True)
class Batch:
    """New events: where one is after them, how many they are, and what they changed.

    With none, only the position is new: it no longer watches gaps that were asked for a last time.
    """

    position: Position
    size: int
    changes: Changes


def read_connection() -> BaseDatabaseWrapper:
    """The connection on which the kit's rows are read."""
    return connections[router.db_for_read(Event)]


def is_in_transaction() -> bool:
    """Whether what this connection sees may be older than what others see, or not committed yet."""
    return not read_connection().get_autocommit()


def poll(position: Position) -> Batch | None:
    """What has happened since, None if the position stays. One statement. Raises NotInHistory."""
    now = time.time()
    # Also those whose time is over: they may have committed since they were last asked for.
    gaps = position.gaps
    # What is past its retention may have been deleted.
    oldest = (now - core_settings.EVENT_RETENTION_DAYS * DAY + CLOCK_TOLERANCE) * 1_000_000
    anchors = {key: occurred for key, occurred in position.anchors.items() if occurred > oldest}
    rows = {row[0]: row for row in _read(position.last, gaps, anchors)}
    for key, occurred in anchors.items():
        if key not in rows or _microseconds(rows[key][3]) != occurred:
            raise NotInHistory
    new = [row for key, row in rows.items() if key > position.last or key in gaps]
    if not new and min(gaps.values(), default=math.inf) > now:
        return None
    reached = position.after({row[0]: _microseconds(row[3]) for row in new}, now)
    return Batch(position=reached, size=len(new), changes=_changes(new))


def _read(last: int, gaps: Collection[int], anchors: Iterable[int]) -> list[EventRow]:
    if len(gaps) > MOST_LISTED_GAPS:
        last, gaps = min(gaps) - 1, ()
    keys = sorted({*gaps, *anchors})
    # Written as numbers: parameters are looked for and put in one by one.
    listed = f" OR id IN ({', '.join(map(str, keys))})" if keys else ""
    table = Event._meta.db_table
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"SELECT id, name, payload, occurred_at FROM {table} WHERE id > {last}{listed}"  # noqa: S608 (numbers)
        )
        rows: list[EventRow] = cursor.fetchall()
    return rows


@lru_cache(maxsize=MOST_TIMES)
def _microseconds(occurred_at: datetime | str) -> int:
    """What a driver gives for a time, as a number that identifies it. Without a zone it counts as UTC.

    Remembered, as each poll reads the anchors again.
    """
    moment = datetime.fromisoformat(occurred_at) if isinstance(occurred_at, str) else occurred_at
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1_000_000)


def present_position() -> Position:
    """The end of the log now, with what is missing below it and may still commit."""
    now = time.time()
    watched = timedelta(seconds=matching_settings.LONGEST_TRANSACTION_SECONDS + CLOCK_TOLERANCE)
    rows = Event.objects.order_by("-pk").values_list("pk", "occurred_at")
    # Nothing below this one can commit any more: what is missing there was rolled back or is past its retention.
    settled = rows.filter(occurred_at__lt=timezone.now() - watched).first()
    start = settled[0] if settled else 0
    anchors = list(rows[:MOST_ANCHORS])
    recent = list(rows.filter(pk__gt=start)[: MOST_GAPS + 1])
    seen = {key: _microseconds(occurred_at) for key, occurred_at in anchors + recent}
    return Position(last=start).after(seen, now)


def _changes(rows: Iterable[EventRow]) -> Changes:
    users, swaps, skills = set[Any](), set[int](), set[int]()
    similarity = False
    for _key, name, payload, _occurred_at in rows:
        if name == similarity_changed.name:
            similarity = True
        elif (concern := _CONCERNS.get(_family(name))) is not None:
            values = json.loads(payload) if isinstance(payload, str | bytes) else payload
            key = values.get(concern[0])
            if key is not None:
                {"user": users, "swap": swaps, "skill": skills}[concern[1]].add(key)
    to_key: Callable[[Any], Any] = get_user_model()._meta.pk.to_python
    return Changes(
        users=frozenset(map(to_key, users)), swaps=frozenset(swaps), skills=frozenset(skills), similarity=similarity
    )


_CONCERNS = {
    "exchange.listing": ("owner_id", "user"),
    "exchange.profile": ("user_id", "user"),
    "exchange.member": ("user_id", "user"),
    # A merge and a refusal say themselves what happens to each listing; an approval brings listings into force.
    "exchange.skill": ("skill_id", "skill"),
    "exchange.swap": ("swap_id", "swap"),
}
"""By family of events: the argument that says whom or what they concern."""


def _family(name: str) -> str:
    """``exchange.swap`` of ``exchange.swap_accepted``."""
    return name.partition("_")[0]
