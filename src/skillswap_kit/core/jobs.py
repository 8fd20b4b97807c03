"""Work outside the request: jobs that run soon after commit, and due work that runs again and again.

A job gets ids and plain values, runs after the transaction that asked for it has committed, and may run twice.
It goes through ``django.tasks`` where Django has it, through its backport where ``django_tasks`` is installed, and
is run at once otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from .transactions import kit_database

logger = logging.getLogger("skillswap.jobs")

P = ParamSpec("P")
R = TypeVar("R")
DueWork = Callable[[], int]

due_work_registry: dict[str, DueWork] = {}


def has_task_framework() -> bool:
    return find_spec("django.tasks") is not None or apps.is_installed("django_tasks")


class Job(Generic[P, R]):
    """A module-level function that can be called at once, or asked for with :meth:`enqueue`."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        self.path = f"{function.__module__}.{function.__qualname__}"
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def enqueue(self, **arguments: Any) -> None:
        """Run it when the current transaction has committed; never if that rolls back.

        A failure then is logged: what asked for the job is done and must not look undone.
        """

        # A function of its own, because Django logs the failure with the name that a partial does not have.
        def hand_over() -> None:
            if has_task_framework():
                import_module("skillswap_kit.core.tasks").run_job.enqueue(self.path, arguments)
            else:
                cast("Callable[..., R]", self.function)(**arguments)

        transaction.on_commit(hand_over, using=kit_database(), robust=True)


def job(function: Callable[P, R]) -> Job[P, R]:
    """Make a module-level function a job. Its arguments are keywords that JSON can carry."""
    return Job(function)


def due_work(name: str) -> Callable[[DueWork], DueWork]:
    """Register a function of an app's ``due.py`` for ``skillswap_run_due``; it returns how many things it did."""

    def register(function: DueWork) -> DueWork:
        due_work_registry[name] = function
        return function

    return register


def run_due() -> dict[str, int | None]:
    """Do all due work once: how many things each did. What fails is logged and answers None; the rest goes on."""
    autodiscover_modules("due")
    done: dict[str, int | None] = {}
    for name, work in due_work_registry.items():
        try:
            done[name] = work()
        except Exception:
            logger.exception("due work failed", extra={"work": name})
            done[name] = None
    return done


def do_each(due: QuerySet[Any], act: Callable[[Any], bool], *, limit: int, batch: int = 100) -> int:
    """Call ``act`` with the key of each row that is due, at most until ``limit`` are done; how many it did.

    A row that fails is logged and does not hold up the others. When all are through, the last failure is raised, so
    that whoever runs due work sees it.
    """
    done, last_key, failure = 0, None, None
    while done < limit:
        rows = due if last_key is None else due.filter(pk__gt=last_key)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
        for key in keys:
            try:
                done += act(key)
            except Exception as error:
                logger.exception("due work failed for one row", extra={"model": due.model._meta.label, "key": key})
                failure = error
        if len(keys) < batch:
            break
        last_key = keys[-1]
    if failure is not None:
        raise failure
    return done
