"""Ways to order candidates, for a whole community at once: the kit's, and what earlier systems did.

Each takes a :class:`.truth.World` and gives a matrix: how high the column's member stands in the row's list.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np

from skillswap_kit.matching.scoring import WEIGHT_UNIT, Scoring

from .truth import Array, World

SIMILAR_NAME = 0.6
"""From this ratio on an earlier system took two names for one skill."""

DEFAULT = "**utility, harmonic, similar skills (the default)**"


def utilities(wants: Array, offers: Array, similar: Array | None) -> Array:
    """What rows get from columns, in millionths: as :func:`skillswap_kit.matching.scoring.utility`, for all pairs.

    Sums of whole numbers below 2**53 are exact in doubles.
    """
    met = wants @ similar if similar is not None else wants * WEIGHT_UNIT
    return met @ offers.T


def two_sided(scoring: Scoring, gets: Array, gives: Array, load: Array | float = 0.0) -> Array:
    """The kit's score of every pair; 0 where one side gets nothing."""
    both = (gets > 0) & (gives > 0)
    scores = scoring.score(np.where(both, gets, 1), np.where(both, gives, 1), load, 0)
    return np.where(both, scores, 0.0)


def default(world: World) -> Array:
    gets = utilities(world.wants, world.offers, world.similar)
    return two_sided(Scoring(), gets, gets.T)


def without_similarity(world: World) -> Array:
    gets = utilities(world.wants, world.offers, None)
    return two_sided(Scoring(), gets, gets.T)


def cosine_in_one_vector(world: World) -> Array:
    listed = ((world.offers > 0) | (world.wants > 0)).astype(float)
    return _normal(listed) @ _normal(listed).T


def one_sided_cosine(world: World) -> Array:
    return _normal(world.wants > 0) @ _normal(world.offers > 0).T


def two_sided_cosine(world: World) -> Array:
    gets = one_sided_cosine(world)
    both = (gets > 0) & (gets.T > 0)
    return np.where(both, 2 * gets * gets.T / np.where(both, gets + gets.T, 1), 0)


def exact_mutual_count(world: World) -> Array:
    return _mutual_count((world.wants > 0).astype(float) @ (world.offers > 0).T)


def fuzzy_names(world: World) -> Array:
    names = same_names(world.names)
    return _mutual_count((world.wants > 0).astype(float) @ names @ (world.offers > 0).T)


def all_but_tastes(world: World) -> Array:
    return world.expected


def at_random(world: World) -> Array:
    return np.random.default_rng(1).random(world.truth.shape)


def same_names(names: tuple[str, ...]) -> Array:
    """1 where difflib takes the names of two skills for one."""
    found = np.eye(len(names))
    for row, one in enumerate(names):
        # The second argument is what difflib prepares once.
        matcher = SequenceMatcher(None, "", one.lower())
        for column, other in enumerate(names):
            matcher.set_seq1(other.lower())
            if matcher.real_quick_ratio() > SIMILAR_NAME and matcher.quick_ratio() > SIMILAR_NAME:
                found[row, column] = matcher.ratio() > SIMILAR_NAME
    return found


def _mutual_count(counts: Array) -> Array:
    return np.where((counts > 0) & (counts.T > 0), counts + counts.T, 0)


def _normal(rows: Array) -> Array:
    lengths: Array = np.linalg.norm(rows.astype(float), axis=1, keepdims=True)
    normal: Array = rows / np.maximum(lengths, 1e-9)
    return normal


METHODS: dict[str, Callable[[World], Array]] = {
    "random": at_random,
    "cosine, offers and wants in one vector (an earlier system)": cosine_in_one_vector,
    "names alike by difflib, counted both ways (an earlier system)": fuzzy_names,
    "exact mutual count (an earlier system)": exact_mutual_count,
    "one-sided cosine": one_sided_cosine,
    "two-sided cosine, harmonic": two_sided_cosine,
    "utility, harmonic": without_similarity,
    DEFAULT: default,
}
