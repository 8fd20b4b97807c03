"""What stands before allauth's JSON views: a body that no client of good will sends is answered with a 4xx."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from io import BytesIO
from typing import Any, cast

from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType

from skillswap_kit.core.api.parsers import BoundedStream, SafeJSONParser, body_error, check_body_headers
from skillswap_kit.core.conf import core_settings

View = Callable[..., HttpResponseBase]
MARK = "skillswap_guarded"
"""Set on a guarded view; a system check looks for it."""


def guarded(view: View) -> View:
    """The view behind the guard. Refusals have the shape of allauth's own: ``{"status", "errors"}``."""
    # Django's check of the token reads forms before any view does, by whatever codec they name.
    inner = view if getattr(view, "csrf_exempt", False) else csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            check_body(request)
            return inner(request, *args, **kwargs)
        except APIException as error:
            return refusal(error)
        except UpdateError:
            # Somebody ended the session while it was in use.
            return refusal(ParseError(_("You were signed out meanwhile."), code="signed_out"))

    setattr(answer, MARK, True)
    return answer


def guarded_patterns(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same routes, every view of them guarded."""
    return [_guarded_pattern(pattern) for pattern in patterns]


def _guarded_pattern(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    if isinstance(pattern, URLPattern):
        return URLPattern(pattern.pattern, guarded(pattern.callback), pattern.default_args, pattern.name)
    return URLResolver(
        pattern.pattern,
        guarded_patterns(pattern.url_patterns),
        pattern.default_kwargs,
        app_name=pattern.app_name,
        namespace=pattern.namespace,
    )


def check_body(request: HttpRequest) -> None:
    """Read the body within its limit and judge it. Raises APIException."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    check_body_headers(request)
    try:
        body = BoundedStream(cast("Any", request), core_settings.API_MAX_BODY_BYTES).read()
    except Exception as error:
        if answer := body_error(error):
            raise answer from error
        raise
    if body:
        if request.content_type != SafeJSONParser.media_type:
            raise UnsupportedMediaType(request.content_type or "")
        SafeJSONParser().parsed(body)
    # The stream has been read: views find it where Django keeps what it has read itself.
    request._body = body
    request._stream = BytesIO(body)


def refusal(error: APIException) -> JsonResponse:
    code = getattr(error.detail, "code", error.default_code)
    content = {"status": error.status_code, "errors": [{"message": str(error.detail), "code": code}]}
    return JsonResponse(content, status=error.status_code)
