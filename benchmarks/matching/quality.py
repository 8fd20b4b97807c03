"""Part *quality*: the kit's order against those of earlier systems, where it is known who would accept whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skillswap_kit.matching.scoring import Scoring

from . import exposure, methods, questions
from .measures import ndcg, reciprocal_rank
from .tables import table, verdict
from .truth import World, world

SEEDS = (1, 2, 3)
GOAL = 0.83
MOST_UNEVEN = 0.5
LOAD_FACTORS = (0.0, 0.02, 0.05, 0.1, 0.2)
EARLIER = ("cosine", "names alike", "exact", "one-sided", "two-sided")
"""How the names of the methods begin that the default must always be above."""
CIRCLES_DATA = "mathtrade_*.csv.gz"


def report(data: Path) -> Iterator[str]:
    """Sections in Markdown. ``data``: the folder of the real data, which need not be there."""
    worlds = [world(seed) for seed in SEEDS]
    yield "### Quality on the synthetic two-sided truth\n"
    yield from _synthetic(worlds)
    yield "### Exposure on the synthetic truth\n"
    yield from _exposure(worlds)
    yield "### Quality on real questions and answers\n"
    yield from _real(data)
    if any(data.glob(CIRCLES_DATA)):
        yield "The barter lists (mathtrade) are for circles, which come with their own table.\n"


def _synthetic(worlds: list[World]) -> Iterator[str]:
    known = {**methods.METHODS, "everything known but tastes (the most that is possible)": methods.all_but_tastes}
    found = {}
    for name, method in known.items():
        scores = [method(each) for each in worlds]
        gains = [ndcg(score, each.truth) for score, each in zip(scores, worlds, strict=True)]
        ranks = [reciprocal_rank(score, each.truth) for score, each in zip(scores, worlds, strict=True)]
        found[name] = (np.mean(gains), np.std(gains), np.mean(ranks))
    rows = [(name, f"{gain:.3f} ± {spread:.3f}", f"{rank:.3f}") for name, (gain, spread, rank) in found.items()]
    yield table(("order by", "nDCG@10", "MRR"), rows)
    gains_only = {name: float(gain) for name, (gain, _spread, _rank) in found.items()}
    default = gains_only[methods.DEFAULT]
    yield f"nDCG@10 of the default {default:.3f}, at least {GOAL}: {verdict(default >= GOAL)}. "
    yield _above_earlier(gains_only, methods.DEFAULT)


def _above_earlier(gains: dict[str, float], default: str) -> str:
    earlier = {name: gain for name, gain in gains.items() if name.startswith(EARLIER)}
    best = max(earlier, key=lambda name: earlier[name])
    ratio = gains[default] / earlier[best]
    return f"{ratio:.2f} times the best earlier method ({best}): {verdict(ratio > 1)}.\n"


def _exposure(worlds: list[World]) -> Iterator[str]:
    found = {}
    for factor in LOAD_FACTORS:
        results = [exposure.simulate(each, Scoring(load_factor=factor)) for each in worlds]
        value, gini = (float(np.mean([getattr(each, name) for each in results])) for name in ("value", "gini"))
        found[factor] = (value, gini, max(each.most for each in results))
    nothing = found[0.0][0]
    rows = [
        (factor, f"{value:.0f}", f"{value / nothing:.2f}", f"{gini:.2f}", most)
        for factor, (value, gini, most) in found.items()
    ]
    header = ("load factor", "value accepted", "ratio to factor 0", "Gini of exposure", "most shown")
    yield table(header, rows)
    default = Scoring().load_factor
    value, gini, _most = found[default]
    yield f"At the default of {default}: Gini {gini:.2f}, at most {MOST_UNEVEN}: {verdict(gini <= MOST_UNEVEN)}; "
    yield f"value accepted {value / nothing:.2f} of that without: {verdict(value >= nothing)}.\n"


def _real(data: Path) -> Iterator[str]:
    asked = questions.read(data)
    if asked is None:
        yield f"Left out: there is no {questions.FILE} in {data}.\n"
        return
    yield f"{len(asked.wants)} questions, {len(asked.offers)} answerers, {len(asked.names)} tags.\n"
    gains, rows = {}, []
    for name, method in questions.METHODS.items():
        scores = method(asked)
        gains[name] = ndcg(scores, asked.truth)
        rows.append((name, f"{gains[name]:.3f}", f"{reciprocal_rank(scores, asked.truth):.3f}"))
    yield table(("order by", "nDCG@10", "MRR"), rows)
    yield _above_earlier(gains, questions.DEFAULT)
