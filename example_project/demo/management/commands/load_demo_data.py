"""``manage.py load_demo_data``: may be run again at any time."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.clock import Clock
from demo.steps import STEPS, load, missing_steps


class Command(BaseCommand):
    help = "Loads 200 members and what they exchange. What is there already stays as it is."

    def handle(self, **options: Any) -> None:
        missing = missing_steps()
        if not missing:
            self.stdout.write("The demo data are there already.")
            return
        if not settings.DEMO_PASSWORD:
            self.stdout.write("DEBUG is off: the accounts get no password, so nobody can sign in with them.")
        clock, started = Clock(), time.monotonic()
        for number, step in enumerate(STEPS, start=1):
            if step in missing:
                self._load(step, f"[{number}/{len(STEPS)}] {step.name}", clock)
        self.stdout.write(f"Demo data loaded in {time.monotonic() - started:.0f} s.")

    def _load(self, step: Any, label: str, clock: Clock) -> None:
        self.stdout.write(f"{label} … ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        summary = load(step, clock)
        self.stdout.write(f"{summary} ({time.monotonic() - started:.1f} s)")
