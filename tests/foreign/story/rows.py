"""A site that began with the first migrations of the kit: its rows are there, and nothing happens to them.

``python -m story.rows load`` makes the tables of then and fills them; ``compare`` follows after ``migrate``.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

FIRST = [("skillswap_core", "0001_initial"), ("skillswap_exchange", "0002_translations")]
OTHERS = ("contenttypes", "auth", "admin", "sessions")

# Written by the services of then, for Django's own user model: members, listings of both kinds, swaps in every state
# with their sessions, reviews shown and hidden, somebody who has left, the vocabulary in two languages.
ROWS = Path(__file__).parent / "first_rows.json.gz"
BEFORE = Path("before.json")

GONE: set[str] = set()
"""Columns (``table.column``) that a later migration removed on purpose."""


def load() -> None:
    for app in OTHERS:
        call_command("migrate", app, verbosity=0)
    for app, name in FIRST:
        call_command("migrate", app, name, verbosity=0)
    models = [(_model(label), rows) for label, rows in _frozen().items()]
    with connection.constraint_checks_disabled(), transaction.atomic():
        for model, rows in models:
            for row in rows:
                _write(model, row)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(_no_style(), [model for model, _rows in models]):
            cursor.execute(statement)
    BEFORE.write_text(json.dumps({model._meta.db_table: _table(model._meta.db_table) for model, _rows in models}))


def compare() -> None:
    before = json.loads(BEFORE.read_text())
    frozen = {label: len(rows) for label, rows in _frozen().items()}
    assert sorted(map(len, before.values())) == sorted(frozen.values()), frozen
    for table, rows in before.items():
        after = {row["id"]: row for row in _table(table)}
        assert len(after) == len(rows), f"{table}: {len(rows)} rows became {len(after)}"
        for row in rows:
            kept = {column: value for column, value in row.items() if f"{table}.{column}" not in GONE}
            changed = {column: (value, after[row["id"]].get(column, "no column")) for column, value in kept.items()}
            assert not {column: pair for column, pair in changed.items() if pair[0] != pair[1]}, (table, changed)


def _frozen() -> dict[str, list[dict[str, Any]]]:
    frozen: dict[str, list[dict[str, Any]]] = json.loads(gzip.decompress(ROWS.read_bytes()))
    return frozen


def _model(label: str) -> Any:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    leaves = [target for target in loader.graph.leaf_nodes() if target[0] in OTHERS]
    return loader.project_state([*FIRST, *leaves]).apps.get_model(label)


def _write(model: Any, row: dict[str, Any]) -> None:
    values = {
        field.attname: row[field.attname] if row[field.attname] is None else _value(field, row[field.attname])
        for field in model._meta.concrete_fields
        if field.attname in row
    }
    assert values.keys() == row.keys(), f"{model._meta.label} has no {row.keys() - values.keys()}"
    model(**values).save_base(raw=True, force_insert=True)


def _value(field: Any, text: Any) -> Any:
    return (field.target_field if field.is_relation else field).to_python(text)


def _table(name: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} ORDER BY id")
        columns = [column[0] for column in cursor.description]
        return [{column: _plain(value) for column, value in zip(columns, row, strict=True)} for row in cursor]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _no_style() -> Any:
    from django.core.management.color import no_style

    return no_style()


if __name__ == "__main__":
    django.setup()
    {"load": load, "compare": compare}[sys.argv[1]]()
