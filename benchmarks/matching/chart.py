"""A chart of time against members, both logarithmic, as plain SVG that follows the reader's light or dark mode."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 860, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 300, 20, 50
ROW = 17
"""Least distance between two labels."""
COLOURS = (
    ("#0b6e4f", "#4fd1a5"),
    ("#1d4ed8", "#8ab4ff"),
    ("#b45309", "#fbbf5a"),
    ("#9d174d", "#f48fb8"),
    ("#6d28d9", "#c4a5ff"),
    ("#0e7490", "#67d5e8"),
    ("#4d7c0f", "#b5dd6b"),
    ("#b91c1c", "#ff9b9b"),
    ("#57534e", "#c9c4bf"),
)
"""Of each line, on a light and on a dark ground."""
DASHES = ("", "7 4", "2 3")
"""Lines that colours do not tell apart differ in these."""

Point = tuple[float, float]


def draw(series: Mapping[str, Sequence[Point]], *, title: str) -> str:
    """``series``: by method the points (members, seconds)."""
    points = [point for line in series.values() for point in line]
    if not points:
        raise ValueError("there is nothing to draw")
    across = _Scale([x for x, _y in points], LEFT, WIDTH - RIGHT)
    up = _Scale([y * 1000 for _x, y in points], HEIGHT - BOTTOM, TOP)
    parts = [*_head(title, len(series)), *_grid(across, up), *_lines(series, across, up), "</svg>"]
    return "\n".join(parts) + "\n"


class _Scale:
    """Powers of ten, from below the least value to above the largest, onto pixels."""

    def __init__(self, values: Sequence[float], start: float, stop: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.start, self.stop = start, stop

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.stop - self.start)

    def decades(self) -> Iterator[float]:
        return (10.0**power for power in range(self.low, self.high + 1))


def _head(title: str, count: int) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">'
    )
    yield f"<title>{escape(title)}</title>"
    yield "<style>"
    yield "svg { --ground: #ffffff; --text: #1f2328; --grid: #d5d9de }"
    yield from _colours(count, dark=False)
    yield "@media (prefers-color-scheme: dark) {"
    yield "svg { --ground: #16181c; --text: #e6e8eb; --grid: #3a3f47 }"
    yield from _colours(count, dark=True)
    yield "}"
    yield ".ground { fill: var(--ground) } text { fill: var(--text) } .grid { stroke: var(--grid) }"
    yield ".line { fill: none; stroke-width: 2 } .leader { stroke-width: 0.7; opacity: 0.6 }"
    yield "</style>"
    yield f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'


def _colours(count: int, *, dark: bool) -> Iterator[str]:
    for number in range(min(count, len(COLOURS))):
        colour = COLOURS[number][dark]
        yield f".c{number} {{ stroke: {colour} }} circle.c{number} {{ fill: {colour} }}"


def _grid(across: _Scale, up: _Scale) -> Iterator[str]:
    for members in across.decades():
        x = across.place(members)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{members:,.0f}</text>'
    for milliseconds in up.decades():
        y = up.place(milliseconds)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{milliseconds:,g}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">members</text>'
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield f'<text transform="translate(18 {middle:.0f}) rotate(-90)" text-anchor="middle">milliseconds, p50</text>'


def _lines(series: Mapping[str, Sequence[Point]], across: _Scale, up: _Scale) -> Iterator[str]:
    placed = {
        name: [(across.place(members), up.place(seconds * 1000)) for members, seconds in sorted(line)]
        for name, line in series.items()
        if line
    }
    labels = _spread({name: line[-1][1] for name, line in placed.items()})
    for number, (name, line) in enumerate(placed.items()):
        style, dash = f"c{number % len(COLOURS)}", DASHES[number // len(COLOURS) % len(DASHES)]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        yield f'<polyline class="line {style}" points="{path}"{dashed}/>'
        yield from (f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in line)
        x, y = line[-1]
        label = WIDTH - RIGHT + 14
        yield f'<line class="leader {style}" x1="{x + 4:.1f}" y1="{y:.1f}" x2="{label - 3}" y2="{labels[name]:.1f}"/>'
        yield f'<text x="{label}" y="{labels[name] + 4:.1f}">{escape(name)}</text>'


def _spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights near those wanted, no two labels on one another, all inside the picture."""
    order = sorted(wanted, key=lambda name: wanted[name])
    heights, free = dict[str, float](), float(TOP)
    for name in order:
        heights[name] = max(wanted[name], free)
        free = heights[name] + ROW
    free = float(HEIGHT - ROW / 2)
    for name in reversed(order):
        heights[name] = min(heights[name], free)
        free = heights[name] - ROW
    return heights
