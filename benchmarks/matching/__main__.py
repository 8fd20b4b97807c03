"""``python -m benchmarks.matching``: quality of the default order and speed of all methods, in one run, as Markdown.

Times mean something on an idle machine only; what counts are the ratios.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"
CHART = ROOT / "docs" / "explanation" / "matching-speed.svg"
SIZES = (1_000, 10_000, 100_000)
PARTS = ("quality", "speed")
DATABASES = ("sqlite", "postgres")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="members, such as 1000,10000,100000,1000000")
    parser.add_argument("--queries", type=int, default=500, help="members who ask, for each method and size")
    parser.add_argument("--part", action="append", choices=PARTS, help="one part alone; may be repeated")
    parser.add_argument("--database", action="append", choices=DATABASES, help="may be repeated")
    parser.add_argument("--arrays-only", action="store_true", help="speed without any database")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real data; left out where it is not")
    parser.add_argument("--chart", action="store_true", help=f"draw {CHART.relative_to(ROOT)} anew")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from . import chart, quality, speed
    from .tables import machine

    print(f"Measured on {machine()}.\n", flush=True)
    parts = options.part or PARTS
    if "quality" in parts:
        for section in quality.report(options.data):
            print(section, flush=True)
    if "speed" in parts:
        databases = () if options.arrays_only else options.database or DATABASES
        results = speed.run(options.sizes, databases, queries=options.queries)
        for section in speed.report(results):
            print(section, flush=True)
        if options.chart:
            title = "Time of one query against the number of members, for each method"
            CHART.write_text(chart.draw(speed.series(results), title=title), encoding="utf-8")
    return 0


def sizes(text: str) -> tuple[int, ...]:
    """Raises ArgumentTypeError for anything but whole numbers, of which each is at least 100."""
    try:
        found = tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers") from error
    if not found or min(found) < 100:
        raise argparse.ArgumentTypeError("a size is at least 100 members")
    return found


if __name__ == "__main__":
    sys.exit(main())
