from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .project import build_wheel, make_environment

Environments = Callable[..., Path]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "foreign"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def only_one(folder: Path, name: str) -> Iterator[bool]:
    """Whether what ``name`` stands for is still to be made, while all other workers wait."""
    done = folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    with only_one(shared, "wheel") as is_missing:
        if is_missing:
            build_wheel(shared / "dist")
    return next((shared / "dist").glob("*.whl"))


@pytest.fixture(scope="session")
def environments(shared: Path, wheel: Path) -> Environments:
    """Makes virtual environments, each set of packages once."""

    def environment(extras: str = "", *pins: str) -> Path:
        name = "env-" + hashlib.sha256(repr((extras, pins)).encode()).hexdigest()[:8]
        with only_one(shared, name) as is_missing:
            if is_missing:
                return make_environment(shared / name, wheel, extras, pins)
        return shared / name / "bin" / "python"

    return environment
