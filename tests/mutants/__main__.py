"""``python -m tests.mutants``: plant each bug in a copy of the source and see that its tests fail.

Options: words of names to run only those; ``--database`` for those of one database. Exit code 1 if a bug got through.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .catalogue import CATALOGUE, Mutant

ROOT = Path(__file__).resolve().parents[2]
TESTS_FAILED = 1


def run_tests(source: Path, tests: tuple[str, ...], database: str, worker: str) -> subprocess.CompletedProcess[str]:
    """Run ``tests`` against the package below ``source``, in a database of this worker's own."""
    name = {} if database == "sqlite" else {"TEST_DATABASE_NAME": f"skillswap_{worker}"}
    environment = {**os.environ, **name, "PYTHONPATH": str(source), "TEST_DATABASE": database, "RACE_ROUNDS": "20"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--create-db", *tests]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600)


def plant(mutant: Mutant, folder: Path) -> Path:
    """A copy of the source with the bug in it. Raises ValueError where the text is not there exactly once."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    path = source / mutant.file
    text = path.read_text()
    if text.count(mutant.before) != 1:
        raise ValueError(f"{mutant.name}: the text to replace is {text.count(mutant.before)} times in {mutant.file}")
    path.write_text(text.replace(mutant.before, mutant.after))
    return source


def is_caught(mutant: Mutant, worker: str) -> tuple[bool, str]:
    """Whether the tests fail with the bug, and the last line that they say."""
    with tempfile.TemporaryDirectory() as folder:
        result = run_tests(plant(mutant, Path(folder)), mutant.tests, mutant.database, worker)
    lines = result.stdout.strip().splitlines() or [result.stderr.strip()[-200:]]
    return result.returncode == TESTS_FAILED, lines[-1]


def baseline_holds(mutants: list[Mutant]) -> bool:
    """Without the bugs the same tests pass: else a red test would look like a caught bug."""
    for database in sorted({mutant.database for mutant in mutants}):
        tests = {test for mutant in mutants if mutant.database == database for test in mutant.tests}
        result = run_tests(ROOT / "src", tuple(sorted(tests)), database, "baseline")
        if result.returncode:
            print(result.stdout[-4000:], f"\nThe tests fail on {database} without any bug.")
            return False
        print(f"without bugs, {database}: {result.stdout.strip().splitlines()[-1]}", flush=True)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="run only mutants whose names contain one of these")
    parser.add_argument("--database", choices=["sqlite", "postgres", "mariadb"])
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = [
        mutant
        for mutant in CATALOGUE
        if (not options.words or any(word in mutant.name for word in options.words))
        and options.database in (None, mutant.database)
    ]
    if not baseline_holds(chosen):
        return 1
    started = time.monotonic()
    with ThreadPoolExecutor(options.workers, thread_name_prefix="mutant") as pool:
        results = pool.map(is_caught, chosen, (f"mutant_{number}" for number in range(len(chosen))))
        survivors = 0
        for mutant, (caught, said) in zip(chosen, results, strict=True):
            survivors += not caught
            print(f"{'caught ' if caught else 'MISSED '} {mutant.name} ({mutant.database}): {said}", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"{len(chosen) - survivors} of {len(chosen)} planted bugs caught in {minutes:.1f} minutes")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
