"""Bring the translations of every app up to date with its code and templates, and compile them. Needs GNU gettext."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOMES = (ROOT / "src" / "skillswap_kit", ROOT / "example_project")
APPS = [folder.parent for home in HOMES for folder in sorted(home.glob("*/locale"))]


def collect(app: Path) -> None:
    """Add to each catalogue of ``app`` what is new, drop what is gone; a string that was reworded becomes fuzzy."""
    _django_admin(app, "makemessages", "--all", "--no-wrap", "--no-obsolete", "--add-location", "file")


def compile_words(app: Path) -> None:
    _django_admin(app, "compilemessages", "--verbosity", "0")


def _django_admin(app: Path, *arguments: str) -> None:
    # Of no site (its paths would be searched too), and -P: a module of the app must not pass for one of Python's.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-P", "-m", "django", *arguments]
    subprocess.run(command, cwd=app, env=environment, check=True)


if __name__ == "__main__":
    for app in APPS:
        print(app.relative_to(ROOT), flush=True)
        collect(app)
        compile_words(app)
