"""Baselines that the matcher is measured against, in the same run: what came before it.

:class:`FloatIndex` is the algorithm of the prototype that set the goals of speed: postings in single precision, which
gives nearly the same order, but neither exact utilities nor ties in a defined order, filters or edits. The others are
the methods of earlier systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import numpy.typing as npt

from skillswap_kit.matching.matches import Member
from skillswap_kit.matching.scoring import WEIGHT_UNIT, Scoring

from .methods import SIMILAR_NAME
from .population import Ints, Population

Singles = npt.NDArray[np.float32]
FEW = 8
"""Scratch is cleared as a whole where a query touched more than one in so many members."""


class Postings:
    """By skill, counted from 1, the members, counted from 0, and weights of one side."""

    def __init__(self, skills: Ints, members: Ints, weights: Ints, skill_count: int) -> None:
        order = np.argsort(skills, kind="stable")
        self.starts = np.zeros(skill_count + 2, np.int64)
        np.cumsum(np.bincount(skills + 1, minlength=skill_count + 1), out=self.starts[1:])
        self.members = np.ascontiguousarray(members[order], np.int32)
        self.weights = np.ascontiguousarray(weights[order] / WEIGHT_UNIT**2, np.float32)

    def spans(self, skills: Mapping[int, float]) -> list[tuple[int, int, float]]:
        keys = np.fromiter(skills, np.int64, len(skills))
        starts, ends = self.starts[keys].tolist(), self.starts[keys + 1].tolist()
        return list(zip(starts, ends, skills.values(), strict=True))


class FloatIndex:
    """The prototype; for one thread."""

    def __init__(self, population: Population, scoring: Scoring, *, similar: bool = False) -> None:
        offers, wants, count = population.offers, population.wants, population.skill_count
        self.offers = Postings(offers.skills, offers.owners, population.offer_weights(scoring), count)
        self.wants = Postings(wants.skills, wants.owners, population.want_weights(scoring), count)
        near = population.similar if similar else {}
        self.taught_for: dict[int, dict[int, float]] = {}
        self.wanted_by: dict[int, dict[int, float]] = {}
        for wanted, weights in near.items():
            for taught, hundredths in weights.items():
                self.taught_for.setdefault(wanted + 1, {})[taught + 1] = hundredths / WEIGHT_UNIT
                self.wanted_by.setdefault(taught + 1, {})[wanted + 1] = hundredths / WEIGHT_UNIT
        self.first, self.second = np.zeros(population.size, np.float32), np.zeros(population.size, np.float32)

    def top(self, seeker: Member, limit: int = 10) -> tuple[npt.NDArray[np.int32], Singles]:
        """The best members, counted from 0, and their scores."""
        wanted, offered = _expanded(seeker.wants, self.taught_for), _expanded(seeker.offers, self.wanted_by)
        if not wanted or not offered:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        small, large = (self.offers, self.offers.spans(wanted)), (self.wants, self.wants.spans(offered))
        if _length(large[1]) < _length(small[1]):
            small, large = large, small
        postings, spans = small
        for start, end, weight in spans:
            np.add.at(self.first, postings.members[start:end], postings.weights[start:end] * np.float32(weight))
        found = self._join(*large)
        answer = self._best(*found, limit, seeker.number - 1, lists=len(large[1])) if found else None
        self._clear(postings, spans)
        return answer or (np.empty(0, np.int32), np.empty(0, np.float32))

    def _join(
        self, postings: Postings, spans: Sequence[tuple[int, int, float]]
    ) -> tuple[npt.NDArray[np.int32], Singles] | None:
        """Who is on the other side too, with repetitions, and their score."""
        members, values = [], []
        for start, end, weight in spans:
            listed = postings.members[start:end]
            both = np.flatnonzero(self.first.take(listed))
            if both.size:
                members.append(listed.take(both))
                values.append(postings.weights[start:end].take(both) * np.float32(weight))
        if not members:
            return None
        everybody, value = np.concatenate(members), np.concatenate(values)
        if len(members) > 1:
            np.add.at(self.second, everybody, value)
            value = self.second.take(everybody)
            self.second[everybody] = 0
        gets = self.first.take(everybody)
        return everybody, 2 * gets * value / (gets + value)

    def _best(
        self, members: npt.NDArray[np.int32], scores: Singles, limit: int, seeker: int, *, lists: int
    ) -> tuple[npt.NDArray[np.int32], Singles]:
        scores[members == seeker] = -1
        most = limit * lists + 1
        best = np.argpartition(scores, -most)[-most:] if most < len(scores) else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        _unique, first = np.unique(members[best], return_index=True)
        best = best[np.sort(first)]
        best = best[scores[best] > 0][:limit]
        return members[best], scores[best]

    def _clear(self, postings: Postings, spans: Sequence[tuple[int, int, float]]) -> None:
        if _length(spans) > len(self.first) // FEW:
            self.first.fill(0)
        else:
            for start, end, _weight in spans:
                self.first[postings.members[start:end]] = 0


def _expanded(skills: Mapping[int, int], near: Mapping[int, Mapping[int, float]]) -> Mapping[int, float]:
    if not near:
        return skills
    found = dict[int, float]()
    for skill, weight in skills.items():
        found[skill] = found.get(skill, 0.0) + weight
        for other, share in near.get(skill, {}).items():
            found[other] = found.get(other, 0.0) + weight * share
    return found


def _length(spans: Sequence[tuple[int, int, float]]) -> int:
    return sum(end - start for start, end, _weight in spans)


class CosinePerRequest:
    """Everybody's offers and wants made into vectors at each request, and a dense cosine with all of them."""

    def __init__(self, members: Sequence[Member]) -> None:
        # Here, because it takes seconds.
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.metrics.pairwise import cosine_similarity

        self.members, self.vectorizer, self.cosine_similarity = members, CountVectorizer, cosine_similarity

    def top(self, seeker: Member, limit: int = 10) -> list[int]:
        texts = [_text(member) for member in self.members]
        vectors: Any = self.vectorizer(token_pattern=r"\d+").fit_transform(texts).toarray()
        own = seeker.number - 1
        likeness = self.cosine_similarity(vectors[own : own + 1], vectors)[0]
        likeness[own] = -1
        numbers: list[int] = (1 + np.argsort(-likeness, kind="stable")[:limit]).tolist()
        return numbers


