"""Showing rows quickly: most of the time that the framework needs for a list goes into walking its fields."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from rest_framework import serializers

SHOWN_AS_THEY_ARE = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.FloatField,
    serializers.IntegerField,
)
"""What a column holds is what JSON gets. Only these classes: a subclass may show something else."""


class _Part(NamedTuple):
    name: str
    read: Callable[[Any], Any]
    show: Callable[[Any], Any] | None


class AnswerSerializer(serializers.Serializer[Any]):
    """A serializer that only shows rows, several times faster than its base and with the same result.

    Declare plain fields; their attributes must exist, and hold what their columns hold. Defaults are not supported.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        answer = {}
        for name, read, show in self._parts:
            value = read(instance)
            answer[name] = value if show is None or value is None else show(value)
        return answer

    @cached_property
    def _readable_fields(self) -> list[serializers.Field[Any, Any, Any, Any]]:
        # Shallow copies: the deep ones of the base cost more than the rows of a page.
        fields = self._declared_fields.items()
        return [_bound(field, name, self) for name, field in fields if not field.write_only]

    @cached_property
    def _parts(self) -> list[_Part]:
        return [_part(field) for field in self._readable_fields]


def _bound(field: Any, name: str, parent: AnswerSerializer) -> serializers.Field[Any, Any, Any, Any]:
    bound = copy(field)
    if isinstance(bound, serializers.ListSerializer):
        child: Any = copy(bound.child)
        child.parent = bound
        bound.child = child
    bound.bind(field_name=name, parent=parent)
    return bound  # type: ignore[no-any-return]


def _part(field: Any) -> _Part:
    show = None if type(field) in SHOWN_AS_THEY_ARE else field.to_representation
    reads_its_own_way = type(field).get_attribute is not serializers.Field.get_attribute
    if reads_its_own_way or not field.source_attrs:
        return _Part(field.field_name, field.get_attribute, show)
    return _Part(field.field_name, attrgetter(".".join(field.source_attrs)), show)
