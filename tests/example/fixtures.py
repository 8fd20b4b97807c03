"""The example site in processes of its own: what people start, over a real socket."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent / "example_project"
NEEDED = ("allauth", "csp", "daphne", "dj_database_url", "drf_spectacular_sidecar", "modeltranslation")

needs_example = pytest.mark.skipif(
    not all(map(find_spec, NEEDED)), reason="the dependency group “example” and the extra “i18n” are not installed"
)

EXPLAINED = re.findall(r"^(\w+)=", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
"""The variables that the example reads."""


def environment(data: Path, **more: str) -> dict[str, str]:
    """That of a fresh machine, with a data folder of its own."""
    # The last one is for Playwright in our own process.
    not_ours = {*EXPLAINED, "DJANGO_ALLOW_ASYNC_UNSAFE"}
    inherited = {name: value for name, value in os.environ.items() if name not in not_ours}
    ours = {"DJANGO_SETTINGS_MODULE": "example.settings", "EXAMPLE_DATA": str(data), "PYTHONDEVMODE": ""}
    ours["ENV_FILE"] = os.devnull  # not that of the developer
    return {**inherited, **ours, **more}


def manage(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the example site to its end."""
    return run_python(data, str(PROJECT / "manage.py"), *arguments, **variables)


def run_python(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Site:
    """A running demo."""

    port: int
    process: subprocess.Popen[str]
    output: Path
    seconds_to_start: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def children(self) -> list[int]:
        """The processes that the demo started (Linux tells)."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in tasks.read_text().split()] if tasks.exists() else []

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def running_demo(data: Path, **variables: str) -> Iterator[Site]:
    """`manage.py demo` until its banner is there; ended afterwards."""
    port, output = free_port(), data.parent / f"demo-{time.monotonic_ns()}.log"
    command = [sys.executable, str(PROJECT / "manage.py"), "demo", "--port", str(port)]
    started = time.monotonic()
    with output.open("w") as log:
        process = subprocess.Popen(
            command, env=environment(data, PYTHONUNBUFFERED="1", **variables), stdout=log, stderr=log, text=True
        )
    try:
        while f"http://127.0.0.1:{port}/" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() - started < 240, output.read_text()
            time.sleep(0.05)
        yield Site(port, process, output, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with migrated, loaded demo data, made once for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data = shared / "demo-data"
    with (shared / "demo-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "demo-data.done").exists():
            for command in (("migrate", "--verbosity", "0"), ("load_demo_data",)):
                done = manage(data, *command)
                assert done.returncode == 0, done.stdout + done.stderr
            (shared / "demo-data.done").touch()
    return data


@pytest.fixture(scope="session")
def demo_site(demo_data: Path) -> Iterator[Site]:
    """The demo with all its data, for tests that only read."""
    with running_demo(demo_data) as site:
        yield site