class CosineMatrixKept:
    """The same with the dense matrix kept in memory, normalised, in single precision."""

    def __init__(self, population: Population) -> None:
        self.vectors = np.zeros((population.size, population.skill_count), np.float32)
        for side in (population.offers, population.wants):
            self.vectors[side.owners, side.skills] = 1
        lengths = np.sqrt(np.count_nonzero(self.vectors, axis=1).astype(np.float32))
        self.vectors /= np.maximum(lengths, 1)[:, None]

    def top(self, seeker: Member, limit: int = 10) -> list[int]:
        own = seeker.number - 1
        likeness = self.vectors @ self.vectors[own]
        likeness[own] = -1
        best = np.argpartition(-likeness, min(limit, len(likeness) - 1))[:limit]
        numbers: list[int] = (1 + best[np.argsort(-likeness[best], kind="stable")]).tolist()
        return numbers


class FuzzyOverEverybody:
    """Names compared by difflib, pair by pair, with everybody's at each request."""

    def __init__(self, members: Sequence[Member], names: Sequence[str]) -> None:
        self.members, self.names = members, names

    def top(self, seeker: Member, limit: int = 10) -> list[int]:
        counted = []
        for other in self.members:
            gets, gives = self._pairs(seeker.wants, other.offers), self._pairs(other.wants, seeker.offers)
            if gets and gives and other.number != seeker.number:
                counted.append((-(gets + gives), other.number))
        return [number for _count, number in sorted(counted)[:limit]]

    def _pairs(self, wanted: Mapping[int, int], offered: Mapping[int, int]) -> int:
        return sum(
            SequenceMatcher(None, self.names[want - 1], self.names[offer - 1]).ratio() > SIMILAR_NAME
            for want in wanted
            for offer in offered
        )


def _text(member: Member) -> str:
    return " ".join(map(str, (*member.offers, *member.wants)))
