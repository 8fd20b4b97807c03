"""Parsers for hostile bodies: whatever is sent, the answer is a 4xx with a code.

Limits: the setting API_MAX_BODY_BYTES (in forms with files the largest file besides), Django's own limits of
fields and files, and those below. Text is UTF-8 and holds neither NUL nor lone surrogates, which not every
database can store.
"""

from __future__ import annotations

import json
import math
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from itertools import accumulate
from typing import IO, Any, ClassVar, NoReturn

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.renderers import HTMLFormRenderer, JSONRenderer

from ..conf import core_settings

MAX_DEPTH = 32
MAX_INTEGER_LENGTH = 100

# An unclosed string reaches to the end, and nothing is tried twice: linear whatever the body is.
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_DEPTH_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SUSPICIOUS_ESCAPE = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The body of the request is too large.")
    default_code = "body_too_large"


class UnsupportedCharset(APIException):
    status_code = 415
    default_detail = _("The body of the request must be UTF-8.")
    default_code = "unsupported_charset"


def body_error(error: Exception) -> APIException | None:
    """The API's answer to what Django raises while it reads a body; None for any other error.

    For exception handlers too: authentication by session reads ``request.POST`` before any parser does.
    """
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(error, SuspiciousOperation | BadRequest | MultiPartParserError | UnreadablePostError):
        return ParseError(_("The body of the request cannot be read."), code="malformed_body")
    return None


def check_body_headers(request: HttpRequest) -> None:
    """Refuse a body by its headers alone. Call it before authentication, which may read the body.

    Raises BodyTooLarge, and UnsupportedCharset: Django would decode forms by any codec that Python has.
    """
    header = Message()
    header["Content-Type"] = _one_line(request.headers.get("Content-Type", ""))
    charset = header.get_param("charset", "utf-8")
    if not isinstance(charset, str) or charset.strip().lower() not in {"utf-8", "utf8", "us-ascii", ""}:
        raise UnsupportedCharset
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > _largest_body()):
        raise BodyTooLarge


def _one_line(value: str) -> str:
    return "".join(character if character.isprintable() else " " for character in value)


def _largest_body() -> int:
    return core_settings.API_MAX_BODY_BYTES + max(core_settings.IMAGE_MAX_BYTES, core_settings.DOCUMENT_MAX_BYTES)


class BoundedStream:
    """Reads no more than one byte beyond ``limit``, whatever Content-Length says. Raises BodyTooLarge."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self.stream, self.left = stream, limit

    def read(self, size: int = -1) -> bytes:
        wanted = self.left + 1 if size < 0 else min(size, self.left + 1)
        data = self.stream.read(wanted)
        self.left -= len(data)
        if self.left < 0:
            raise BodyTooLarge
        return data


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if answer := body_error(error):
            raise answer from error
        raise


class BoundedParser(BaseParser):
    """Reads the body within its limit. Subclass, name the ``media_type``, write ``parsed``."""

    # Not a subclass of the framework's parsers: for those it reads the whole body first, however long it is.

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        with _readable():
            return self.parsed(BoundedStream(stream, core_settings.API_MAX_BODY_BYTES).read())

    @abstractmethod
    def parsed(self, body: bytes) -> Any:
        """What ``body`` says. Raises ParseError."""


class SafeJSONParser(BoundedParser):
    """JSON by the letter: an object, no key twice, no NaN, at most MAX_DEPTH deep.

    A view that takes a list as well names a subclass with another ``top_level`` among its ``parser_classes``.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer
    top_level: ClassVar[tuple[type, ...]] = (dict,)

    def parsed(self, body: bytes) -> Any:
        _check_depth(body)
        try:
            value = json.loads(
                body.decode("utf-8-sig"),
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_float=_number,
                parse_constant=_no_number,
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON in UTF-8."), code="invalid_json") from error
        if not isinstance(value, self.top_level):
            raise ParseError(_("The body must be a JSON object."), code="wrong_type")
        if _SUSPICIOUS_ESCAPE.search(body):
            _check_storable(value)
        return value


def _check_depth(body: bytes) -> None:
    """By a scan of our own: how deep the decoder goes before it fails differs between versions of Python."""
    brackets = _STRINGS.sub(b"", body).translate(None, _ALL_BUT_BRACKETS)
    if max(accumulate(map(_DEPTH_STEPS.__getitem__, brackets)), default=0) > MAX_DEPTH:
        raise ParseError(_("The body is nested too deeply."), code="too_deep")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ParseError(_("An object of the body has the same key twice."), code="duplicate_key")
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_LENGTH:
        raise ParseError(_("A number in the body is too long."), code="number_too_long")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _no_number(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name[:20]} is no JSON number")


def _check_storable(value: Any) -> None:
    if any(_UNSTORABLE.search(text) for text in _texts(value)):
        raise ParseError(_("The body holds characters that cannot be stored."), code="unstorable_text")


def _texts(value: Any) -> Iterator[str]:
    """Every key and string of a value that is no deeper than MAX_DEPTH."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            yield from value
            yield from _texts(list(value.values()))


def _check_form(form: QueryDict) -> None:
    values = dict(form.lists())
    # What Django puts where a form is not in UTF-8.
    if any("\N{REPLACEMENT CHARACTER}" in text for text in _texts(values)):
        raise UnsupportedCharset
    _check_storable(values)


class SafeFormParser(BoundedParser):
    """URL-encoded forms."""

    media_type = "application/x-www-form-urlencoded"
    renderer_class = HTMLFormRenderer

    def parsed(self, body: bytes) -> QueryDict:
        try:
            form = QueryDict(body.decode(), encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UnsupportedCharset from error
        _check_form(form)
        return form


class SafeMultiPartParser(MultiPartParser):
    """Forms with files."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        context = {**(parser_context or {}), "encoding": "utf-8"}
        bounded: Any = BoundedStream(stream, _largest_body())
        with _readable():
            form = super().parse(bounded, media_type, context)
        _check_form(form.data)
        return form
