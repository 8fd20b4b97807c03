"""Pages of matches: a cursor says after which place of the order one goes on."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from skillswap_kit.core.api.pagination import CURSOR, Schema, page_size_parameter, parameter, read_page_size
from skillswap_kit.core.errors import InvalidInput

from ..matches import Rank

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from rest_framework.views import APIView

LARGEST_KEY = 2**63 - 1
LONGEST_CURSOR = 400


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
        return AskedPage(size=read_page_size(request), after=read_cursor(text, matcher) if text else None)

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


def write_cursor(rank: Rank, matcher: str) -> str:
    """A place in the order of a matcher as text for an address."""
    place = json.dumps([matcher, rank.score, rank.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(text: str, matcher: str) -> Rank:
    """The place that ``text`` names. Raises InvalidInput for what is no cursor, or one of another matcher's order."""
    try:
        name, score, number = _decoded(text)
    except (ValueError, TypeError, RecursionError):
        raise _no_cursor() from None
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST_KEY
    if name != matcher or not is_number or not isinstance(score, float) or not math.isfinite(score):
        raise _no_cursor()
    return Rank(score=score, number=number)


def _decoded(text: str) -> Any:
    if len(text) > LONGEST_CURSOR:
        raise ValueError("No cursor is so long.")
    return json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def _no_cursor() -> InvalidInput:
    return InvalidInput(fields={CURSOR: [_("This is no place in this list. Take it from next, or leave it out.")]})
