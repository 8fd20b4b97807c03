"""Due work of the matching: the index, where a matcher uses it."""

from __future__ import annotations

from importlib.util import find_spec

from skillswap_kit.core.jobs import due_work

from .matchers import matchers


@due_work("matching.rebuild")
def rebuild_index() -> int:
    """Build the index anew if a matcher searches it and it is missing or old. One if it was built, else none."""
    if find_spec("numpy") is None:
        return 0
    from .backends.index import IndexMatcher

    if not any(isinstance(matchers[alias], IndexMatcher) for alias in matchers):
        return 0
    from .index.rebuilding import rebuild_if_needed

    return int(rebuild_if_needed())
