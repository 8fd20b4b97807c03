"""No extras, the exchange alone, the API alone, SQLite."""

from __future__ import annotations

import json

import pytest

from . import written
from .conftest import Environments
from .project import Host, get, run

pytestmark = pytest.mark.slow

# Its own generator of OpenAPI documents stays the framework's, which drf-spectacular's check must not mind.
SETTINGS = """
INSTALLED_APPS += ["drf_spectacular"]
"""

API_ONLY = """
from django.urls import include

urlpatterns += [path("api/", include("skillswap_kit.urls_api"))]
"""

EXTRAS = ("allauth", "modeltranslation", "channels", "numpy", "sklearn", "guardian", "stripe", "celery", "csp")
LOOK = "import importlib.util, json, sys; print(json.dumps([n for n in sys.argv[1:] if importlib.util.find_spec(n)]))"


@pytest.fixture(scope="module")
def host(environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> Host:
    host = Host.start(environments(), tmp_path_factory.mktemp("api_only") / "site")
    readme = written.settings(without=("modeltranslation", "LANGUAGES", "LocaleMiddleware"))
    host.append("settings.py", readme, SETTINGS)
    host.append("urls.py", API_ONLY)
    host.migrate()
    return host


def test_nothing_of_an_extra_is_there(host: Host):
    assert json.loads(run(host.python, "-c", LOOK, *EXTRAS, cwd=host.folder)) == []


def test_the_checks_have_nothing_to_say(host: Host):
    assert host.our_messages() == []


def test_the_story(host: Host):
    assert host.tell("api", "session").endswith("the end\n")
    host.manage("skillswap_run_due")


def test_the_server_answers(host: Host):
    with host.served() as address:
        status, text = get(f"{address}/api/vocabulary/")
    assert status == 200
    assert "results" in json.loads(text)
