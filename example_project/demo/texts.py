"""What the members of the demo write, in English and Arabic."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the demo data, to be read only."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _texts() -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
    return texts


def choices(kind: str, language: str) -> list[Any]:
    found: list[Any] = _texts()[language][kind]
    return found


def write(random: Random, kind: str, language: str, **words: str) -> str:
    """One of the texts of this kind, filled in."""
    text: str = random.choice(choices(kind, language))
    return text.format(**words)


def write_review(random: Random, rating: int, language: str) -> str:
    comment: str = random.choice(_texts()[language]["review"][str(rating)])
    return comment
