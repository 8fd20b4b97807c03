"""How often to race, and with what."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from skillswap_kit.core.events import deliver

from .arena import Arena, open_arena


@pytest.fixture
def rounds() -> int:
    """RACE_ROUNDS; by default what proves something on a server. SQLite lets one writer in at a time anyway."""
    default = 3 if connection.vendor == "sqlite" else 50
    return int(os.environ.get("RACE_ROUNDS", default))


@pytest.fixture
def arena(transactional_db) -> Iterator[Arena]:
    with open_arena() as arena:
        yield arena


@pytest.fixture
def undelivered(monkeypatch) -> None:
    """Events are recorded and stay where they are: delivery has races of its own."""
    monkeypatch.setattr(deliver, "enqueue", lambda **arguments: None)
