"""What is ticked in docs/reference/features.md names tests that exist; the parts that are built are ticked whole."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "features.md"
DONE, OPEN, LATER = "☑", "☐", "–"


BUILT = {"foundation", "doors", "matching"}
"""The parts of which no row may be open."""
DEFECTS = {1, 2, 3, 4, 5, 6, 13, 18, 19, 20, 21, 23, 24, 25, 28, 31, 33}
"""The mistakes of earlier systems that concern these parts."""


def rows(pattern: str) -> list[list[str]]:
    """The cells of the table rows whose id looks like this."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(rf"\| {pattern}", line)]


def features() -> list[list[str]]:
    return rows(r"S\d")


def defects() -> list[list[str]]:
    return rows(r"d\d")


@cache
def names_of_tests(file: str) -> frozenset[str]:
    """The tests of a module as pytest names them, without parameters: ``test_x``, ``TestY::test_z``."""
    found = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return frozenset(found)


def test_every_feature_is_listed_once():
    ids = [row[0] for row in features()]

    assert len(ids) == len(set(ids)) == 250
    assert {row[3] for row in features()} <= {DONE, OPEN, LATER}


def test_every_feature_of_the_parts_that_are_built_is_ticked():
    built = [row for row in features() if row[1] in BUILT]

    assert len(built) == 118
    assert [row[0] for row in built if row[3] != DONE] == []


def test_every_mistake_of_earlier_systems_is_listed():
    assert [row[0] for row in defects()] == [f"d{number:02}" for number in range(1, 34)]
    assert {int(row[0][1:]) for row in defects() if row[2] == DONE} == DEFECTS


TICKED = [(row[0], row[-1]) for row in (*features(), *defects()) if DONE in row]


@pytest.mark.parametrize("shown_by", [pytest.param(cell, id=name) for name, cell in TICKED])
def test_what_is_ticked_is_shown_by_tests_that_exist(shown_by):
    references = re.findall(r"`([^`]+)`", shown_by)

    assert references
    for reference in references:
        file, _, test = reference.partition("::")
        assert test in names_of_tests(file), reference
