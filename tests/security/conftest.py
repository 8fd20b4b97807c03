"""One world for each module, built once: every test takes back what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from .world import KIT_SETTINGS, Blocks, Dump, World, build_world, dump


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    # Deliveries to receivers and removals of files wait for a commit that never comes.
    with django_db_blocker.unblock(), override_settings(SKILLSWAP_KIT=KIT_SETTINGS), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
        Blocks.pairs = []


@pytest.fixture(scope="module")
def pristine(world) -> Dump:
    """Every row of the world as it was built."""
    return dump()
