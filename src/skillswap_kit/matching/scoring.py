"""How well two members fit: one object that every exact matcher asks, so that swapping matchers changes no order.

The score is an absolute two-sided utility. What a member gets from another is the sum, over the wants of the one and
the offers of the other, of priority times level times similarity of the two skills; both directions are fused by their
harmonic mean, which the worse-off side dominates (Pizzato et al., RECON, RecSys 2010). Not normalised: covering two of
ten wants is worth more than one of one.

Weights are whole hundredths and utilities whole millionths, so that sums are the same in any order and on any engine;
the fused score is arithmetic on doubles in one written order. Equal scores are ordered by member number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skillswap_kit.core.backends import BackendRegistry

from .matches import MatchedSkill

WEIGHT_UNIT = 100
"""A weight of 1.0 of a level, a priority or a similarity."""
UTILITY_UNIT = WEIGHT_UNIT**3
"""A utility of 1.0: one want of full priority met by an offer of the highest level."""
ACTIVITY_CAP = 10
"""So many completed swaps are as good as any more."""

LEVELS = {"beginner": 0.4, "intermediate": 0.6, "advanced": 0.8, "expert": 1.0}
PRIORITIES = {1: 0.2, 2: 0.4, 3: 0.6, 4: 0.8, 5: 1.0}
HIGHEST_PRIORITY = max(PRIORITIES)


class Scoring:
    """Utilities, their fusion, and what raises or lowers the result.

    ``levels`` and ``priorities`` map what listings say to weights from 0 to 1. ``load_factor``: a member whom n
    proposals wait for is worth 1 / (1 + n·factor) of themselves, which spreads attention. ``activity_factor``: up to so
    much more for members who have completed swaps; bounded, because popularity alone shows everybody the same ten
    people. Raises ValueError for weights outside these bounds.
    """

    def __init__(
        self,
        alias: str = "default",
        *,
        levels: Mapping[str, float] = LEVELS,
        priorities: Mapping[int, float] = PRIORITIES,
        load_factor: float = 0.05,
        activity_factor: float = 0.0,
    ) -> None:
        self.alias = alias
        self.level_weights = _weights("levels", levels, LEVELS)
        self.priority_weights = _weights("priorities", priorities, PRIORITIES)
        if load_factor < 0 or not 0 <= activity_factor <= 1:
            raise ValueError("load_factor must be at least 0, activity_factor from 0 to 1")
        self.load_factor, self.activity_factor = float(load_factor), float(activity_factor)

    def offer_weight(self, level: str) -> int:
        """What an offer of this level is worth, in hundredths."""
        return self.level_weights[level]

    def want_weight(self, priority: int) -> int:
        """What a want of this priority is worth, in hundredths."""
        return self.priority_weights[priority]

    def fuse(self, gets: Any, gives: Any) -> Any:
        """One number for two positive utilities. Arithmetic alone, so that it works on arrays and in SQL."""
        return 2.0 * gets * gives / (gets + gives)

    def adjust(self, score: Any, load: Any, activity: Any) -> Any:
        """The score of a member for whom ``load`` proposals wait, with ``activity`` completed swaps, capped."""
        if self.activity_factor:
            score = score * (1.0 + self.activity_factor * activity / float(ACTIVITY_CAP))
        if self.load_factor:
            score = score / (1.0 + self.load_factor * load)
        return score

    def score(self, gets: Any, gives: Any, load: Any, activity: Any) -> Any:
        """From two utilities in millionths, both positive, to what candidates are ordered by."""
        return self.adjust(self.fuse(gets / float(UTILITY_UNIT), gives / float(UTILITY_UNIT)), load, activity)

    def leg(self, value: Any, load: Any, activity: Any) -> Any:
        """What a leg between the seeker and another is worth; the load and the activity are the other's."""
        return self.adjust(value / float(UTILITY_UNIT), load, activity)

    def circle(self, first: Any, middle: Any, last: Any) -> Any:
        """The score of a circle from what its two legs with the seeker are worth and the millionths of the third.

        The product orders circles as their geometric mean does: one weak leg cannot be made up for by the others.
        Matchers rest on its being one: they look only at the best of each side.
        """
        return first * (middle / float(UTILITY_UNIT)) * last


def _weights(name: str, given: Mapping[Any, float], known: Mapping[Any, float]) -> dict[Any, int]:
    if given.keys() != known.keys():
        raise ValueError(f"{name} must say a weight for each of {sorted(known)}")
    if not all(0 <= weight <= 1 for weight in given.values()):
        raise ValueError(f"{name} must be from 0 to 1")
    return {key: round(weight * WEIGHT_UNIT) for key, weight in given.items()}


def matched_skills(
    wants: Mapping[int, int], offers: Mapping[int, int], similar: Mapping[int, Mapping[int, int]]
) -> Iterator[MatchedSkill]:
    """What of these wants those offers meet, and how much each is worth; utilities are the sums of the values."""
    for wanted, priority in wants.items():
        if wanted in offers:
            yield MatchedSkill(wanted=wanted, taught=wanted, value=priority * offers[wanted] * WEIGHT_UNIT)
        for taught, similarity in similar.get(wanted, {}).items():
            if taught in offers:
                yield MatchedSkill(wanted=wanted, taught=taught, value=priority * offers[taught] * similarity)


def utility(wants: Mapping[int, int], offers: Mapping[int, int], similar: Mapping[int, Mapping[int, int]]) -> int:
    """What whoever has these wants gets from these offers, in millionths."""
    return sum(matched.value for matched in matched_skills(wants, offers, similar))


def best_skill(
    wants: Mapping[int, int], offers: Mapping[int, int], similar: Mapping[int, Mapping[int, int]]
) -> MatchedSkill | None:
    """The one skill of these offers that is worth the most: what a leg of a circle is about. None if nothing fits."""
    found = (matched for matched in matched_skills(wants, offers, similar) if matched.value)
    return min(found, key=lambda matched: (-matched.value, matched.wanted, matched.taught), default=None)


scorings = BackendRegistry("MATCHING_SCORING", Scoring)


def get_scoring() -> Scoring:
    return scorings["default"]
