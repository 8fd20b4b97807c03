"""Time zones to pick from a list, by the part of the world."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

UTC = "UTC"
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}

Choice = tuple[str, str]


@cache
def _by_region() -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Places only: the database has older spellings and offsets besides."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS)
    regions = groupby(names, key=lambda name: name.partition("/")[0])
    return tuple((region, tuple((name, _place(name)) for name in found)) for region, found in regions)


def _place(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


def zone_choices(present: str) -> Iterator[Choice | tuple[str, tuple[Choice, ...]]]:
    """For a select field; ``present`` is among them even if it is one of the older names."""
    if present != UTC and present.partition("/")[0] not in REGIONS:
        yield present, present
    yield UTC, UTC
    for region, choices in _by_region():
        yield str(REGIONS[region]), choices
