"""Congestion: what becomes of attention when everybody follows the order they are shown.

One after another, in random order, members write to the first five of their list; whoever was written to accepts the
three they like best of those who wrote. Of value is what was accepted: the sum of the truths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillswap_kit.matching.scoring import Scoring

from .measures import TOP, gini
from .methods import two_sided, utilities
from .truth import Array, World

WRITES, ACCEPTS = 5, 3


@dataclass(frozen=True, kw_only=True)
class Attention:
    value: float
    gini: float
    """Of how often each member stands in somebody's first ten."""
    most: int
    """How often the member who is shown most is shown."""


def simulate(world: World, scoring: Scoring) -> Attention:
    """Everybody looks once; a proposal that waits for its answer is a load on its receiver."""
    gets = utilities(world.wants, world.offers, world.similar)
    members = len(gets)
    load, shown = np.zeros(members), np.zeros(members)
    wrote = np.zeros_like(gets, dtype=bool)
    for member in np.random.default_rng(2).permutation(members):
        scores = two_sided(scoring, gets[member], gets[:, member], load)
        scores[member] = 0
        order = np.argsort(-scores, kind="stable")[:TOP]
        order = order[scores[order] > 0]
        shown[order] += 1
        load[order[:WRITES]] += 1
        wrote[member, order[:WRITES]] = True
    return Attention(value=_accepted(wrote, world.truth), gini=gini(shown), most=int(shown.max()))


def _accepted(wrote: Array, truth: Array) -> float:
    heard = np.where(wrote, truth, 0)
    return float(np.sort(heard, axis=0)[-ACCEPTS:].sum())
