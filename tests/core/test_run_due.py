"""``skillswap_run_due``: once for cron, again and again beside a server."""

from __future__ import annotations

import signal
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from skillswap_kit.core import jobs

from .children import start_child


@pytest.fixture
def works(monkeypatch):
    """Nothing is due but what the test says."""
    registry = {}
    monkeypatch.setattr(jobs, "due_work_registry", registry)
    monkeypatch.setattr(jobs, "autodiscover_modules", lambda name: None)
    return registry


def run(**options):
    out, err = StringIO(), StringIO()
    try:
        call_command("skillswap_run_due", stdout=out, stderr=err, no_color=True, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), error
    return out.getvalue(), err.getvalue(), None


def test_it_says_what_it_did(works):
    works.update({"one.busy": lambda: 3, "two.idle": lambda: 0})
    assert run() == ("one.busy: 3\n", "", None)
    assert run(verbosity=0) == ("", "", None)


def test_what_fails_does_not_stop_the_rest(works, caplog):
    works.update({"one.broken": lambda: 1 // 0, "two.busy": lambda: 2})
    out, err, error = run()
    assert (out, err) == ("two.busy: 2\n", "one.broken: failed\n")
    assert error is not None
    assert error.returncode == 1
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("every", ["0", "-1", "1.5", "x", "", "86401", "٣٠x"])
def test_bad_values_are_refused(works, every):
    works["one.busy"] = lambda: pytest.fail("nothing runs")
    with pytest.raises(CommandError, match="give whole seconds from 1 to 86400"):
        call_command("skillswap_run_due", "--every", every)


@pytest.mark.django_db
def test_the_apps_bring_theirs():
    jobs.run_due()
    assert {"core.deliver_events", "exchange.expire_swaps", "exchange.publish_reviews"} <= set(jobs.due_work_registry)


LOOP = """
import sys
from django.core.management import call_command
from skillswap_kit.core import jobs

rounds = []

def work():
    rounds.append(1)
    print("round", len(rounds), flush=True)
    if len(rounds) == 1:
        raise RuntimeError("not this time")
    return 1

jobs.due_work_registry.clear()
jobs.autodiscover_modules = lambda name: None
jobs.due_work("test.work")(work)
call_command("skillswap_run_due", every=int(sys.argv[1]))
print("ended", flush=True)
"""


def test_it_goes_on_after_a_failure(db):
    with start_child(LOOP, 1) as child:
        assert [child.stdout.readline() for _ in range(2)] == ["round 1\n", "round 2\n"]
        child.terminate()
        _, errors = child.communicate(timeout=60)
        assert "test.work: failed" in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once(db, number):
    with start_child(LOOP, 3600) as child:
        assert child.stdout.readline() == "round 1\n"
        begin = time.monotonic()
        child.send_signal(number)
        assert child.stdout.readline() == "ended\n"
        # A fraction of a second; the rest is for a busy machine.
        assert time.monotonic() - begin < 5
        child.communicate(timeout=60)
        assert child.returncode == 0


def test_run_once_by_a_real_process_that_fails(transactional_db):
    # Not `db`, whose open transaction holds SQLite's only lock: Django 6.1 tries the database as it starts.
    script = LOOP.replace(
        'call_command("skillswap_run_due", every=int(sys.argv[1]))',
        'execute_from_command_line(["m", "skillswap_run_due"])',
    )
    script = script.replace("import call_command", "import execute_from_command_line")
    with start_child(script) as child:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 1
        assert "Some due work failed" in errors
