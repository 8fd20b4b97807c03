"""Transactions on the database that the host's routers name for the kit; all its tables are in one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.db import OperationalError, router, transaction

from .failures import is_victim

ATTEMPTS = 4
LONGEST_PAUSE = 0.05
"""Seconds between two attempts."""

P = ParamSpec("P")
T = TypeVar("T")


def kit_database() -> str:
    """The alias of the kit's database. Asked for at each use, as a router may answer by what is going on."""
    return router.db_for_write(apps.get_model("skillswap_core.Event"))


class KitAtomic:
    """What :func:`kit_atomic` gives."""

    def __enter__(self) -> None:
        self._transaction = transaction.atomic(using=kit_database())
        self._transaction.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._transaction.__exit__(kind, error, traceback)

    def __call__(self, service: Callable[P, T]) -> Callable[P, T]:
        @wraps(service)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            for _attempt in range(1, ATTEMPTS):
                try:
                    with kit_atomic():
                        return service(*args, **kwargs)
                except OperationalError as error:
                    if not is_victim(error) or transaction.get_connection(kit_database()).in_atomic_block:
                        raise
                    time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 (so that two do not meet again)
            with kit_atomic():
                return service(*args, **kwargs)

        return call


def kit_atomic() -> KitAtomic:
    """``transaction.atomic`` on the kit's database, around a block or as ``@kit_atomic()`` around a service.

    A service that the database chose as the victim of a deadlock is done again, if the transaction was its own: all of
    it was rolled back. So its arguments must bear to be read twice.
    """
    return KitAtomic()
