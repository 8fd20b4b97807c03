"""``manage.py skillswap_rebuild_matches``: after an import that wrote no events, or to have the index at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.transaction import TransactionManagementError

from skillswap_kit.core.progress import with_progress


class Command(BaseCommand):
    help = "Builds the index of the matching anew and puts it in force; workers notice at their next query."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="only if it is missing, damaged or old")

    def handle(self, *, if_needed: bool, **options: Any) -> None:
        try:
            from skillswap_kit.matching.index import building, rebuilding
            from skillswap_kit.matching.index.snapshots import BuildRunning
        except ModuleNotFoundError as error:
            raise CommandError('The index needs numpy: pip install "skillswap-kit[matching]"') from error
        try:
            reason = rebuilding.reason_to_rebuild() if if_needed else "asked for"
            if reason is None:
                self.stdout.write("The index is good.")
                return
            self.stdout.write(f"Building: {reason}")
            built = rebuilding.rebuild(report=self._moves_bar(building.STEPS))
        except BuildRunning as error:
            raise CommandError("Somebody else is building the index at this moment.") from error
        except (TransactionManagementError, ImproperlyConfigured, OSError) as error:
            raise CommandError(str(error)) from error
        text = f"{built.members} members, {built.listings} listings, {built.seconds:.2f} s"
        self.stdout.write(self.style.SUCCESS(f"Snapshot {built.number}: {text}"))

    def _moves_bar(self, steps: int) -> Callable[[str], object]:
        """What is told of each step that is done."""
        bar = with_progress(self.stdout, "Steps", range(steps))
        next(bar)
        return lambda text: next(bar, None)
