"""200 members and what they exchange: as services would have left it, the same each time, and loaded once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .fixtures import PROJECT, environment, manage, needs_example, run_python

pytestmark = needs_example


@pytest.fixture(scope="module")
def findings(demo_data):
    done = run_python(demo_data, str(Path(__file__).with_name("audit.py")), PYTHONPATH=str(PROJECT))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_services_could_have_produced_it(findings):
    assert findings["faults"] == []


def test_there_is_as_much_as_promised(findings):
    assert (findings["users"], findings["profiles"]) == (202, 200)
    assert findings["avatars"] > 150
    assert (findings["categories"], findings["inner categories"]) == (40, 30)
    assert findings["skills"] == {"approved": 300, "proposed": 5, "merged": 1, "rejected": 1}
    assert min(findings["listings"].values()) > 300


def test_every_state_is_shown(findings):
    assert set(findings["swaps"]) == {
        *("proposed", "accepted", "in_progress", "completed", "declined", "cancelled", "expired")
    }
    assert set(findings["kinds"]) == {"barter", "gift", "circle"}
    assert set(findings["sessions"]) == {"pending", "accepted", "declined", "completed", "cancelled", "missed"}
    assert set(findings["listing states"]) == {"active", "paused", "removed"}
    for what in ("published reviews", "hidden reviews", "connections", "removed connections"):
        assert findings[what] > 0, what


def contents(data: Path) -> list[object]:
    """Every row, without the names of files, which are random, what Django keeps for itself, and who signed in."""
    excluded = ("contenttypes", "auth.permission", "sessions")
    done = manage(data, "dumpdata", *(f"--exclude={name}" for name in excluded))
    assert done.returncode == 0, done.stderr
    rows = re.sub(r'"(avatars|listings)/[0-9a-f/]+\.png"', '"file"', done.stdout)
    return json.loads(re.sub(r'"last_login": "[^"]*"', '"last_login": null', rows))


@pytest.mark.slow
def test_a_second_load_changes_nothing(demo_data):
    before = contents(demo_data)
    done = manage(demo_data, "load_demo_data")
    assert done.stdout == "The demo data are there already.\n"
    assert contents(demo_data) == before


@pytest.mark.slow
def test_a_load_that_was_killed_goes_on_where_it_was_and_ends_the_same(demo_data, tmp_path):
    data = tmp_path / "data"
    assert manage(data, "migrate", "--verbosity", "0").returncode == 0
    command = [sys.executable, str(PROJECT / "manage.py"), "load_demo_data"]
    with subprocess.Popen(command, env=environment(data), stdout=subprocess.PIPE, text=True) as load:
        while "[5/7]" not in load.stdout.read(1) + load.stdout.readline():
            assert load.poll() is None
        load.kill()
    done = manage(data, "load_demo_data")
    assert "[1/7]" not in done.stdout
    assert "[7/7]" in done.stdout
    assert contents(data) == contents(demo_data)


@pytest.mark.slow
def test_without_debug_the_published_password_opens_nothing(tmp_path):
    assert manage(tmp_path, "migrate", "--verbosity", "0", DEBUG="0").returncode == 0
    script = (
        "import django; django.setup();"
        "from django.contrib.auth import get_user_model;"
        "from demo.accounts import load_accounts; from demo.clock import Clock;"
        "load_accounts(Clock());"
        "print(any(user.has_usable_password() for user in get_user_model().objects.all()))"
    )
    done = run_python(tmp_path, "-c", script, DEBUG="0")
    assert done.stdout.strip() == "False", done.stderr


SIGN_IN = """
import django; django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
users = get_user_model().objects
for name, password in (("maya", "learn-together"), ("own", "wind-in-the-olives-7")):
    users.filter(username=name).exists() or users.create_user(name, password=password)
    answer = Client().post("/accounts/login/", {"login": name, "password": password}, headers={"Host": "localhost"})
    print(name, answer.status_code)
"""


@pytest.mark.slow
def test_what_was_loaded_with_debug_lets_nobody_in_without(tmp_path):
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    assert run_python(tmp_path, "-c", SIGN_IN).stdout.split() == ["maya", "302", "own", "302"]
    verified = {"DEBUG": "0", "EMAIL_VERIFICATION": "optional"}
    assert run_python(tmp_path, "-c", SIGN_IN, **verified).stdout.split() == ["maya", "200", "own", "302"]
