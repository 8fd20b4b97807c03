"""How far a long command has come: a bar on a terminal, a few lines in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.core.management.base import OutputWrapper

Item = TypeVar("Item")

WIDTH = 30
MOVES, LINES = 100, 10
"""So often the bar moves; and so many lines are written where nobody sees it move."""


def with_progress(out: OutputWrapper, what: str, items: Sequence[Item]) -> Iterator[Item]:
    """These items; meanwhile ``out`` is told how many of them are done."""
    total, shown, is_terminal = len(items), -1, out.isatty()
    steps = MOVES if is_terminal else LINES
    for done in range(total + 1):
        if total and done * steps // total > shown:
            shown = done * steps // total
            out.write(_bar(what, done, total) if is_terminal else _line(what, done, total), ending="")
            out.flush()
        if done < total:
            yield items[done]


def _bar(what: str, done: int, total: int) -> str:
    filled = done * WIDTH // total
    end = "\n" if done == total else ""
    return f"\r{what} [{'#' * filled}{'.' * (WIDTH - filled)}] {done * 100 // total:3} %{end}"


def _line(what: str, done: int, total: int) -> str:
    return f"{what}: {done * 100 // total} % of {total}\n"
