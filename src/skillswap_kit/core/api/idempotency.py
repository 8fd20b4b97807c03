"""A POST with an ``Idempotency-Key`` happens once: its repeats are given the stored answer.

What was answered with an error is not stored, so that it can be tried again under the same key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from ..errors import InvalidInput
from ..idempotency import Answer, remembered
from ..locking import unique_key

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
MAX_KEY_LENGTH = 200


class _NotStored(Exception):
    """Carries an answer out of the transaction that it rolls back."""

    def __init__(self, response: Response) -> None:
        self.response = response


def requested_key(request: Request) -> str | None:
    """The key under which the request wants to happen once. Raises InvalidInput for one that cannot be used."""
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        message = _("The key must have 1 to %(longest)s printable characters.") % {"longest": MAX_KEY_LENGTH}
        raise InvalidInput(fields={HEADER: [message]})
    return key


def answer_once(request: Request, key: str, handler: Callable[[], Response]) -> Response:
    """What ``handler`` answers, or answered when the signed-in person sent this request before.

    Raises KeyReused if they sent another request under this key, and whatever ``handler`` raises.
    """
    fresh: list[Response] = []

    def act() -> Answer:
        response = handler()
        if response.status_code >= 400:
            raise _NotStored(response)
        fresh.append(response)
        return Answer(status_code=response.status_code, body=response.data)

    user_key = str(request.user.pk)
    try:
        answer = remembered(
            scope=f"user:{user_key}"[:100],
            key=unique_key(user_key, key),
            fingerprint=fingerprint(request),
            act=act,
        )
    except _NotStored as refusal:
        return refusal.response
    if fresh:
        return fresh[0]
    return Response(answer.body, status=answer.status_code, headers={REPLAYED_HEADER: "true"})


def fingerprint(request: Request) -> str:
    """The same for two requests that ask for the same: method, address, type of the body, and what the body says."""
    digest = hashlib.sha256()
    media_type = request.content_type.partition(";")[0].strip().lower()  # without the boundary, which is random
    for part in (request.method or "", request.get_full_path(), media_type):
        digest.update(f"{part}\n".encode())
    for chunk in _canonical_body(request.data):
        digest.update(chunk)
    return digest.hexdigest()


def _canonical_body(data: Any) -> Iterator[bytes]:
    if not isinstance(data, QueryDict):
        yield json.dumps(data, sort_keys=True, cls=DjangoJSONEncoder).encode()
        return
    for name, values in sorted(data.lists()):
        for value in values:
            content = _file_digest(value) if isinstance(value, File) else str(value)
            yield json.dumps([name, content]).encode()


def _file_digest(file: File[Any]) -> list[Any]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name, digest.hexdigest()]
