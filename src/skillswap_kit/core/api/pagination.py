"""Pages of lists, as the API asks for them and answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination, Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from ..conf import core_settings
from ..errors import InvalidInput
from ..keys import key_field
from ..paging import PAGE, read_number, take_page

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from rest_framework.views import APIView

Schema = dict[str, Any]

PAGE_SIZE, CURSOR = "page_size", "cursor"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{0,400}={0,2}", re.ASCII)


def read_page_size(request: Request) -> int:
    """How many rows the request wants. Raises InvalidInput for no number and for more than there may be."""
    largest = core_settings.API_MAX_PAGE_SIZE
    size = read_number(request.query_params, PAGE_SIZE, default=min(core_settings.API_PAGE_SIZE, largest))
    if size > largest:
        raise InvalidInput(fields={PAGE_SIZE: [_("At most %(largest)s.") % {"largest": largest}]})
    return size


class CappedPagination(BasePagination):
    """``?page=2&page_size=50`` for lists.

    ``count`` is exact up to API_COUNT_CAP; beyond, it is the cap and ``count_is_capped`` is true. Pages deeper than
    API_MAX_OFFSET are refused: filters find a row sooner.
    """

    def paginate_queryset(
        self,
        queryset: Any,
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        self.request = request
        number = read_number(request.query_params, PAGE, default=1)
        self.page = take_page(queryset, number=number, size=read_page_size(request))
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        return Response(
            {
                "count": page.count,
                "count_is_capped": page.count_is_capped,
                "next": self._link(page.number + 1) if page.has_next else None,
                "previous": self._link(page.number - 1) if page.has_previous else None,
                "results": data,
            }
        )

    def _link(self, number: int) -> str:
        url = self.request.build_absolute_uri()
        return remove_query_param(url, PAGE) if number == 1 else replace_query_param(url, PAGE, number)

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        return list_schema(
            {"count": {"type": "integer", "minimum": 0}, "count_is_capped": {"type": "boolean"}}, results=schema
        )

    def get_schema_operation_parameters(self, view: APIView | None) -> list[Schema]:
        page = {"type": "integer", "minimum": 1, "default": 1}
        return [parameter(PAGE, page, "Which page."), page_size_parameter()]


class FeedCursorPagination(CursorPagination):
    """For feeds that grow at the top: no page moves when a row is added.

    ``ordering`` starts with a column of the rows themselves that never changes. A view's NamedOrdering is not for it.
    """

    ordering = ("-pk",)
    cursor_query_param = CURSOR
    page_size_query_param = PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.column = key_field(queryset.model, self.ordering[0].removeprefix("-"))
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Request, queryset: Any, view: APIView | None) -> tuple[str, ...]:
        return tuple(self.ordering)

    def get_page_size(self, request: Request) -> int:
        return read_page_size(request)

    def decode_cursor(self, request: Request) -> Cursor | None:
        if not _BASE64.fullmatch(request.query_params.get(CURSOR, "")):
            raise NotFound(self.invalid_cursor_message)
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            self._check_position(str(cursor.position))
        return cursor

    def _check_position(self, position: str) -> None:
        try:
            self.column.get_db_prep_value(self.column.to_python(position), connection)
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise NotFound(self.invalid_cursor_message) from error

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        return list_schema({}, results=schema)

    def get_schema_operation_parameters(self, view: APIView | None) -> list[Schema]:
        return [parameter(CURSOR, {"type": "string"}, "Where to go on: see next and previous."), page_size_parameter()]


def list_schema(counts: Schema, *, results: Schema) -> Schema:
    """The OpenAPI schema of a page."""
    from drf_spectacular.plumbing import append_meta

    link = append_meta({"type": "string", "format": "uri"}, {"nullable": True})
    properties = {**counts, "next": link, "previous": link, "results": results}
    return {"type": "object", "required": list(properties), "properties": properties}


def parameter(name: str, schema: Schema, description: str) -> Schema:
    """An optional query parameter of the OpenAPI document."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def page_size_parameter() -> Schema:
    schema = {
        "type": "integer",
        "minimum": 1,
        "maximum": core_settings.API_MAX_PAGE_SIZE,
        "default": core_settings.API_PAGE_SIZE,
    }
    return parameter(PAGE_SIZE, schema, "How many rows.")
