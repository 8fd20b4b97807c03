"""Pages of matches: a cursor says after which place of the order one goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from skillswap_kit.core.api.pagination import CURSOR, Schema, page_size_parameter, parameter, read_page_size

from ..cursors import read_cursor, write_cursor
from ..matches import Rank

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from rest_framework.views import APIView


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    size: int
    after: Rank | None


class MatchPagination(BasePagination):
    """``?cursor=…&page_size=50``. Nobody is shown twice or skipped because somebody else has come or gone."""

    def read(self, request: Request, *, matcher: str) -> AskedPage:
        """What the request asks for. Raises InvalidInput."""
        self.request, self.matcher = request, matcher
        text = request.query_params.get(CURSOR)
        return AskedPage(size=read_page_size(request), after=read_cursor(text, matcher, name=CURSOR) if text else None)

    def answer(self, data: Any, *, next_rank: Rank | None) -> Response:
        link = None
        if next_rank is not None:
            cursor = write_cursor(next_rank, self.matcher)
            link = replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor)
        return Response({"next": link, "results": data})

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        link = {"type": ["string", "null"], "format": "uri"}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": link, "results": schema}}

    def get_schema_operation_parameters(self, view: APIView | None) -> list[Schema]:
        return [parameter(CURSOR, {"type": "string"}, "Where to go on: see next."), page_size_parameter()]
