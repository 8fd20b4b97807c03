"""A site that began with the first migrations of the kit takes this wheel: no row is lost, and the story goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from . import written
from .conftest import Environments
from .databases import server_database, sqlite_database
from .project import Host

pytestmark = pytest.mark.slow

SETTINGS = """
DATABASES = {{"default": {database!r}}}
"""


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def host(
    request: pytest.FixtureRequest, environments: Environments, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp(f"upgrade_{request.param}")
    with ExitStack() as stack:
        if request.param == "sqlite":
            database = sqlite_database(folder)
        else:
            name = f"skillswap_upgrade_{os.getpid()}"
            database = stack.enter_context(server_database(request.param, name))
        host = Host.start(environments("i18n", *database.pins), folder / "site")
        settings = SETTINGS.format(database=database.settings)
        host.append("settings.py", written.settings(without=("SQLite",)), settings)
        host.append("urls.py", written.urls())
        yield host


def test_no_row_is_lost_and_the_story_goes_on(host: Host):
    host.tell("rows", "load")
    host.migrate()
    host.tell("rows", "compare")
    assert host.tell("api", "session").endswith("the end\n")
    host.manage("skillswap_run_due")
