"""Reading all members at once, into arrays: at a hundred thousand members an object for each row costs seconds.

Who takes part is decided in ``rows``; here the same queries are asked for other columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from itertools import chain
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from skillswap_kit.exchange.models import Listing, Profile, SwapParticipant

from .. import rows
from ..scoring import ACTIVITY_CAP, LEVELS, PRIORITIES, Scoring
from .assembling import Entries, Tallies, assemble, tallies
from .feed import read_connection
from .kernel import Array, Index

UNKNOWN = -1
FETCH = 20_000
"""Rows that are in memory as objects at a time."""
ARRAY_HEADER = 20
"""Bytes before the items of an array with one dimension, as PostgreSQL sends it."""
ARRAY_ITEM = np.dtype([("length", ">i4"), ("number", ">i8")])

Report = Callable[[str], object]
STEPS = 5
"""So often a build reports: four times of its reading, and when it is in force."""


def read_index(scoring: Scoring, report: Report) -> Index:
    """Everybody who takes part, as the database has them now. ``report`` is told of each step that is done."""
    entries = read_entries(scoring)
    report(f"{len(entries)} listings read")
    loads = _tallies(rows.unanswered_proposals())
    report(f"proposals to {len(loads.numbers)} members read")
    done = _tallies(rows.completed_swaps()) if scoring.activity_factor else tallies([], [])
    report(f"swaps of {len(done.numbers)} members read")
    activities = Tallies(done.numbers, done.counts.clip(max=ACTIVITY_CAP))
    index = assemble(entries, loads=loads, activities=activities)
    report(f"{len(index)} members indexed")
    return index


def read_entries(scoring: Scoring) -> Entries:
    """All listings in force. Raises ValueError for one whose level or priority the scoring does not know."""
    offered = _coded("level", {level: scoring.offer_weight(level) for level in LEVELS}, is_want=False)
    wanted = _coded("priority", {priority: scoring.want_weight(priority) for priority in PRIORITIES}, is_want=True)
    code = Coalesce(Case(When(kind=Listing.Kind.OFFER, then=offered), default=wanted), UNKNOWN)
    if isinstance(get_user_model()._meta.pk, IntegerField):
        table = _with_numbers(_whole_numbers(rows.listings_advertised(), "owner", "skill", code))
    else:
        table = _whole_numbers(rows.listings_in_force(), "owner__skillswap_profile", "skill", code)
    if (table[:, 2] == UNKNOWN).any():
        raise ValueError("a listing has a level or a priority that the scoring does not know")
    return Entries(table[:, 0], table[:, 1], table[:, 2] >> 1, (table[:, 2] & 1).astype(np.bool_))


def _with_numbers(table: Array) -> Array:
    """Numbers of members for the keys of their users in the first column; rows of users without a profile are left
    out. A million lookups in an array take less than the database's two joins."""
    profiles = _whole_numbers(Profile.objects.order_by(), "user", "pk")
    users, numbers = profiles[profiles[:, 0].argsort()].T
    places = users.searchsorted(table[:, 0]).clip(max=max(len(users) - 1, 0))
    table = table[users[places] == table[:, 0]] if len(users) else table[:0]
    table[:, 0] = numbers[users.searchsorted(table[:, 0])]
    return table


def _coded(field: str, weights: Mapping[Any, int], *, is_want: bool) -> Case:
    """Twice the weight that this field means, and one more for a want: less to transfer than two columns."""
    cases = (When(**{field: value}, then=Value(2 * weight + is_want)) for value, weight in weights.items())
    return Case(*cases, output_field=BigIntegerField())


def _tallies(participants: QuerySet[SwapParticipant]) -> Tallies:
    """How many of these rows each member has."""
    members = participants.filter(user__skillswap_profile__isnull=False).order_by()
    counted = members.values("user__skillswap_profile").annotate(count=Count("pk"))
    table = _whole_numbers(counted, "user__skillswap_profile", "count")
    return tallies(table[:, 0], table[:, 1])


def _whole_numbers(queryset: QuerySet[Any, Any], *columns: str | Coalesce) -> Array:
    """One row of the array for each row. None of the columns may be null."""
    wide = [Cast(F(column) if isinstance(column, str) else column, BigIntegerField()) for column in columns]
    sql, parameters = queryset.values_list(*wide).query.sql_with_params()
    connection = read_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and find_spec("psycopg"):
            return _from_arrays(cursor, sql, parameters, len(columns))
        cursor.execute(sql, parameters)
        parts = [np.empty(0, np.int64)]
        while batch := cursor.fetchmany(FETCH):
            parts.append(np.fromiter(chain.from_iterable(batch), np.int64))
    return np.concatenate(parts).reshape(-1, len(columns))


def _from_arrays(cursor: CursorWrapper, sql: str, parameters: Sequence[Any], width: int) -> Array:
    """The server makes one array of each column, and they are read as the bytes that it sends: even COPY makes an
    object for each row."""
    from psycopg import Cursor

    names = [f"c{number}" for number in range(width)]
    arrays = ", ".join(f"array_agg({name})" for name in names)
    rows = cursor.mogrify(sql, parameters)
    statement = f"SELECT {arrays} FROM ({rows}) AS found ({', '.join(names)})"  # noqa: S608 (names of ours)
    with Cursor(cursor.connection) as binary:
        binary.execute(statement.encode(), binary=True)
        values = [binary.pgresult.get_value(0, number) for number in range(width)] if binary.pgresult else []
    columns = [np.frombuffer(value or b"", ARRAY_ITEM, offset=ARRAY_HEADER if value else 0) for value in values]
    return np.stack([column["number"].astype(np.int64) for column in columns], axis=1)
