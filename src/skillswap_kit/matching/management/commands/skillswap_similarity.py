"""``manage.py skillswap_similarity learn|import|compute``: which skills help with which, other than staff say it."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillswap_kit.exchange.models import Skill

from ...models import MAX_SIMILARITY, SkillSimilarity
from ...similarity.importing import ESSENTIAL, OPTIONAL, FileProblem, Imported, read_esco, read_own
from ...similarity.learning import MIN_MEMBERS, learn_similarities
from ...similarity.providers import compute_similarities, providers
from ...similarity.services import Weights, replace_similarities

SHOWN = 10
"""So many of the strongest pairs, and of unknown names, are shown."""


def weight(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SIMILARITY:
        raise ArgumentTypeError(f"give hundredths from 1 to {MAX_SIMILARITY}")
    return int(text)


def people(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("give a whole number from 1 on")
    return int(text)


class Command(BaseCommand):
    help = (
        "Learns, imports or computes which skills help with which. Each replaces what the same way had found before, "
        "and leaves alone what staff set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True, metavar="learn|import|compute")
        learn = ways.add_parser("learn", help="from which skills members teach together")
        learn.add_argument(
            "--min-members", type=people, default=MIN_MEMBERS, help="so many must teach both (default: %(default)s)"
        )
        importing = ways.add_parser("import", help="from a CSV file with the columns wanted, taught, weight")
        importing.add_argument("file", type=Path)
        importing.add_argument("--ignore-unknown", action="store_true", help="leave out names that stand for no skill")
        importing.add_argument(
            "--esco-skills", type=Path, metavar="FILE", help="ESCO's skills; the other file has its relations of skills"
        )
        for kind, default in (("essential", ESSENTIAL), ("optional", OPTIONAL)):
            explanation = f"weight of ESCO's {kind} relations in hundredths (default: {default})"
            importing.add_argument(f"--{kind}", type=weight, default=default, help=explanation)
        compute = ways.add_parser("compute", help="by a provider of MATCHING_SIMILARITY_PROVIDERS")
        compute.add_argument("provider", help="its alias")
        for each in (learn, importing, compute):
            each.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, way: str, dry_run: bool, **options: Any) -> None:
        source, weights = getattr(self, f"_{way}")(options)
        done = replace_similarities(source=source, weights=weights, dry_run=dry_run)
        self._show_strongest(weights)
        if done.left:
            self.stdout.write(f"Left as staff or a better source have it: {done.left}")
        if done.unusable:
            self.stdout.write(f"Left out, as a skill is no longer approved: {done.unusable}")
        counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
        self.stdout.write(self.style.SUCCESS(f"{'Would be: ' if dry_run else ''}{counts}"))

    def _learn(self, options: Mapping[str, Any]) -> tuple[str, Weights]:
        learnt = learn_similarities(min_members=options["min_members"])
        self.stdout.write(f"{learnt.members} members teach {learnt.skills} skills")
        return SkillSimilarity.Source.LEARNT, learnt.weights

    def _import(self, options: Mapping[str, Any]) -> tuple[str, Weights]:
        try:
            found = self._read(options)
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        if found.unknown:
            self._show_unknown(found.unknown)
            if not options["ignore_unknown"]:
                raise CommandError("Nothing was imported. Correct these names, or add --ignore-unknown.")
        self.stdout.write(f"{found.rows} rows lead to {len(found.weights)} pairs of skills")
        return SkillSimilarity.Source.IMPORTED, found.weights

    def _read(self, options: Mapping[str, Any]) -> Imported:
        if options["esco_skills"] is None:
            return read_own(options["file"])
        weights = {"essential": options["essential"], "optional": options["optional"]}
        return read_esco(options["file"], options["esco_skills"], **weights)

    def _compute(self, options: Mapping[str, Any]) -> tuple[str, Weights]:
        alias = options["provider"]
        if alias not in providers:
            raise CommandError(
                f"There is no provider {alias!r}; MATCHING_SIMILARITY_PROVIDERS has {sorted(providers)}."
            )
        try:
            computed = compute_similarities(alias)
        except (ImproperlyConfigured, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{alias} compared {computed.skills} skills")
        return SkillSimilarity.Source.PROVIDED, computed.weights

    def _show_unknown(self, unknown: Mapping[str, list[int]]) -> None:
        for name, lines in unknown.items():
            numbers = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
            self.stderr.write(f"No skill is called “{name}”: line {numbers}")

    def _show_strongest(self, weights: Weights) -> None:
        strongest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
        names = Skill.objects.in_bulk({pk for pair, _ in strongest for pk in pair})
        for (wanted, taught), hundredths in strongest:
            self.stdout.write(f"{hundredths:3} {names.get(wanted, wanted)} ← {names.get(taught, taught)}")
