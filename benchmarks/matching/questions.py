"""Who answers a question: observed interactions of quantumcomputing.stackexchange.com, March to August 2018.

Whoever answered questions with a tag offers it; a question wants its tags, and the truth is who answered it. Learnt
from the first 60 % of the posts, ranked for what was asked later and answered by somebody known by then. One-sided:
nobody gives anything back, so that candidates are ordered by what the asker gets.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skillswap_kit.matching.conf import matching_settings
from skillswap_kit.matching.models import MAX_SIMILARITY
from skillswap_kit.matching.scoring import LEVELS, WEIGHT_UNIT

from .methods import same_names, utilities
from .truth import Array, strongest

FILE = "quantumcomputing_se_2018.csv"
LEARNT = 0.6
LEAST_CORRELATION = 0.15
"""Tags that occur together less than this (phi coefficient) are not taken for similar."""
ANSWERS_OF_LEVEL = (1, 2, 4, 8)
"""So many answers with a tag make a beginner, …, an expert."""


@dataclass(frozen=True, kw_only=True)
class Questions:
    """``offers`` and ``wants``: hundredths, answerers or questions by tags; ``truth``: 1 where somebody answered."""

    names: tuple[str, ...]
    offers: Array
    wants: Array
    similar: Array
    truth: Array


def read(folder: Path) -> Questions | None:
    """None where the data is not there."""
    path = folder / FILE
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        posts = sorted(csv.DictReader(file), key=lambda post: post["at"])
    known, later = posts[: round(len(posts) * LEARNT)], posts[round(len(posts) * LEARNT) :]
    names = tuple(sorted({tag for post in posts for tag in post["tags"].split("|") if tag}))
    tags = {name: number for number, name in enumerate(names)}
    counts = _answers_by_tag(known, tags)
    people = {user: number for number, user in enumerate(counts)}
    wants, truth = _asked(later, tags, people)
    given = np.array(list(counts.values()))
    return Questions(
        names=names, offers=_levels(given), wants=wants, similar=_learnt(_tagged(known, tags)), truth=truth
    )


def _answers_by_tag(posts: list[dict[str, str]], tags: Mapping[str, int]) -> dict[str, Array]:
    counts: dict[str, Array] = defaultdict(lambda: np.zeros(len(tags)))
    for post in posts:
        if post["kind"] == "answer":
            counts[post["user"]] += _vector(post, tags)
    return counts


def _asked(posts: list[dict[str, str]], tags: Mapping[str, int], people: Mapping[str, int]) -> tuple[Array, Array]:
    """Later questions that somebody known answered: their tags, and by whom."""
    answered: dict[str, set[int]] = defaultdict(set)
    for post in posts:
        if post["kind"] == "answer" and post["user"] in people:
            answered[post["question_id"]].add(people[post["user"]])
    asked = [post for post in posts if post["kind"] == "ask" and answered.get(post["question_id"])]
    truth = np.zeros((len(asked), len(people)))
    for row, post in enumerate(asked):
        truth[row, sorted(answered[post["question_id"]])] = 1
    wants = np.array([_vector(post, tags) for post in asked]).reshape(len(asked), len(tags))
    return wants * WEIGHT_UNIT, truth


def _tagged(posts: list[dict[str, str]], tags: Mapping[str, int]) -> Array:
    return np.array([_vector(post, tags) for post in posts if post["kind"] == "ask"])


def _vector(post: Mapping[str, str], tags: Mapping[str, int]) -> Array:
    vector = np.zeros(len(tags))
    vector[[tags[tag] for tag in post["tags"].split("|") if tag]] = 1
    return vector


def _levels(counts: Array) -> Array:
    weights = np.array([0.0, *LEVELS.values()]) * WEIGHT_UNIT
    levels: Array = np.rint(weights[np.searchsorted(ANSWERS_OF_LEVEL, counts, side="right")])
    return levels


def _learnt(tagged: Array) -> Array:
    """Similarity from co-occurrence, hundredths; 100 on the diagonal."""
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation: Array = np.nan_to_num(np.corrcoef(tagged, rowvar=False))
    np.fill_diagonal(correlation, 0)
    correlation[correlation < LEAST_CORRELATION] = 0
    nearest = strongest(correlation, matching_settings.MAX_SIMILAR)
    similar: Array = np.minimum(np.rint(nearest * WEIGHT_UNIT), MAX_SIMILARITY)
    return similar + WEIGHT_UNIT * np.eye(len(similar))


def _cosine(questions: Questions) -> Array:
    wants, offers = (questions.wants > 0).astype(float), (questions.offers > 0).astype(float)
    lengths = np.linalg.norm(wants, axis=1)[:, None] * np.linalg.norm(offers, axis=1)
    cosines: Array = wants @ offers.T / np.maximum(lengths, 1e-9)
    return cosines


def _count(questions: Questions) -> Array:
    return (questions.wants > 0).astype(float) @ (questions.offers > 0).T


def _fuzzy(questions: Questions) -> Array:
    return (questions.wants > 0) @ same_names(questions.names) @ (questions.offers > 0).T


DEFAULT = "**utility, similar skills (the default)**"
METHODS: dict[str, Callable[[Questions], Array]] = {
    "random": lambda questions: np.random.default_rng(1).random(questions.truth.shape),
    "cosine of tags (an earlier system)": _cosine,
    "names alike by difflib, counted (an earlier system)": _fuzzy,
    "exact count (an earlier system)": _count,
    "utility": lambda questions: utilities(questions.wants, questions.offers, None),
    DEFAULT: lambda questions: utilities(questions.wants, questions.offers, questions.similar),
}
