"""People who look for partners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from .seekers import always_fresh, make_match, make_seeker


@pytest.fixture
def seeker(make_user) -> Iterator[SimpleNamespace]:
    """Sami, with a matcher that has nothing to build."""
    with always_fresh():
        yield make_seeker(make_user("sami"))


@pytest.fixture
def match(make_user, seeker) -> Callable[..., Any]:
    """Makes somebody who fits Sami."""

    def make(**fields: Any) -> Any:
        return make_match(make_user(), seeker, **fields)

    return make
