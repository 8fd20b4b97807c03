"""What is sent beyond what was asked for, what a request changed, and which fields an answer has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from rest_framework import serializers

from .operations import Operation
from .world import watched_models

LONG_AGO = "2001-02-03T04:05:06Z"


def smuggled(operation: Operation) -> dict[str, Any]:
    """A plausible value for every column there is; where a name means several, for that of the operation's own rows."""
    own = getattr(operation.view, "model", None)
    values: dict[str, Any] = {}
    for model in sorted(watched_models(), key=lambda model: model is own):
        for column in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            values[column.name] = values[column.attname] = _plausible(column)
    return {"pk": 1, **values}


def _plausible(column: Any) -> Any:
    if column.choices:
        return column.choices[-1][0]
    if column.is_relation:
        key = column.related_model._base_manager.order_by("pk").values_list("pk", flat=True).last()
        key = key if key is None or isinstance(key, int) else str(key)
        return [key] if column.many_to_many else key
    for kind, value in PLAUSIBLE.items():
        if isinstance(column, kind):
            return value
    return "smuggled"


PLAUSIBLE: dict[type[models.Field[Any, Any]], Any] = {
    models.BooleanField: True,
    models.DateTimeField: LONG_AGO,
    models.IntegerField: 4,
    models.FloatField: 4.5,
    models.UUIDField: "00000000-0000-4000-8000-000000000000",
    models.JSONField: {"smuggled": True},
    models.EmailField: "smuggled@elsewhere.example",
}


def with_smuggled(body: Any, declared: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The body with everything that no serializer on its way declares, in objects inside it as well."""
    inside = {name: _inside(value, declared.get(name), extra) for name, value in (body or {}).items()}
    return {**{name: value for name, value in extra.items() if name not in declared}, **inside}


def _inside(value: Any, field: Any, extra: Mapping[str, Any]) -> Any:
    if isinstance(field, serializers.ListSerializer) and isinstance(value, list):
        return [_inside(item, field.child, extra) for item in value]
    if isinstance(field, serializers.Serializer) and isinstance(value, dict):
        return with_smuggled(value, field.fields, extra)
    return value


def flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """For forms, which have no objects and no nothing."""
    return {name: value for name, value in body.items() if not isinstance(value, dict) and value is not None}


State = dict[type[models.Model], dict[Any, dict[str, Any]]]


def state() -> State:
    """Every watched row, by model and key."""
    return {model: {row.pk: _columns(row) for row in model._base_manager.all()} for model in watched_models()}


def _columns(row: models.Model) -> dict[str, Any]:
    return {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}


def effect(before: State, after: State) -> list[str]:
    """What a request has done, said so that doing it twice reads the same."""
    lines = []
    for model, rows in after.items():
        known = before[model]
        lines += [f"{model._meta.label} {key} is gone" for key in known.keys() - rows.keys()]
        for key, row in rows.items():
            old = known.get(key, {})
            changed = {
                column.name: _said(column, row[column.attname], before)
                for column in model._meta.concrete_fields
                if not old or old[column.attname] != row[column.attname]
            }
            if changed:
                lines.append(f"{model._meta.label} {key if old else 'new'}: {changed}")
    return sorted(lines)


def _said(column: Any, value: Any, before: State) -> Any:
    """A value without what differs each time: new keys, random names, and moments by more than an hour."""
    if isinstance(value, datetime):
        return f"in {round((value - timezone.now()).total_seconds() / 3600)} hours"
    if column.primary_key or column.is_relation:
        rows = before.get(column.related_model if column.is_relation else column.model, {})
        return value if value in rows or value is None else "new"
    if isinstance(column, models.FileField):
        return re.sub(r"[\w/-]+(?=\.)", "random", str(value))
    if isinstance(column, models.JSONField):
        return re.sub(r"\d+", "#", repr(value))
    return re.sub(r"\d+", "#", value) if column.name == "subject" else value


Tree = dict[str, "Tree"]


def shape(value: Any, into: Tree | None = None) -> Tree:
    """The keys of an answer, as a tree to which other answers can be added."""
    tree: Tree = {} if into is None else into
    if isinstance(value, dict):
        for name, inner in value.items():
            shape(inner, tree.setdefault(name, {}))
    elif isinstance(value, list):
        for inner in value:
            shape(inner, tree)
    return tree


def words(tree: Tree) -> str:
    """A tree in one line: ``id owner(id name)``."""
    return " ".join(f"{name}({words(inner)})" if inner else name for name, inner in tree.items())


def names(tree: Tree) -> set[str]:
    return set(tree) | {name for inner in tree.values() for name in names(inner)}
