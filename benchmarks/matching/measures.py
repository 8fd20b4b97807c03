"""How good an order of candidates is, and how evenly it spreads attention."""

from __future__ import annotations

import numpy as np

from .truth import Array

TOP = 10


def best_columns(scores: Array, count: int = TOP) -> Array:
    """The columns with the highest scores of each row, best first; equal ones in random, but always the same order."""
    dice = np.random.default_rng(0)
    order = np.lexsort((dice.random(scores.shape), -scores), axis=1)
    return order[:, :count]


def ndcg(scores: Array, truth: Array, count: int = TOP) -> float:
    """Discounted gain of the first ``count``, as a share of the best possible one; rows without any truth are left out.

    Gains are the truths themselves, discounts 1/log2(place + 1).
    """
    rows = truth.max(axis=1) > 0
    scores, truth = scores[rows], truth[rows]
    count = min(count, truth.shape[1])
    discounts = 1 / np.log2(np.arange(2, count + 2))
    gained = np.take_along_axis(truth, best_columns(scores, count), axis=1) @ discounts
    possible = -np.sort(-truth, axis=1)[:, :count] @ discounts
    return float((gained / possible).mean())


def reciprocal_rank(scores: Array, truth: Array) -> float:
    """The mean over rows of 1 / the place of the first column whose truth is the row's highest."""
    rows = truth.max(axis=1) > 0
    scores, truth = scores[rows], truth[rows]
    order = best_columns(scores, truth.shape[1])
    is_best = np.take_along_axis(truth, order, axis=1) == truth.max(axis=1, keepdims=True)
    return float((1 / (1 + is_best.argmax(axis=1))).mean())


def gini(amounts: Array) -> float:
    """0: everybody has the same; near 1: one has all."""
    amounts = np.sort(amounts)
    total = amounts.sum()
    if total == 0:
        return 0.0
    places = 2 * np.arange(1, len(amounts) + 1) - len(amounts) - 1
    return float(places @ amounts / (len(amounts) * total))
