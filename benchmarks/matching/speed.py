"""Part *speed*: times of all methods at all sizes, as ratios within one run, and what the goals make of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import kernels, requests, site
from .floor import read_bandwidth
from .population import Population, generate
from .tables import milliseconds, table, verdict
from .timing import Timing

MEBIBYTE = 2**20

GOALS = {
    (kernels.EXACT, 100_000): (0.15, 0.6),
    (kernels.SIMILAR, 100_000): (0.5, 1.6),
    (kernels.EXACT, 1_000_000): (1, 15),
    (kernels.SIMILAR, 1_000_000): (3.5, 15),
    (kernels.CIRCLES, 100_000): (5, 10),
    (kernels.CIRCLES_SIMILAR, 100_000): (5, 10),
    (site.REASONS, 100_000): (1, 3),
    (site.SQL, 10_000): (2, 6),
}
"""By method and members: milliseconds, p50 and p99."""
FLOOR_GOALS = {100_000: 20, 1_000_000: 12}
"""By members: at most so many times the memory floor, exact."""
PROTOTYPE_GOAL = 1.1
LEAST_JUDGED, LEAST_JUDGED_MEMORY = 10_000, 100_000
"""Members. Below, a ratio is one of fixed costs."""
SQL_GOALS = {100_000: 50}
BUILD_GOALS = {100_000: 1.0, 1_000_000: 10.0}
"""Seconds."""
SHARED_GOAL, PRIVATE_GOAL = 20.0, 1.0
"""MiB for 100,000 members."""

REQUESTS_GOAL, MOST_QUERIES = 0.5, 6

Facts = dict[str, float]


@dataclass
class Results:
    """Timings and facts by database; what needs no database stands under ``arrays``."""

    timings: dict[str, list[Timing]] = field(default_factory=dict)
    facts: dict[str, dict[int, Facts]] = field(default_factory=dict)

    def find(self, where: str, method: str, size: int) -> Timing | None:
        known = self.timings.get(where, [])
        return next((timing for timing in known if (timing.method, timing.size) == (method, size)), None)


ARRAYS = "arrays"


def run(sizes: Sequence[int], databases: Sequence[str], *, queries: int) -> Results:
    """Measure, in a process for the arrays and one for each database, because Django is set up for one."""
    results = Results()
    for where in (ARRAYS, *databases):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.json"
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
            if where != ARRAYS:
                environment["TEST_DATABASE"] = where
            arguments = f"{where!r}, {list(sizes)!r}, {queries}, {str(path)!r}"
            call = f"from benchmarks.matching.child import measure; measure({arguments})"
            subprocess.run([sys.executable, "-c", call], env=environment, check=True)
            found = json.loads(path.read_text(encoding="utf-8"))
        results.timings[where] = [Timing(**timing) for timing in found["timings"]]
        results.facts[where] = {int(size): facts for size, facts in found["facts"].items()}
    return results


def measure(where: str, sizes: Sequence[int], queries: int, path: str) -> None:
    """What a child process does; the results are written as JSON."""
    import numpy as np

    from skillswap_kit.matching.scoring import Scoring

    timings, facts, scoring = list[Timing](), dict[int, Facts](), Scoring()
    bandwidth = read_bandwidth() if where == ARRAYS else 0.0
    for size in sizes:
        _report(f"{size} members")
        population: Population = generate(size)
        chosen = np.random.default_rng(1).integers(0, size, queries)
        seekers = [population.member(int(member), scoring) for member in chosen]
        if where == ARRAYS:
            found, facts[size] = kernels.measure(population, scoring, seekers, bandwidth)
            facts[size]["bandwidth"] = bandwidth
        else:
            found, facts[size] = site.measure(population, scoring, seekers, _report)
        timings += found
    results = {"timings": [timing.as_dict() for timing in timings], "facts": facts}
    Path(path).write_text(json.dumps(results), encoding="utf-8")


def _report(text: str) -> None:
    print(f"  {text} …", file=sys.stderr, flush=True)


def report(results: Results) -> Iterator[str]:
    """Sections in Markdown."""
    yield "### One query, the best ten\n"
    yield "Milliseconds. Ratio: p50 to that of the index kernel at the same size.\n"
    header = ("method", "members", "p50", "p99", "ratio", "queries", "goal (p50 / p99)")
    yield table(header, _time_rows(results))
    yield "### Ratios\n"
    yield table(("p50 of", "members", "ratio", "goal"), _ratio_rows(results))
    yield "### Memory and building\n"
    yield table(("what", "members", "measured", "goal"), _resource_rows(results))


def series(results: Results) -> dict[str, list[tuple[float, float]]]:
    """For the chart: by method the p50 at each size."""
    found: dict[str, list[tuple[float, float]]] = {}
    for where, timings in results.timings.items():
        for timing in timings:
            found.setdefault(_name(where, timing.method), []).append((timing.size, timing.p50))
    return found


def _name(where: str, method: str) -> str:
    return f"{method} ({where})" if method in site.IN_DATABASE else method


def _time_rows(results: Results) -> Iterator[Sequence[object]]:
    for where, timings in results.timings.items():
        for timing in sorted(timings, key=lambda each: each.size):
            kernel = results.find(ARRAYS, kernels.EXACT, timing.size)
            ratio = f"{timing.p50 / kernel.p50:,.1f}" if kernel else ""
            name, size = _name(where, timing.method), f"{timing.size:,}"
            p50, p99 = milliseconds(timing.p50), milliseconds(timing.p99)
            yield name, size, p50, p99, ratio, timing.calls, _goal(timing)


def _goal(timing: Timing) -> str:
    if (timing.method, timing.size) not in GOALS:
        return ""
    p50, p99 = GOALS[timing.method, timing.size]
    reached = timing.p50 * 1000 <= p50 and timing.p99 * 1000 <= p99
    return f"{p50} / {p99}: {verdict(reached)}"


def _ratio_rows(results: Results) -> Iterator[Sequence[object]]:
    pairs = ((kernels.EXACT, kernels.PROTOTYPE, "floor"), (kernels.SIMILAR, kernels.PROTOTYPE_SIMILAR, "floor_similar"))
    for size, facts in results.facts[ARRAYS].items():
        for method, prototype, floor in pairs:
            own, other = results.find(ARRAYS, method, size), results.find(ARRAYS, prototype, size)
            if own is None or other is None:
                continue
            goal = FLOOR_GOALS.get(size) if method == kernels.EXACT else None
            name = f"{method} / memory floor of {facts[floor] * 1e6:.1f} µs"
            yield _ratio(name, size, own.p50 / facts[floor], most=goal)
            most = PROTOTYPE_GOAL if size >= LEAST_JUDGED else None
            yield _ratio(f"{method} / {prototype}", size, own.p50 / other.p50, most=most)
        yield from _sql_rows(results, size)
    yield from _request_rows(results)


def _request_rows(results: Results) -> Iterator[Sequence[object]]:
    for where, sizes in results.facts.items():
        for size, facts in sizes.items():
            kit, bare = (results.find(where, method, size) for method in (requests.KIT, requests.BARE))
            if kit and bare:
                asked = f"{facts['queries']:.0f} of at most {MOST_QUERIES} queries"
                name = f"{requests.BARE} / {requests.KIT} ({where}), {asked}"
                few = facts["queries"] <= MOST_QUERIES
                yield _ratio(name, size, bare.p50 / kit.p50, least=REQUESTS_GOAL, holds=few)


def _sql_rows(results: Results, size: int) -> Iterator[Sequence[object]]:
    """How many times faster than the best database, exact."""
    own = results.find(ARRAYS, kernels.EXACT, size)
    known = {where: results.find(where, site.SQL, size) for where in results.timings if where != ARRAYS}
    times = {where: timing.p50 for where, timing in known.items() if timing}
    if own is None or not times:
        return
    best = min(times, key=lambda where: times[where])
    yield _ratio(f"best exact SQL ({best}) / {kernels.EXACT}", size, times[best] / own.p50, least=SQL_GOALS.get(size))


def _ratio(
    name: str, size: int, ratio: float, *, most: float | None = None, least: float | None = None, holds: bool = True
) -> Sequence[object]:
    """``holds``: whether what else belongs to the goal is so."""
    goal = ""
    if most is not None:
        goal = f"at most {most}: {verdict(ratio <= most)}"
    elif least is not None:
        goal = f"at least {least}: {verdict(ratio >= least and holds)}"
    return name, f"{size:,}", f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}", goal


def _resource_rows(results: Results) -> Iterator[Sequence[object]]:
    for size, facts in results.facts[ARRAYS].items():
        for name, key, goal in (
            ("index, shared", "bytes", SHARED_GOAL),
            ("scratch of a thread", "scratch", PRIVATE_GOAL),
        ):
            for_100_000 = facts[key] / MEBIBYTE * 100_000 / size
            measured = f"{facts[key] / MEBIBYTE:.1f} MiB ({for_100_000:.2f} for 100,000)"
            judged = f"{goal} for 100,000: {verdict(for_100_000 <= goal)}" if size >= LEAST_JUDGED_MEMORY else ""
            yield name, f"{size:,}", measured, judged
    yield from _build_rows(results.facts)


def _build_rows(facts: Mapping[str, Mapping[int, Facts]]) -> Iterator[Sequence[object]]:
    for where in (name for name in facts if name != ARRAYS):
        for size, found in facts[where].items():
            goal = BUILD_GOALS.get(size)
            judged = f"{goal} s: {verdict(found['build'] <= goal)}" if goal else ""
            yield f"building the index from {where}", f"{size:,}", f"{found['build']:.2f} s", judged
