"""Child processes that work in their parent's test database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import django; django.setup()"


def child_environment() -> dict[str, str]:
    """The database must have been made: the test asks for ``db`` or ``transactional_db``."""
    kind = {"postgresql": "postgres", "mysql": "mariadb"}.get(connection.vendor, connection.vendor)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings.default"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        "TEST_DATABASE": kind,
        "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
    }


def start_child(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", f"{START}\n{script}", *map(str, arguments)],
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
