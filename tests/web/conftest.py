"""People who look at pages."""

from __future__ import annotations

import pytest

from tests.exchange.conftest import trio

from .meetings import signed_in

__all__ = ["trio"]


@pytest.fixture
def amina(trio):
    return signed_in(trio.amina)


@pytest.fixture
def bruno(trio):
    return signed_in(trio.bruno)
