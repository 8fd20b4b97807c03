"""What every similarity provider must do. Inherit, name yours, and run the class with pytest."""
# ruff: noqa: S101 (pytest explains plain assertions)

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from skillswap_kit.matching.similarity.providers import BaseSimilarityProvider, Likeness, NamedSkill


def named(*names: str) -> list[NamedSkill]:
    """Skills of these names, with keys from 11 on."""
    return [
        NamedSkill(key=key, names=(name,), aliases=(f"{name} (other name)",), category="Things to learn")
        for key, name in enumerate(names, start=11)
    ]


class SimilarityProviderContract(ABC):
    """Subclass it as ``class TestMyProvider(SimilarityProviderContract)``; the list may stay empty."""

    alike: tuple[tuple[str, str], ...] = ()
    """Names of skills of which an offer of the second helps whoever wants the first."""

    @abstractmethod
    def make_provider(self) -> BaseSimilarityProvider:
        """A fresh one, built as the setting would build it: an alias, then the options by keyword."""

    def test_it_is_a_similarity_provider_and_knows_its_alias(self) -> None:
        provider = self.make_provider()
        assert isinstance(provider, BaseSimilarityProvider)
        assert provider.alias

    def test_what_is_alike_is_found(self) -> None:
        for wanted, taught in self.alike:
            found = {(pair.wanted, pair.taught) for pair in self._answer(named(wanted, "Zither", taught))}
            assert (11, 13) in found, (wanted, taught)

    def test_the_same_skills_are_alike_each_time(self) -> None:
        names = [name for pair in self.alike for name in pair] or ["Python", "JavaScript", "TypeScript"]
        assert self._answer(named(*names)) == self._answer(named(*names))

    def test_no_skills_and_a_single_one_are_like_nothing(self) -> None:
        assert self._answer([]) == []
        assert self._answer(named("Python")) == []

    def test_any_names_are_answered(self) -> None:
        names = ("", " ", "C", "حياكة", "ء", "🎸", "x" * 80, "\u202e\u0301", "'; --", "Python", "Python")
        self._answer(named(*names))
        self._answer(named("", "ء"))

    def _answer(self, skills: Sequence[NamedSkill]) -> list[Likeness]:
        """Sorted, and each of them two different ones of these skills with a number from 0 to 1."""
        found = list(self.make_provider().similarities(skills))
        keys = {skill.key for skill in skills}
        for pair in found:
            assert isinstance(pair, Likeness)
            assert {pair.wanted, pair.taught} <= keys, pair
            assert pair.wanted != pair.taught, pair
            assert 0 <= pair.similarity <= 1, pair
        return sorted(found, key=lambda pair: (pair.wanted, pair.taught))
