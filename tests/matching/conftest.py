"""People who look for partners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

from .seekers import always_fresh, make_match, make_seeker

WITH_NUMPY = (
    "benchmarks",
    "circles",
    "cosine",
    "edit_storm",
    "feed",
    "freshness",
    "index",
    "kernel",
    "snapshots",
    "status",
)
# Without the extra there is no index.
collect_ignore = [] if find_spec("numpy") else [f"test_{name}.py" for name in WITH_NUMPY]


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
