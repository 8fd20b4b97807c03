"""Jobs run after commit, through whatever task framework there is."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from skillswap_kit.core import jobs
from skillswap_kit.core.apps import KitAppConfig
from skillswap_kit.core.jobs import due_work_registry, job, run_due

pytestmark = pytest.mark.django_db

DONE = []


@job
def note(*, what: str) -> str:
    """Write it down."""
    DONE.append(what)
    return what


@job
def fail(*, why: str) -> None:
    raise ValueError(why)


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def test_it_runs_after_commit_and_not_after_rollback(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        note.enqueue(what="tea")
        assert DONE == []
        with transaction.atomic():
            note.enqueue(what="never")
            transaction.set_rollback(True)
    assert DONE == ["tea"]


def test_it_can_be_called_like_any_function():
    assert note(what="now") == "now"
    assert note.__doc__ == "Write it down."


@pytest.mark.parametrize("framework", [True, False])
def test_a_job_that_fails_leaves_what_asked_for_it_alone(framework, monkeypatch, django_capture_on_commit_callbacks):
    if framework and not jobs.has_task_framework():
        pytest.skip("no task framework in this environment")
    monkeypatch.setattr(jobs, "has_task_framework", lambda: framework)
    with django_capture_on_commit_callbacks(execute=True):
        fail.enqueue(why="no reason")
        note.enqueue(what="tea")
    assert DONE == ["tea"]


def test_due_work_that_fails_does_not_stop_the_rest(monkeypatch):
    def broken() -> int:
        raise ValueError

    for name, work in (("tests.broken", broken), ("tests.fine", lambda: 3)):
        monkeypatch.setitem(due_work_registry, name, work)
    done = run_due()
    assert done["tests.broken"] is None
    assert done["tests.fine"] == 3
    assert done["exchange.expire_swaps"] == 0


def test_an_app_above_a_missing_floor_says_so():
    class Roof(KitAppConfig):
        name = "skillswap_kit.exchange"
        label = "roof"
        needs_apps = ("skillswap_kit.core", "skillswap_kit.cellar")

    roof = Roof("skillswap_kit.exchange", apps.get_app_config("skillswap_exchange").module)
    roof.apps = apps
    with pytest.raises(ImproperlyConfigured, match=r"needs 'skillswap_kit\.cellar' in INSTALLED_APPS"):
        roof.import_models()
