"""When a meeting is, on every clock that matters to who reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import cached_property

from ...models import Session
from ...people import ShownPerson
from ...services import profile_of


@dataclass(frozen=True, kw_only=True)
class ClockTime:
    """Beginning and end as clocks in ``zone`` show them: naive, as templates would convert aware ones."""

    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    is_same_day: bool = False
    """Whether it shows the viewer's date."""

    person: ShownPerson | None = None
    """Whose clock it is, if it is the other member's."""

    @property
    def zone_name(self) -> str:
        return self.zone.key.replace("_", " ")

    @property
    def ends_another_day(self) -> bool:
        return self.starts_at.date() != self.ends_at.date()


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A session as one of the two who meet sees it."""

    session: Session
    other: ShownPerson
    is_asked: bool
    """Whether the viewer is who was asked."""

    buttons: list[dict[str, Any]]

    @cached_property
    def own_time(self) -> ClockTime:
        return _on_clock(self.session, _own_zone())

    @property
    def day(self) -> date:
        return self.own_time.starts_at.date()

    @cached_property
    def other_times(self) -> list[ClockTime]:
        """On the other member's clock, and in the zone in which it was agreed, where they differ from one's own."""
        user = (self.session.requester if self.is_asked else self.session.recipient).user
        clocks = [_on_clock(self.session, ZoneInfo(self.session.time_zone), day=self.day)]
        if user is not None and self.other.key is not None:
            zone = ZoneInfo(profile_of(user).time_zone)
            clocks.insert(0, _on_clock(self.session, zone, day=self.day, person=self.other))
        return list(_different(clocks, seen={self.own_time.starts_at}))


def _own_zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _on_clock(
    session: Session, zone: ZoneInfo, *, day: date | None = None, person: ShownPerson | None = None
) -> ClockTime:
    starts_at = timezone.make_naive(session.starts_at, zone)
    return ClockTime(
        zone=zone,
        starts_at=starts_at,
        ends_at=timezone.make_naive(session.ends_at, zone),
        is_same_day=starts_at.date() == day,
        person=person,
    )


def _different(clocks: Iterable[ClockTime], seen: set[datetime]) -> Iterable[ClockTime]:
    for clock in clocks:
        if clock.starts_at not in seen:
            seen.add(clock.starts_at)
            yield clock
