"""Names that are spelt nearly as what was typed. A person chooses among them; nothing is decided by likeness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from heapq import nlargest

LIKE_ENOUGH = 0.7
"""The least likeness of a suggestion, from 0 to 1: the signs that two names share in order, of all their signs."""
FEWEST_SIGNS = 3
"""Shorter words are like too many others."""
LONGEST = 24
"""More signs of what was typed are not compared: a mistyped name is recognised by its beginning."""
WORD_COUNTS = 0.95
"""A word inside a name is worth a little less than the whole of another name."""
TEXTS, NAMES = 200, 50
"""Of the whole vocabulary so many texts are looked at more closely, and of those so many names sign by sign."""


class Spelling:
    """What was typed, folded, to be compared with folded names; one word also with the words inside a name."""

    def __init__(self, key: str) -> None:
        self.key = key[:LONGEST]
        self._pairs = _pairs(self.key)
        self._matcher = SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(self.key)

    def likeness(self, name: str) -> float:
        """From 0 to 1."""
        whole = self._ratio(name)
        if " " in self.key or " " not in name:
            return whole
        return max(whole, *(self._ratio(word) * WORD_COUNTS for word in name.split()))

    def _ratio(self, name: str) -> float:
        self._matcher.set_seq1(name)
        return self._matcher.ratio()

    def nearest(self, texts: Iterable[tuple[int, str]], *, limit: int) -> list[int]:
        """The numbers of those texts (names between line breaks) that hold the names most like it, best first."""
        if len(self.key) < FEWEST_SIGNS:
            return []
        likeness = dict[int, float]()
        for _shared, number, name in nlargest(NAMES, self._names(texts)):
            likeness[number] = max(likeness.get(number, 0.0), self.likeness(name))
        found = sorted((-alike, number) for number, alike in likeness.items() if alike >= LIKE_ENOUGH)
        return [number for _alike, number in found[:limit]]

    def _names(self, texts: Iterable[tuple[int, str]]) -> Iterator[tuple[float, int, str]]:
        """Names with the share of pairs that they have in common with what was typed."""
        for _hits, number, text in nlargest(TEXTS, self._hits(texts)):
            for name in text.split("\n"):
                if name:
                    pairs = _pairs(name)
                    yield len(pairs & self._pairs) / min(len(pairs), len(self._pairs)), number, name

    def _hits(self, texts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
        """How many of the pairs each text has. Cheap, because it is asked of the whole vocabulary."""
        pairs, least = tuple(self._pairs), len(self._pairs) // 3
        for number, text in texts:
            hits = sum(map(text.replace("\n", " ").__contains__, pairs))
            if hits > least:
                yield hits, number, text


def _pairs(name: str) -> set[str]:
    """All signs that stand side by side, and the edges of words."""
    edged = f" {name} "
    return {edged[at : at + 2] for at in range(len(edged) - 1)}
