"""Where the tests keep their rows: TEST_DATABASE names the kind, TEST_DATABASE_NAME the database.

A child process that a test starts is given the name of its parent's database (``settings_dict["NAME"]``).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any


def _scratch_file() -> str:
    folder = tempfile.mkdtemp(prefix="skillswap-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(Path(folder) / "tests.sqlite3")


def _sqlite(name: str) -> dict[str, Any]:
    # A file, not memory: threads and child processes share it. A test need not survive a power cut.
    name = name or _scratch_file()
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
        "TEST": {"NAME": name},
    }


def _postgres(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name or "skillswap",
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
    }


def _mariadb(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": name or "skillswap",
        "HOST": os.environ.get("MARIADB_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MARIADB_PORT", "3306"),
        "USER": os.environ.get("MARIADB_USER", "root"),
        "PASSWORD": os.environ.get("MARIADB_PASSWORD", ""),
        "OPTIONS": {"charset": "utf8mb4"},
        "TEST": {"CHARSET": "utf8mb4"},
    }


KINDS = {"sqlite": _sqlite, "postgres": _postgres, "mariadb": _mariadb}


def database() -> dict[str, Any]:
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    if kind not in KINDS:
        raise ValueError(f"TEST_DATABASE is {kind!r}; it must be one of {', '.join(KINDS)}.")
    return KINDS[kind](os.environ.get("TEST_DATABASE_NAME", ""))
