"""The browsable API: whoever asks for a page gets one, and a write that succeeds says so."""

from __future__ import annotations

import pytest

from .cases import pairs
from .world import TOKEN, undone

pytestmark = pytest.mark.django_db

HEADERS = {"HTTP_ACCEPT": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "HTTP_X_CSRFTOKEN": TOKEN}


def test_every_operation_answers_as_a_page(world):
    shown = 0
    for operation, case in pairs():
        for role in {"anonymous", "owner", *sorted(case.allowed)[:1]}:
            body = case.body(world, world.people.get(role))
            form = {"format": operation.media_type} if operation.writes else {}
            data = {"data": {} if body is None else body, **form}
            send = getattr(world.client(role), operation.method.lower())
            with undone():
                answer = send(operation.address(case.real_keys(world)), **data, **HEADERS)
            assert answer.status_code in case.expected(role), (operation, role)
            shown += answer.headers.get("Content-Type", "").startswith("text/html")
    assert shown > 200
