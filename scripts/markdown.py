"""Tables and prose of the generated parts of docs/reference."""

from __future__ import annotations

import inspect
from collections.abc import Iterable


def one_line(text: str) -> str:
    """Prose of a docstring in a table cell: one line, nothing that would end the cell."""
    return " ".join(inspect.cleandoc(text).replace("|", "\\|").replace("``", "`").split())


def code(value: object) -> str:
    return f"`{value}`".replace("|", "\\|")


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(header)]
    lines.append(["---"] * len(lines[0]))
    lines.extend([cell or "–" for cell in row] for row in rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
