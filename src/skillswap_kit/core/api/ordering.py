"""Orderings by name: a list is sorted in the ways that its view declares, and in no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import OrderBy, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from ..errors import InvalidInput

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from rest_framework.views import APIView

Ordering = Sequence[str | OrderBy]
PARAMETER = "ordering"


class NamedOrdering(BaseFilterBackend):
    """``?ordering=name`` or ``?ordering=-name``, of the names in the view's ``orderings``.

    ``orderings = {"newest": ("-created_at", "-pk")}`` says what a name means; the minus sign turns it round. Each
    must end in a unique column, or pages overlap. ``default_ordering`` names the one for requests that ask for none.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any, Any], view: APIView) -> QuerySet[Any, Any]:
        ordering = self.get_ordering(request, queryset, view)
        return queryset.order_by(*ordering) if ordering else queryset

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Ordering:
        """What to sort by. Raises InvalidInput for a name that the view does not declare."""
        orderings = declared_orderings(view)
        asked = request.query_params.get(PARAMETER) or getattr(view, "default_ordering", "")
        if not orderings or not asked:
            return ()
        name = asked.removeprefix("-")
        if name not in orderings:
            message = _("Choose one of: %(names)s.") % {"names": ", ".join(_choices(orderings))}
            raise InvalidInput(fields={PARAMETER: [message]})
        return reversed_ordering(orderings[name]) if asked.startswith("-") else orderings[name]

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The parameter of the OpenAPI document."""
        orderings = declared_orderings(view)
        if not orderings:
            return []
        schema: dict[str, Any] = {"type": "string", "enum": _choices(orderings)}
        if default := getattr(view, "default_ordering", ""):
            schema["default"] = default
        description = "How to sort; a minus sign turns it round."
        return [{"name": PARAMETER, "in": "query", "required": False, "description": description, "schema": schema}]


def declared_orderings(view: APIView) -> Mapping[str, Ordering]:
    return getattr(view, "orderings", {})


def _choices(orderings: Mapping[str, Ordering]) -> list[str]:
    return [choice for name in orderings for choice in (name, f"-{name}")]


def reversed_ordering(ordering: Ordering) -> Ordering:
    return [_reversed(column) for column in ordering]


def _reversed(column: str | OrderBy) -> str | OrderBy:
    if isinstance(column, str):
        return column.removeprefix("-") if column.startswith("-") else f"-{column}"
    # Rows without a value stay where the view wants them, mostly at the end, whichever way round.
    return OrderBy(
        column.expression,
        descending=not column.descending,
        nulls_first=column.nulls_first,
        nulls_last=column.nulls_last,
    )
