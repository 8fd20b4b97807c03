"""``manage.py skillswap_clear_circles``: suggests circles to the whole community, such as once a week from cron."""

from __future__ import annotations

from argparse import ArgumentTypeError
from functools import partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillswap_kit.core.progress import with_progress
from skillswap_kit.exchange.conf import exchange_settings

from ...services.clearing import GREEDY, METHODS, Clearing, clear_circles


def whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("give a whole number from 1 on")
    return int(text)


def seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise ArgumentTypeError("give a number of seconds above 0")
    return found


class Command(BaseCommand):
    help = (
        "Looks for circles of everybody, chooses such as do not overlap, and proposes them in the name of the site: "
        "each of the three is asked, and all must accept. Interrupted, it leaves whole proposals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--method",
            choices=METHODS,
            default=GREEDY,
            help="greedy: the best circle first, and so on; exact: the choice that is worth the most, which needs "
            "scipy (default: %(default)s)",
        )
        parser.add_argument(
            "--time-limit",
            type=seconds,
            default=60.0,
            metavar="SECONDS",
            help="how long the exact method may search; then it takes the best that it has (default: %(default)s)",
        )
        parser.add_argument(
            "--per-member",
            type=whole_number,
            default=1,
            metavar="N",
            help="so many circles may wait for the answer of one member, with those there are (default: %(default)s)",
        )
        parser.add_argument(
            "--candidates",
            type=whole_number,
            default=10,
            metavar="N",
            help="it chooses among so many circles of each member (default: %(default)s)",
        )
        parser.add_argument("--days", type=whole_number, help="how long the three may take to answer")
        parser.add_argument("--matcher", default="default", help="alias of MATCHING_BACKENDS (default: %(default)s)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be proposed, and propose nothing")

    def handle(self, **options: Any) -> None:
        longest = exchange_settings.PROPOSAL_DAYS
        if options["days"] and options["days"] > longest:
            raise CommandError(f"At most {longest} days, as EXCHANGE_PROPOSAL_DAYS says.")
        try:
            clearing = clear_circles(
                method=options["method"],
                seconds=options["time_limit"],
                per_member=options["per_member"],
                candidates=options["candidates"],
                days=options["days"],
                dry_run=options["dry_run"],
                matcher=options["matcher"],
                watch=partial(with_progress, self.stdout),
            )
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self._report(clearing, is_dry=options["dry_run"])

    def _report(self, clearing: Clearing, *, is_dry: bool) -> None:
        choice = clearing.choice
        self.stdout.write(f"Members who offer and want something: {clearing.members}")
        self.stdout.write(f"Circles that are possible: {clearing.found}")
        reached = f"with {len(clearing.reached)} members, worth {choice.worth:.3f} together"
        self.stdout.write(f"Chosen: {len(choice.options)} {reached}")
        if choice.gap is None:
            self.stdout.write("The greedy method does not know how much more there could be.")
        elif choice.gap:
            self.stdout.write(f"The time was over: at most {choice.gap:.2%} of the optimum is missing.")
        else:
            self.stdout.write("No choice of these circles is worth more.")
        for code, times in sorted(clearing.refused.items()):
            self.stdout.write(f"Not proposed ({code}): {times}")
        proposed = len(choice.options) if is_dry else len(clearing.proposed)
        self.stdout.write(self.style.SUCCESS(f"{'Would be proposed' if is_dry else 'Proposed'}: {proposed}"))
