"""Due work of the matching: the index, where a matcher uses it."""

from __future__ import annotations

from skillswap_kit.core.jobs import due_work

from .services.status import searches_index


@due_work("matching.rebuild")
def rebuild_index() -> int:
    """Build the index anew if a matcher searches it and it is missing or old. One if it was built, else none."""
    if not searches_index():
        return 0
    from .index.rebuilding import rebuild_if_needed

    return int(rebuild_if_needed())
