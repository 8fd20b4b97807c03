from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.settings.databases import database

ROOT = Path(__file__).resolve().parents[2]
SHELF = "shelf.shelf"

Action = tuple[str, list[Any], dict[str, Any]]


def do(name: str, /, *arguments: Any, **keywords: Any) -> Action:
    """One step of a host, by its name in ``tests.translation.host``."""
    return name, list(arguments), keywords


@dataclass
class Hosts:
    """One database, and the projects that use it one after the other."""

    databases: dict[str, Any]
    fresh: bool = True

    def run(
        self,
        *actions: Action,
        languages: str = "",
        version: int = 1,
        report: bool = True,
        apps: tuple[str, ...] = (),
        routers: tuple[str, ...] = (),
        databases: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Any:
        spec = {
            "actions": [do("forget"), *actions] if self.fresh else actions,
            "languages": languages.split(),
            "version": version,
            "report": report,
            "apps": apps,
            "routers": routers,
            "databases": {**self.databases, **(databases or {})},
            "settings": settings,
        }
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:skillswap_kit", "-m", "tests.translation.host"],
            input=json.dumps(spec),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.fresh = False
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def host_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    options = database()
    if options["ENGINE"].endswith("sqlite3"):
        options["NAME"] = str(tmp_path_factory.mktemp("host") / "host.sqlite3")
    else:
        options["NAME"] = f"{options['NAME']}_hosts_{os.getpid()}"
    options["TEST"] = {**options.get("TEST", {}), "NAME": options["NAME"]}
    hosts = Hosts({"default": options}, fresh=False)
    hosts.run(do("create_database"), do("migrate"), report=False)
    yield options
    if not options["ENGINE"].endswith("sqlite3"):
        hosts.run(do("drop_database"), report=False)


@pytest.fixture
def hosts(host_database: dict[str, Any]) -> Hosts:
    return Hosts({"default": host_database})
