"""``python -m benchmarks``: the offers list against a bare DRF view, on SQLite and PostgreSQL, in one run.

Requests to the two views alternate in small batches, so that a noisy machine is noisy for both; read the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

SIZES = (1_000, 100_000)
BATCH = 10
GOALS = {"ratio": 0.6, "queries": 6, "growth": 2.0}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgres", "mariadb"])
    parser.add_argument("--requests", type=int, default=400, help="requests per view and size")
    options = parser.parse_args()
    for database in options.database or ["sqlite", "postgres"]:
        # A process each, because Django is set up for one database.
        environment = {**os.environ, "TEST_DATABASE": database, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        command = [sys.executable, "-c", f"from benchmarks.__main__ import measure; measure({options.requests})"]
        subprocess.run(command, env=environment, check=True)
    return 0


def measure(requests: int) -> None:
    import django

    django.setup()
    from django.db import connection

    slowest: dict[str, list[float]] = {}
    for size in SIZES:
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        if size == SIZES[0]:
            _print_heading(requests)
        try:
            _fill(size)
            for viewer, client in _viewers().items():
                p95 = _compare(size, viewer, client, requests)
                slowest.setdefault(viewer, []).append(p95)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
    for viewer, (small, large) in slowest.items():
        growth = large / small
        print(f"p95 at 100,000 over p95 at 1,000, {viewer}: {growth:.2f} {_verdict(growth <= GOALS['growth'])}")


def _print_heading(requests: int) -> None:
    from django.db import connection

    version = ".".join(map(str, connection.get_database_version()))
    print(f"\n{connection.vendor} {version}, {requests} requests per view, page of 20")
    print(f"{'offers':>8} {'viewer':<10} {'kit/s':>7} {'bare/s':>7} {'ratio':>6} {'p95 ms':>7} {'queries':>8}")


def _fill(size: int) -> None:
    from django.db import connection

    from benchmarks.data import fill

    print(f"  loading {size} offers …", end="\r", file=sys.stderr, flush=True)
    fill(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor != "mysql" else "ANALYZE TABLE skillswap_exchange_listing")


def _viewers() -> dict[str, Any]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    member = Client()
    member.force_login(get_user_model().objects.filter(is_active=True).earliest("pk"))
    return {"anonymous": Client(), "member": member}


def _compare(size: int, viewer: str, client: Any, requests: int) -> float:
    """Print one row; the 95th percentile of the kit's answers in milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    kit, bare = (lambda: client.get("/api/skills/")), (lambda: client.get("/bare/"))
    with CaptureQueriesContext(connection) as captured:
        answer = kit()
    queries = len(captured)
    if answer.json()["results"] != bare().json()["results"]:
        raise SystemExit("The two views answer differently; the comparison would mean nothing.")
    times: dict[str, list[float]] = {"kit": [], "bare": []}
    for _round in range(requests // BATCH):
        times["kit"] += _times(kit)
        times["bare"] += _times(bare)
    rates = {name: 1 / statistics.fmean(values) for name, values in times.items()}
    ratio, p95 = rates["kit"] / rates["bare"], statistics.quantiles(times["kit"], n=20)[-1] * 1000
    verdict = _verdict(ratio >= GOALS["ratio"] and queries <= GOALS["queries"])
    print(
        f"{size:>8} {viewer:<10} {rates['kit']:>7.0f} {rates['bare']:>7.0f} {ratio:>6.2f} {p95:>7.2f} "
        f"{queries:>8} {verdict}",
        flush=True,
    )
    return p95


def _times(request: Callable[[], Any]) -> list[float]:
    times = []
    for _number in range(BATCH):
        begin = time.perf_counter()
        request()
        times.append(time.perf_counter() - begin)
    return times


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
