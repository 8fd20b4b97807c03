"""What tests of the index share: a folder of their own, and the question whether it answers what the reference does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.testing.settings import override_skillswap


class IndexOnly(IndexMatcher):
    """Fails where the index would let the database answer."""

    @property
    def fallback(self):
        raise AssertionError("answered by SQL")


@contextmanager
def snapshots_in(folder: Path, **values: Any) -> Iterator[None]:
    with override_skillswap(MATCHING_SNAPSHOT_DIR=str(folder), **values):
        yield


def assert_answers_as_the_reference(matcher: IndexMatcher, users: Iterable[Any]) -> None:
    reference = ReferenceMatcher("reference")
    for user in users:
        seeker = matcher.member(user)
        assert seeker == reference.member(user)
        assert list(matcher.rank(seeker, limit=100)) == reference.rank(seeker, limit=100)
        assert matcher.rank_circles(seeker, limit=10) == reference.rank_circles(seeker, limit=10)
