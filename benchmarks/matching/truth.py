"""Worlds in which it is known who would accept whom, to measure orders of candidates against.

1,500 members, 400 skills in 40 clusters. Within a cluster one skill replaces part of another. A member accepts another
with a probability that grows with what they would get and saturates, times a taste that nobody but they know; the truth
of a pair is the product of both probabilities. The library sees listings with rounded levels and priorities, and
similarities that are noisy and cut to five a skill. This form is that of a utility and so favours utilities over
cosines; the real data of :mod:`.questions` does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skillswap_kit.matching.models import MAX_SIMILARITY
from skillswap_kit.matching.scoring import LEVELS, PRIORITIES, WEIGHT_UNIT

from .population import word

MEMBERS, SKILLS, CLUSTERS = 1_500, 400, 40
LISTINGS = 5
SEEN_NEIGHBOURS = 5
SIMILARITY_NOISE = 0.1
"""Standard deviation between a similarity and what the library knows of it."""
WORTH_NOISE = 0.05
"""Standard deviation between a level or priority and its rounded form."""
TASTE_NOISE = 0.3
"""Standard deviation of the logarithm of how much somebody likes another person."""
SHARED_WORD = 0.3
"""How often the name of a skill says which cluster it is of."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """``offers`` and ``wants``: hundredths, members by skills; ``similar``: hundredths, wanted by taught, 100 on the
    diagonal; ``truth``: the probability that a row and a column accept each other; ``expected``: the same for somebody
    who knew everything but tastes, which is the most that any order can reach."""

    names: tuple[str, ...]
    offers: Array
    wants: Array
    similar: Array
    truth: Array
    expected: Array


def world(seed: int, *, members: int = MEMBERS, skills: int = SKILLS, clusters: int = CLUSTERS) -> World:
    dice = np.random.default_rng(seed)
    cluster = np.arange(skills) * clusters // skills
    popularity = 1.0 / np.arange(1, skills + 1)
    popularity = dice.permutation(popularity / popularity.sum())
    offered, wanted = _lists(dice, members, popularity), _lists(dice, members, popularity)
    wanted &= ~offered
    level, priority = (_rounded(dice, members, skills, scale) for scale in (LEVELS.values(), PRIORITIES.values()))
    replaces = np.triu(dice.uniform(0, MAX_SIMILARITY / WEIGHT_UNIT, (skills, skills)), 1)
    replaces = (replaces + replaces.T) * (cluster[:, None] == cluster[None, :])
    gets = (wanted * priority[1]) @ (replaces + np.eye(skills)) @ (offered * level[1]).T
    taste = np.exp(dice.normal(0, TASTE_NOISE, gets.shape))
    return World(
        names=_names(dice, cluster),
        offers=np.rint(offered * level[0] * WEIGHT_UNIT),
        wants=np.rint(wanted * priority[0] * WEIGHT_UNIT),
        similar=_seen(dice, replaces),
        truth=_both_accept(gets * taste),
        expected=_both_accept(gets),
    )


def _lists(dice: Any, members: int, popularity: Array) -> npt.NDArray[np.bool_]:
    lists = np.zeros((members, len(popularity)), bool)
    for row, count in zip(lists, np.clip(dice.poisson(LISTINGS, members), 1, None), strict=True):
        row[dice.choice(len(popularity), min(count, len(popularity)), replace=False, p=popularity)] = True
    return lists


def _rounded(dice: Any, members: int, skills: int, scale: Any) -> tuple[Array, Array]:
    """What listings say, and what is so."""
    said = dice.choice(np.array(sorted(scale)), (members, skills))
    return said, np.clip(said + dice.normal(0, WORTH_NOISE, said.shape), 0.05, 1.0)


def _both_accept(appeal: Array) -> Array:
    accepts = 1.0 - np.exp(-appeal)
    return accepts * accepts.T * (1 - np.eye(len(appeal)))


def _seen(dice: Any, replaces: Array) -> Array:
    noisy = replaces + (replaces > 0) * dice.normal(0, SIMILARITY_NOISE, replaces.shape)
    hundredths = np.clip(np.rint(noisy * WEIGHT_UNIT), 0, MAX_SIMILARITY)
    return strongest(hundredths, SEEN_NEIGHBOURS) + WEIGHT_UNIT * np.eye(len(replaces))


def strongest(weights: Array, count: int) -> Array:
    """The largest ``count`` of each row, 0 for all others; of equal ones the first."""
    columns = np.argsort(-weights, axis=1, kind="stable")[:, :count]
    kept = np.zeros_like(weights)
    np.put_along_axis(kept, columns, np.take_along_axis(weights, columns, axis=1), axis=1)
    return kept


def _names(dice: Any, cluster: npt.NDArray[np.int64]) -> tuple[str, ...]:
    """Two words each, the second now and then that of the cluster."""
    shared = [word(dice) for _cluster in range(int(cluster.max()) + 1)]
    return tuple(f"{word(dice)} {shared[each] if dice.random() < SHARED_WORD else word(dice)}" for each in cluster)
