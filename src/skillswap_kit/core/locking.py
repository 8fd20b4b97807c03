"""Rows of which there is one, whoever makes it first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

from django.db import connections, router
from django.db.models import Model

from .errors import NotFound

Row = TypeVar("Row", bound=Model)


def unique_key(*parts: object) -> str:
    """64 characters for a unique column that stands for these strings, numbers, keys, or lists of them.

    Hashed, because keys of users may be long, and a database may take different texts for equal ones.
    """
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def lock_row(row: Row) -> Row:
    """The present row, locked until the transaction ends. Raises NotFound if somebody has deleted it."""
    found = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    return found


def get_or_insert_locked(row: Row, *, unique: Sequence[str]) -> Row:
    """The row with these unique values, locked until the transaction ends; if there was none, ``row`` is inserted.

    Instead of ``get_or_create``: on MariaDB whoever loses a plain INSERT keeps a shared lock on the winner's row, and
    two losers who then lock the row deadlock. An upsert takes the lock that is needed at once.
    """
    using = router.db_for_write(type(row))
    rows = type(row)._default_manager.using(using)
    present = rows.select_for_update().filter(**{name: getattr(row, name) for name in unique})
    found = present.first()
    if found is None:
        names_target = connections[using].features.supports_update_conflicts_with_target
        rows.bulk_create(
            [row],
            update_conflicts=True,
            # They keep their values: what is there already stays as it is.
            update_fields=unique,
            unique_fields=unique if names_target else None,
        )
        found = present.get()
    return found
