"""Choosing among circles so that nobody is in more of them than they can answer: greedily, or as well as possible."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SOLVED = 0
"""What scipy calls an optimum that is proven."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A circle that may be chosen: its people by their numbers, each of whom learns from the next, and its worth."""

    people: tuple[int, int, int]
    skills: tuple[int, int, int]
    """What is taught on the three legs: to the first, to the second, to the third."""
    worth: float


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The best first. ``bound``: no choice of these options is worth more; None where that is not known."""

    options: list[Option]
    bound: float | None = None

    @property
    def worth(self) -> float:
        return math.fsum(option.worth for option in self.options)

    @property
    def gap(self) -> float | None:
        """How much of the bound is missing, from 0 to 1."""
        if self.bound is None:
            return None
        return max(1 - self.worth / self.bound, 0.0) if self.bound else 0.0


def choose_greedily(options: Sequence[Option], capacities: Mapping[int, int]) -> Choice:
    """One after the other, the best first, where all three have room left."""
    room, chosen = dict(capacities), list[Option]()
    for option in sorted(options, key=_order):
        if all(room[number] for number in option.people):
            chosen.append(option)
            for number in option.people:
                room[number] -= 1
    return Choice(options=chosen)


def choose_exactly(options: Sequence[Option], capacities: Mapping[int, int], *, seconds: float) -> Choice:
    """The choice that is worth the most; after so many seconds the best that was found, with how good any could be.

    Never worse than the greedy one. Raises ImproperlyConfigured without scipy.
    """
    optimize, sparse = _scipy()
    greedy = choose_greedily(options, capacities)
    if not options:
        return Choice(options=[], bound=0.0)
    people = sorted({number for option in options for number in option.people})
    rows = {number: row for row, number in enumerate(people)}
    places = [rows[number] for option in options for number in option.people]
    columns = [column for column, option in enumerate(options) for _ in option.people]
    shares = sparse.csr_array(([1.0] * len(places), (places, columns)), shape=(len(people), len(options)))
    solved = optimize.milp(
        [-option.worth for option in options],
        integrality=[1] * len(options),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(shares, ub=[capacities[number] for number in people]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    taken = [] if solved.x is None else [option for option, x in zip(options, solved.x, strict=True) if x > 1 / 2]
    found = max(Choice(options=sorted(taken, key=_order)), greedy, key=lambda choice: choice.worth)
    return replace(found, bound=found.worth if solved.status == SOLVED else _bound(solved, options))


def _order(option: Option) -> tuple[float, tuple[int, int, int]]:
    return -option.worth, option.people


def _bound(solved: Any, options: Sequence[Option]) -> float:
    """Stopped early, the solver may not have one yet."""
    everything = math.fsum(option.worth for option in options)
    found = getattr(solved, "mip_dual_bound", None)
    return everything if found is None or not math.isfinite(found) else min(-found, everything)


def _scipy() -> tuple[Any, Any]:
    try:
        from scipy import optimize, sparse
    except ImportError as error:
        raise ImproperlyConfigured('The exact method needs scipy: pip install "skillswap-kit[matching]"') from error
    return optimize, sparse
