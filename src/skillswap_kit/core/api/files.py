"""Views that answer with a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from .schema import described


class AnyAccept(BaseContentNegotiation):
    """For ``Accept: image/webp`` and the like: the file is what it is, and only errors are rendered."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, Any]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


answers_with_image = described(responses={(200, "image/*"): OpenApiTypes.BINARY})
"""For the OpenAPI document: an action that answers with an image that the kit has encoded."""
