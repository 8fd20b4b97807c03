"""Results as Markdown, ready for docs/explanation/matching.md."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from os import cpu_count, getloadavg
from pathlib import Path

BUSY = 0.5
"""From this load per core on, times say more about the machine's other work than about the matching."""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The first column is text, all others are numbers."""
    lines = [header, ["---", *("---:" for _ in header[1:])], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def verdict(reached: bool) -> str:
    return "goal met" if reached else "**goal missed**"


def machine() -> str:
    """Where and when, and whether something else was running."""
    import numpy as np

    cores = cpu_count() or 1
    load = getloadavg()[0]
    busy = f"; **under load** ({load:.1f} on {cores} cores)" if load / cores > BUSY else ""
    now = datetime.now(UTC).strftime("%d %B %Y %H:%M UTC")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    return f"{now}, {cores} cores of {_processor()}, {versions}{busy}"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"
