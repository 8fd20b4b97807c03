"""Pages of bounded size and depth, with counts that are capped: an exact COUNT costs more than the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from .conf import core_settings
from .errors import InvalidInput, NotFound
from .locking import unique_key

known_as_long = LocMemCache("skillswap.known_as_long", {"TIMEOUT": 60, "MAX_ENTRIES": 1000})
"""Lists that had more rows than are counted, a moment ago: they are not counted again with every page.

In the process and not in the host's cache, which may be away. A list that shrinks below the cap says so a minute later;
shorter lists are always counted.
"""

PAGE = "page"

# Nine digits are more than any page has, and less than any database's integer.
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a list. ``count`` is exact up to API_COUNT_CAP; beyond, it is the cap."""

    rows: list[Any]
    number: int
    count: int
    count_is_capped: bool
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


def read_number(query: Mapping[str, str], name: str, *, default: int) -> int:
    """A whole number from 1 in the query of an address. Raises InvalidInput."""
    text = query.get(name, "")
    if not text:
        return default
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if number < 1:
        raise InvalidInput(fields={name: [_("Give a whole number from 1.")]})
    return number


def take_page(queryset: QuerySet[Any, Any], *, number: int, size: int) -> Page:
    """The rows of page ``number``, from 1. Raises InvalidInput beyond API_MAX_OFFSET, NotFound behind the end."""
    offset = (number - 1) * size
    if offset >= core_settings.API_MAX_OFFSET:
        raise InvalidInput(fields={PAGE: [_("The list does not go so deep. Narrow it with filters.")]})
    rows = list(queryset[offset : offset + size + 1])
    if not rows and offset:
        raise NotFound(_("There is no such page."))
    has_more = len(rows) > size
    total = _count(queryset) if has_more else offset + len(rows)
    cap = core_settings.API_COUNT_CAP
    return Page(
        rows=rows[:size],
        number=number,
        count=min(total, cap),
        count_is_capped=total > cap,
        has_next=has_more and number * size < core_settings.API_MAX_OFFSET,
    )


def _count(queryset: QuerySet[Any, Any]) -> int:
    more_than_cap = core_settings.API_COUNT_CAP + 1
    rows = queryset.order_by().values("pk")[:more_than_cap]
    key = unique_key(rows.db, *rows.query.sql_with_params())
    if key in known_as_long:
        return more_than_cap
    count = rows.count()
    if count == more_than_cap:
        known_as_long.set(key, True)
    return count
