"""Answering with a file, after the view has decided that the person may have it."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from ..errors import NotFound
from .documents import CONTENT_TYPES

INLINE_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
"""What we have encoded ourselves. Nothing else is ever shown inside a page."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def serve_file(
    file: FieldFile | None,
    *,
    request: HttpRequest,
    as_attachment: bool = False,
    name: str = "",
) -> HttpResponseBase:
    """``file`` as an answer to ``request``: private, never sniffed or run, asked for each time, 304 if unchanged.

    Anything but an image that we encoded is an attachment whatever ``as_attachment`` says. ``name`` is what
    it is called when it is saved. Raises NotFound if there is no file, or the storage has lost it.
    """
    if not file or not file.name:
        raise NotFound
    # Names are random and used once: the same name is the same content.
    etag = quote_etag(hashlib.sha256(file.name.encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag) or _with_content(file, as_attachment, name)
    # The address stays when the file is replaced, taken away or hidden from this person.
    headers = SECURITY_HEADERS | {"ETag": etag, "Cache-Control": "private, no-cache"}
    for header, value in headers.items():
        response.headers[header] = value
    return response


def _with_content(file: FieldFile, as_attachment: bool, name: str) -> HttpResponse:
    stored = PurePosixPath(file.name or "")
    inline_type = INLINE_TYPES.get(stored.suffix)
    content_type = inline_type or CONTENT_TYPES.get(stored.suffix, "application/octet-stream")
    try:
        # Read at once: our own limits bound it, and ASGI would collect a synchronous stream anyway.
        with file.storage.open(stored.as_posix()) as source:
            response = HttpResponse(source.read(), content_type=content_type)
    except FileNotFoundError as error:
        raise NotFound from error
    disposition = content_disposition_header(as_attachment or inline_type is None, name or stored.name)
    if disposition:
        response.headers["Content-Disposition"] = disposition
    return response
