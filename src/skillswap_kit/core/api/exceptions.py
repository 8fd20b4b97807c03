"""Every error of the API in one shape: ``{"code", "detail", "fields"?}``.

The kit's views use :func:`exception_handler` themselves; the host's EXCEPTION_HANDLER stays what it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from ..errors import InvalidInput, NotAllowed, SkillSwapError
from ..failures import Busy, translated
from .parsers import body_error

RETRY_AFTER_SECONDS = 1
_KIT_CODES = {"permission_denied": NotAllowed.code}


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to ``error``, or None: then it is a bug, and the host's tools for crashes see it."""
    known = body_error(error) or translated(error)
    if isinstance(known, APIException):
        response = _framework_answer(known)
    elif isinstance(known, SkillSwapError):
        response = _kit_answer(known)
    else:
        return None
    if isinstance(error, SuspiciousOperation):
        # As Django does where such an error reaches it.
        logging.getLogger(f"django.security.{type(error).__name__}").error("%s", error)
    set_rollback()
    return response


def _kit_answer(error: SkillSwapError) -> Response:
    fields = {name: [str(message) for message in messages] for name, messages in error.fields.items()}
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if isinstance(error, Busy) else {}
    return _answer(error.status_code, error.code, error.message, fields=fields, headers=headers)


def _framework_answer(error: APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if not isinstance(error.detail, dict | list):
        code = getattr(error.detail, "code", error.default_code)
        return _answer(error.status_code, _KIT_CODES.get(code, code), error.detail, headers=headers)
    fields = field_messages(error.detail)
    general = " ".join(fields.pop("", []))
    if isinstance(error, ValidationError):
        detail = general or InvalidInput.default_message
        return _answer(error.status_code, InvalidInput.code, detail, fields=fields, headers=headers)
    return _answer(error.status_code, error.default_code, general or error.default_detail, headers=headers)


def _answer(
    status: int,
    code: str,
    detail: Any,
    *,
    fields: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {"code": code, "detail": str(detail)}
    if fields:
        body["fields"] = dict(fields)
    return Response(body, status=status, headers=dict(headers or {}))


def field_messages(errors: Any) -> dict[str, list[str]]:
    """Nested errors of a serializer as ``{"legs.1.giver": [messages]}``; what concerns the whole is under ``""``."""
    found: dict[str, list[str]] = {}
    for path, message in _walk(errors, ""):
        found.setdefault(path, []).append(message)
    return found


def _walk(errors: Any, path: str) -> Iterator[tuple[str, str]]:
    match errors:
        case Mapping():
            for name, inner in errors.items():
                yield from _walk(inner, path if name == api_settings.NON_FIELD_ERRORS_KEY else _join(path, name))
        case list() | tuple():
            for index, inner in enumerate(errors):
                yield from _walk(inner, _join(path, index) if isinstance(inner, dict | list) else path)
        case _:
            yield path, str(errors)


def _join(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)
