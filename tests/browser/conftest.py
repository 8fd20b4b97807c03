from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.example.fixtures import Site, demo_data, run_python, running_demo

from .pages import Shown

__all__ = ["demo_data"]


ROOT = Path(__file__).resolve().parents[2]
# With social sign-in, so that its buttons are looked at too.
AS_SHOWN = {"GOOGLE_CLIENT_ID": "nobody", "GOOGLE_CLIENT_SECRET": "nothing"}
LOOK_UP = "from tests.browser.pages import look_up; look_up()"


def repository_path() -> str:
    """For a process of the example site that imports from these tests."""
    return os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))


@dataclass
class Tour:
    """A running example site, and its pages with people who can open them."""

    site: Site
    data: Path
    shown: list[Shown]
    sessions: dict[str, str]
    routes: list[str]
    unseen: list[str]


@pytest.fixture(scope="session")
def toured(demo_data: Path) -> Path:
    """A copy of the demo data with what the pages need besides them; made once for all workers of this run."""
    data = demo_data.with_name("toured-data")
    with demo_data.with_name("toured-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "tour.json").exists():
            shutil.copytree(demo_data, data, dirs_exist_ok=True)
            done = run_python(data, "-c", LOOK_UP, PYTHONPATH=repository_path(), **AS_SHOWN)
            assert done.returncode == 0, done.stderr[-3000:]
            (data / "tour.json").write_text(done.stdout)
    return data


@pytest.fixture(scope="session")
def tour(toured: Path) -> Iterator[Tour]:
    found = json.loads((toured / "tour.json").read_text())
    found["shown"] = [Shown(**shown) for shown in found["shown"]]
    with running_demo(toured, **AS_SHOWN) as site:
        yield Tour(site, toured, **found)


@pytest.fixture(scope="session")
def demo_site(tour: Tour) -> Site:
    """The site that this worker runs already."""
    return tour.site
