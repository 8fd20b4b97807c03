"""Databases of their own for hosts, on whatever servers there are; gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.settings.databases import KINDS

from .project import need

DRIVERS = {"postgres": ("psycopg[binary]",), "mariadb": ("mysqlclient",), "sqlite": ()}


@dataclass(frozen=True)
class Database:
    settings: dict[str, Any]
    """As in DATABASES."""
    pins: tuple[str, ...] = field(default=())
    """The packages that it needs."""


def sqlite_database(folder: Path) -> Database:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    engine = "django.db.backends.sqlite3"
    return Database({"ENGINE": engine, "NAME": str(folder / "host.sqlite3"), "OPTIONS": options})


@contextmanager
def server_database(kind: str, name: str) -> Iterator[Database]:
    """A new database on the server of this kind, dropped when the host is done. Skips where there is none."""
    settings = KINDS[kind](name)
    if kind == "mariadb":
        for tool in ("gcc", "pkg-config"):
            need(shutil.which(tool), f"the driver of MariaDB is compiled, and {tool} is not installed")
    _ask(kind, settings, f"CREATE DATABASE {name}{' CHARACTER SET utf8mb4' if kind == 'mariadb' else ''}")
    try:
        yield Database({key: value for key, value in settings.items() if key != "TEST"}, DRIVERS[kind])
    finally:
        force = " WITH (FORCE)" if kind == "postgres" else ""
        _ask(kind, settings, f"DROP DATABASE {name}{force}")


def _ask(kind: str, settings: dict[str, Any], statement: str) -> None:
    """By the server's own client: the suite's environment may have no driver of it."""
    where = ["-h", settings["HOST"], "-U" if kind == "postgres" else "-u", settings["USER"]]
    client, port, password, run = {
        "postgres": ("psql", "-p", "PGPASSWORD", ["-d", "postgres", "-qc"]),
        "mariadb": ("mariadb", "-P", "MYSQL_PWD", ["-e"]),
    }[kind]
    command = [
        need(shutil.which(client), f"{client} is not installed"),
        *where,
        port,
        settings["PORT"],
        *run,
        statement,
    ]
    environment = {password: settings["PASSWORD"]} if settings["PASSWORD"] else {}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    need("there" if done.returncode == 0 else None, f"{kind} does not answer: {done.stderr.strip()}")
