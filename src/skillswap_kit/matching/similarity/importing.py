"""Similarities from files: a table of one's own, and the relations between skills of ESCO.

Read whole and resolved before anything is written. Everything raises :class:`FileProblem` with all that is wrong.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.services import resolve_skills

from ..models import MAX_SIMILARITY

OWN_COLUMNS = ("wanted", "taught", "weight")
# What the releases of the European Commission call the columns, then what the edition of Tabiya calls them.
RELATION_COLUMNS = (
    ("originalskilluri", "relationtype", "relatedskilluri"),
    ("requiringid", "relationtype", "requiredid"),
)
LABEL_COLUMNS = (("concepturi", "preferredlabel", "altlabels"), ("id", "preferredlabel", "altlabels"))
SEPARATORS = ",;\t"
ESSENTIAL, OPTIONAL = 40, 20
"""Weights of ESCO's two types of relation, in hundredths."""


class FileProblem(ValueError):
    """A file cannot be used; ``problems`` says why, with numbers of lines."""

    def __init__(self, path: Path, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path.name}: {problem}" for problem in self.problems))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a file, by lower-case names of columns, and where it ends."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """``rows`` were read; ``unknown`` names stand for no skill: with the numbers of the lines that name them."""

    rows: int
    weights: dict[tuple[int, int], int]
    unknown: Mapping[str, list[int]]


def read_table(path: Path, columns: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], list[Line]]:
    """The lines of a CSV file in UTF-8 whose header has one of these sets of columns, and which set that is."""
    lines = _parsed(path)
    _number, header = next(lines, (1, []))
    names = [name.strip().lower() for name in header]
    found = next((wanted for wanted in columns if set(wanted) <= set(names)), None)
    if found is None:
        expected = " or ".join(", ".join(wanted) for wanted in columns)
        raise FileProblem(
            path, [f"the first line must name the columns {expected}; it has {', '.join(names) or 'none'}"]
        )
    rows, problems = list[Line](), list[str]()
    for number, cells in lines:
        if len(cells) == len(names):
            rows.append(Line(number=number, cells=dict(zip(names, map(str.strip, cells), strict=True))))
        elif cells:
            problems.append(f"line {number} has {len(cells)} columns, the first line {len(names)}")
    if problems:
        raise FileProblem(path, problems)
    return found, rows


def _parsed(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it ends."""
    text = _text(path)
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise FileProblem(path, [f"line {reader.line_num}: {error}"]) from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileProblem(path, [f"cannot be read: {error.strerror}"]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileProblem(path, [f"line {line} is not UTF-8; save the file as “CSV UTF-8”"]) from error


def read_own(path: Path) -> Imported:
    """A table of ``wanted``, ``taught`` (names in any language, aliases or slugs) and ``weight`` in hundredths."""
    _columns, lines = read_table(path, [OWN_COLUMNS])
    skills = _resolved(line.cells[column] for line in lines for column in ("wanted", "taught"))
    reader = _OwnReader(skills)
    for line in lines:
        reader.read(line)
    if reader.problems:
        raise FileProblem(path, reader.problems)
    return Imported(rows=len(lines), weights=reader.weights, unknown=reader.unknown)


def _resolved(texts: Iterable[str]) -> dict[str, int]:
    texts = set(texts)
    slugs = Skill.objects.approved().values_list("slug", "pk")
    return {slug: pk for slug, pk in slugs if slug in texts} | resolve_skills(texts)


class _OwnReader:
    """Collects pairs, names that stand for nothing, and what else is wrong."""

    def __init__(self, skills: Mapping[str, int]) -> None:
        self.skills = skills
        self.weights: dict[tuple[int, int], int] = {}
        self.unknown: dict[str, list[int]] = {}
        self.problems: list[str] = []
        self._seen: dict[tuple[int, int], int] = {}

    def read(self, line: Line) -> None:
        weight = line.cells["weight"]
        if not re.fullmatch("[0-9]{1,2}", weight) or not 1 <= int(weight) <= MAX_SIMILARITY:
            self.problems.append(f"line {line.number}: “{weight}” is no whole number from 1 to {MAX_SIMILARITY}")
            return
        wanted, taught = (self._skill(line, column) for column in ("wanted", "taught"))
        if wanted is None or taught is None:
            return
        if wanted == taught:
            self.problems.append(f"line {line.number}: both names stand for the same skill")
        elif (first := self._seen.setdefault((wanted, taught), line.number)) != line.number:
            self.problems.append(f"line {line.number}: these two skills stand in line {first} already")
        else:
            self.weights[wanted, taught] = int(weight)

    def _skill(self, line: Line, column: str) -> int | None:
        name = line.cells[column]
        if name not in self.skills:
            self.unknown.setdefault(name, []).append(line.number)
        return self.skills.get(name)


def read_esco(relations: Path, labels: Path, *, essential: int = ESSENTIAL, optional: int = OPTIONAL) -> Imported:
    """ESCO's relations between skills, by the labels in its file of skills.

    A skill that needs another is helped by it: by an essential one more, by an optional one less. Concepts that stand
    for no skill of the site are left out in silence: they are most of the fourteen thousand. The preferred label counts
    before others; where several relations lead to one pair, the strongest counts.
    """
    weight_of = {"essential": essential, "optional": optional}
    (requiring, relation, required), lines = read_table(relations, RELATION_COLUMNS)
    kinds = {line.cells[relation].lower() for line in lines}
    if unknown := sorted(kinds - weight_of.keys()):
        raise FileProblem(relations, [f"relations are essential or optional, not {', '.join(map(repr, unknown))}"])
    skills = _concepts(labels)
    weights = dict[tuple[int, int], int]()
    for line in lines:
        wanted, taught = skills.get(line.cells[requiring]), skills.get(line.cells[required])
        if wanted is not None and taught is not None and wanted != taught:
            weight = weight_of[line.cells[relation].lower()]
            weights[wanted, taught] = max(weight, weights.get((wanted, taught), 0))
    return Imported(rows=len(lines), weights=weights, unknown={})


def _concepts(path: Path) -> dict[str, int]:
    """The skills of the site by the keys that ESCO gives them."""
    (key, preferred, others), lines = read_table(path, LABEL_COLUMNS)
    names = {
        line.cells[key]: [line.cells[preferred], *map(str.strip, line.cells[others].splitlines())] for line in lines
    }
    skills = resolve_skills(name for of_concept in names.values() for name in of_concept)
    return {
        concept: skill
        for concept, of_concept in names.items()
        if (skill := next((skills[name] for name in of_concept if name in skills), None)) is not None
    }
