"""What works out how alike skills are, by whatever it knows of their names: named in MATCHING_SIMILARITY_PROVIDERS."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from skillswap_kit.core.backends import BackendRegistry
from skillswap_kit.core.text import normalise
from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.services.vocabulary import names_of

from ..conf import matching_settings
from ..models import MAX_SIMILARITY

ROWS_AT_ONCE = 256
"""So many rows of the matrix of all pairs are in memory together."""


@dataclass(frozen=True, kw_only=True)
class NamedSkill:
    """A skill as providers see it: its key, and its names in all languages, the site's own first."""

    key: int
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    category: str


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How much an offer of ``taught`` helps whoever wants ``wanted``: keys of skills, and a number from 0 to 1."""

    wanted: int
    taught: int
    similarity: float


class BaseSimilarityProvider(ABC):
    """Subclass, write ``similarities``, name the class in SKILLSWAP_KIT["MATCHING_SIMILARITY_PROVIDERS"].

    The contract test of ``skillswap_kit.testing.similarity`` says what is asked of it.
    """

    def __init__(self, alias: str, **options: Any) -> None:
        self.alias, self.options = alias, options

    @abstractmethod
    def similarities(self, skills: Sequence[NamedSkill]) -> Iterable[Likeness]:
        """Pairs of these skills that are alike; what is left out is not. A skill is no help with itself.

        A likeness of 1 becomes the largest weight that a similar skill can have.
        """


class VectorSimilarityProvider(BaseSimilarityProvider):
    """Compares vectors: skills are as alike as the cosine of theirs. Subclass and write ``vectors``.

    ``threshold``: the least cosine that counts, from 0 to 1. Raises ValueError for another. Needs scikit-learn.
    """

    def __init__(self, alias: str, *, threshold: float = 0.5, **options: Any) -> None:
        super().__init__(alias, **options)
        if not 0 < threshold <= 1:
            raise ValueError("threshold must be above 0 and at most 1")
        self.threshold = threshold

    @abstractmethod
    def vectors(self, skills: Sequence[NamedSkill]) -> Any:
        """One row for each skill, in this order: a two-dimensional array or a sparse matrix. Never asked for none."""

    def similarities(self, skills: Sequence[NamedSkill]) -> Iterator[Likeness]:
        if not skills:
            return
        cosine_similarity, _vectorizer_class = _scikit_learn()
        rows = self.vectors(skills)
        if rows.shape[0] != len(skills):
            raise ValueError(f"{type(self).__name__}.vectors gave {rows.shape[0]} rows for {len(skills)} skills.")
        for start in range(0, len(skills), ROWS_AT_ONCE):
            block = cosine_similarity(rows[start : start + ROWS_AT_ONCE], rows)
            for row, column in zip(*(block >= self.threshold).nonzero(), strict=True):
                wanted, taught = skills[start + row].key, skills[column].key
                if wanted != taught:
                    # Rounding may leave a little more than 1.
                    yield Likeness(wanted=wanted, taught=taught, similarity=min(float(block[row, column]), 1.0))


class NameSimilarityProvider(VectorSimilarityProvider):
    """How alike names are *spelt*: cosine of character n-grams, weighted by how rare they are (TF-IDF).

    It knows nothing of what they mean: “BigQuery” and “jQuery” are alike to it, “Guitar” and “Lute” are not. Look
    through what it finds. Options: ``threshold``, and ``sizes``, the shortest and the longest n-gram.
    """

    def __init__(self, alias: str, *, threshold: float = 0.5, sizes: tuple[int, int] = (2, 4), **options: Any) -> None:
        super().__init__(alias, threshold=threshold, **options)
        self.sizes = tuple(sizes)

    def vectors(self, skills: Sequence[NamedSkill]) -> Any:
        _cosine_similarity, vectorizer_class = _scikit_learn()
        vectorizer = vectorizer_class(analyzer="char_wb", ngram_range=self.sizes, lowercase=False)
        return vectorizer.fit_transform([_folded_names(skill) for skill in skills])


def _folded_names(skill: NamedSkill) -> str:
    """Never empty: scikit-learn refuses texts of which none has a sign."""
    return " ".join(map(normalise, (*skill.names, *skill.aliases))).strip() or str(skill.key)


def _scikit_learn() -> tuple[Any, Any]:
    """``cosine_similarity`` and ``TfidfVectorizer``."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.metrics.pairwise import cosine_similarity
    except ImportError as error:
        message = 'Vectors are compared by scikit-learn: pip install "skillswap-kit[matching]".'
        raise ImproperlyConfigured(message) from error
    return cosine_similarity, TfidfVectorizer


providers = BackendRegistry("MATCHING_SIMILARITY_PROVIDERS", BaseSimilarityProvider)  # type: ignore[type-abstract]


@dataclass(frozen=True, kw_only=True)
class Computed:
    """Of so many skills: what is alike, the strongest of each wanted skill."""

    skills: int
    weights: dict[tuple[int, int], int]


def compute_similarities(alias: str) -> Computed:
    """What the provider of this alias says of all approved skills; writes nothing.

    Raises ImproperlyConfigured for an unknown alias, ValueError where the provider answers what it must not.
    """
    provider, skills = providers[alias], named_skills()
    keys, most = {skill.key for skill in skills}, matching_settings.MAX_SIMILAR
    strongest = defaultdict[int, list[tuple[float, int]]](list)
    for pair in provider.similarities(skills):
        if not {pair.wanted, pair.taught} <= keys or pair.wanted == pair.taught or not 0 <= pair.similarity <= 1:
            raise ValueError(
                f"{type(provider).__name__} answers {pair}: name two of the skills, and a number from 0 to 1."
            )
        _push(strongest[pair.wanted], (pair.similarity, -pair.taught), most)
    weights = {
        (wanted, -taught): weight
        for wanted, found in sorted(strongest.items())
        for similarity, taught in sorted(found, reverse=True)
        if (weight := round(similarity * MAX_SIMILARITY))
    }
    return Computed(skills=len(skills), weights=weights)


def _push(found: list[tuple[float, int]], pair: tuple[float, int], most: int) -> None:
    """Keep the strongest only: a provider may find any number."""
    if len(found) < most:
        heappush(found, pair)
    elif most:
        heappushpop(found, pair)


def named_skills() -> list[NamedSkill]:
    """All approved skills, in order of their keys."""
    skills = Skill.objects.approved().select_related("category").prefetch_related("aliases").order_by("pk")
    return [
        NamedSkill(
            key=skill.pk,
            names=tuple(names_of(skill)),
            aliases=tuple(alias.name for alias in skill.aliases.all()),
            category=skill.category.name,
        )
        for skill in skills
    ]
