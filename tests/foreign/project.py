"""Environments and projects that know the kit by its wheel alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import pytest

from tests.conftest import IN_CI
from tests.example.fixtures import free_port

from .written import ROOT

HERE = Path(__file__).resolve().parent
SAME_DJANGO = f"Django=={django.__version__}"

# Of the suite, and none of a host's business.
NOT_INHERITED = (
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # for Playwright in our own process
    "DJANGO_SETTINGS_MODULE",
    "PYTHONDEVMODE",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
)

# Read by every Python of the environment: what the kit does wrong by itself is no mere warning.
STRICT = 'import warnings\n\nwarnings.filterwarnings("error", module=r"skillswap_kit(\\.|$)")\n'
MESSAGE = re.compile(r"\((\w+\.[A-Z]\d{3})\)")
OF_A_BARE_PROJECT = ("security.", "mail.")
"""What Django itself says of a new project that goes online as it is."""


def need(what: str | None, reason: str) -> str:
    """``what``, if it is there. Where it is not the test is skipped, and in CI it fails."""
    if what is None:
        (pytest.fail if IN_CI else pytest.skip)(reason)
    assert what is not None
    return what


def uv() -> str:
    beside = [str(ROOT / ".venv" / "bin"), str(Path(sys.executable).parent)]
    return need(shutil.which("uv", path=os.pathsep.join([*beside, os.environ.get("PATH", "")])), "uv is not installed")


def _environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {**inherited, "PYTHONUTF8": "1", **variables}


def run(*command: str | Path, cwd: Path, ok: bool = True, **variables: str) -> str:
    """Everything that a command prints; if ``ok``, it must end well."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert not ok or done.returncode == 0, f"{command}\n{done.stdout[-6000:]}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    run(uv(), "build", "--wheel", "--quiet", "--out-dir", folder, ROOT, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path, extras: str, pins: tuple[str, ...]) -> Path:
    """A virtual environment with the wheel and this Django; the path of its Python."""
    python = folder / "bin" / "python"
    run(uv(), "venv", "--quiet", "--python", sys.executable, folder, cwd=folder.parent)
    kit = f"{wheel}[{extras}]" if extras else str(wheel)
    run(uv(), "pip", "install", "--quiet", "--python", python, kit, SAME_DJANGO, *pins, cwd=folder.parent)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(packages, "sitecustomize.py").write_text(STRICT)
    return python


@dataclass(frozen=True)
class Host:
    """A project by ``startproject``, and what its owner does with it."""

    python: Path
    folder: Path

    @classmethod
    def start(cls, python: Path, folder: Path, *, files: str = "") -> Host:
        """A new project called ``host``, with the files of a folder below ``projects`` beside its own."""
        folder.mkdir()
        run(python, "-m", "django", "startproject", "host", folder, cwd=folder)
        shutil.copytree(HERE / "story", folder / "story", ignore=shutil.ignore_patterns("__pycache__"))
        if files:
            shutil.copytree(HERE / "projects" / files, folder, dirs_exist_ok=True)
        return cls(python, folder)

    def append(self, name: str, *texts: str) -> None:
        """Add texts at the end of a module of the project."""
        self.write(f"host/{name}", "\n\n" + "\n\n".join(texts) + "\n")

    def write(self, name: str, text: str) -> None:
        """Make or lengthen a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)

    def manage(self, *arguments: str, ok: bool = True) -> str:
        return run(self.python, "manage.py", *arguments, cwd=self.folder, ok=ok)

    def tell(self, story: str, *arguments: str) -> str:
        """Run a module of ``story`` in the project; what it printed."""
        module = ("-m", f"story.{story}", *arguments)
        return run(self.python, *module, cwd=self.folder, DJANGO_SETTINGS_MODULE="host.settings")

    def migrate(self) -> None:
        """The tables are made, and neither the models nor a second run find anything to do."""
        self.tell("tables")

    def our_messages(self) -> list[str]:
        """The ids of what ``check --deploy`` says since the kit is there."""
        said = self.manage("check", "--deploy", ok=False)
        assert "System check identified" in said, said
        return sorted(name for name in MESSAGE.findall(said) if not name.startswith(OF_A_BARE_PROJECT))

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of the project while ``runserver`` runs."""
        port, log = free_port(), self.folder / "server.log"
        command = [self.python, "manage.py", "runserver", "--noreload", str(port)]
        with log.open("w") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env=_environment(PYTHONUNBUFFERED="1"), stdout=output, stderr=output
            )
        try:
            address = f"http://127.0.0.1:{port}"
            started = time.monotonic()
            while address not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() - started < 60, log.read_text()
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def get(address: str, *, refused: bool = False) -> tuple[int, str]:
    """The status and the text of a page; redirections are followed. Raises HTTPError unless told that it is refused."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        if not refused:
            raise
        return error.code, error.read().decode()
