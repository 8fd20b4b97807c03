"""``manage.py skillswap_run_due``: for cron, Celery beat, a CronJob, or beside a server with ``--every``."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from skillswap_kit.core.jobs import run_due


def seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 86_400:
        raise ArgumentTypeError("give whole seconds from 1 to 86400")
    return int(text)


class Command(BaseCommand):
    help = (
        "Does what is due: delivers events, expires proposals, confirms legs, publishes reviews, forgets old records."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=seconds, metavar="SECONDS", help="go on, with so many seconds between")

    def handle(self, *, every: int | None, verbosity: int, **options: Any) -> None:
        if every is None:
            if not self._once(verbosity):
                raise CommandError("Some due work failed; the log says why.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            self._once(verbosity)
            stop.wait(every)

    def _once(self, verbosity: int) -> bool:
        done = run_due()
        for name, count in done.items():
            if count is None:
                self.stderr.write(self.style.ERROR(f"{name}: failed"))
            elif count and verbosity:
                self.stdout.write(f"{name}: {count}")
        return None not in done.values()
