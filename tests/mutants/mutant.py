"""What a planted bug is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One bug: in ``file`` (below ``src``) the text ``before`` becomes ``after``.

    ``tests`` are pytest arguments; ``database`` is where the bug shows (``sqlite``, ``postgres`` or ``mariadb``).
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
    database: str = "sqlite"
