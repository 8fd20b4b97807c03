"""Providers of similarity: vectors, spelling, and what the command stores of their answers."""

from __future__ import annotations

import builtins
from io import StringIO
from itertools import permutations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from skillswap_kit.exchange.services import propose_skill
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.similarity.providers import (
    BaseSimilarityProvider,
    Likeness,
    NamedSkill,
    NameSimilarityProvider,
    VectorSimilarityProvider,
    compute_similarities,
    named_skills,
    providers,
)
from skillswap_kit.testing.factories import make_category, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.similarity import SimilarityProviderContract, named


class Answering(BaseSimilarityProvider):
    """Answers what its option says: names of skills, and how alike they are."""

    def similarities(self, skills):
        keys = {skill.names[0]: skill.key for skill in skills}
        for wanted, taught, similarity in self.options["pairs"]:
            yield Likeness(wanted=keys.get(wanted, wanted), taught=keys.get(taught, taught), similarity=similarity)


class Plane(VectorSimilarityProvider):
    """Two numbers a skill, by its name."""

    points = {"East": (1, 0), "Far east": (3, 0), "North-east": (1, 1), "North": (0, 2), "Nowhere": (0, 0)}

    def vectors(self, skills):
        import numpy

        return numpy.array([self.points[skill.names[0]] for skill in skills], dtype=float)


def answering(*pairs):
    entry = {"BACKEND": f"{__name__}.Answering", "OPTIONS": {"pairs": pairs}}
    return override_skillswap(MATCHING_SIMILARITY_PROVIDERS={"mine": entry})


class FirstWord(BaseSimilarityProvider):
    """Skills whose names begin with the same word are half alike."""

    def similarities(self, skills):
        for wanted, taught in permutations(skills, 2):
            if wanted.names[0].split()[:1] == taught.names[0].split()[:1]:
                yield Likeness(wanted=wanted.key, taught=taught.key, similarity=0.5)


class TestFirstWordKeepsTheContract(SimilarityProviderContract):
    alike = (("Web design", "Web pages"),)

    def make_provider(self):
        return FirstWord("words")


class TestNameSimilarityKeepsTheContract(SimilarityProviderContract):
    alike = (("Photography", "Photographie"), ("تصوير", "التصوير"), ("Web design", "web-design"))

    def make_provider(self):
        pytest.importorskip("sklearn")
        return NameSimilarityProvider("names")


def likenesses(provider, *names):
    """By names: how alike, in hundredths."""
    skills = named(*names)
    names_of = {skill.key: skill.names[0] for skill in skills}
    return {
        (names_of[pair.wanted], names_of[pair.taught]): round(pair.similarity * 100)
        for pair in provider.similarities(skills)
    }


def test_vectors_are_compared_by_their_cosine():
    pytest.importorskip("sklearn")
    found = likenesses(Plane("plane", threshold=0.6), *Plane.points)
    assert found == {
        ("East", "Far east"): 100,
        ("Far east", "East"): 100,
        ("East", "North-east"): 71,
        ("North-east", "East"): 71,
        ("Far east", "North-east"): 71,
        ("North-east", "Far east"): 71,
        ("North-east", "North"): 71,
        ("North", "North-east"): 71,
    }
    assert set(likenesses(Plane("plane", threshold=0.8), *Plane.points)) == {("East", "Far east"), ("Far east", "East")}


def test_more_skills_than_are_compared_at_once_are_compared(monkeypatch):
    pytest.importorskip("sklearn")
    expected = likenesses(Plane("plane"), *Plane.points)
    monkeypatch.setattr("skillswap_kit.matching.similarity.providers.ROWS_AT_ONCE", 2)
    assert likenesses(Plane("plane"), *Plane.points) == expected


def test_a_vector_for_each_skill_is_asked_for():
    pytest.importorskip("sklearn")

    class Short(Plane):
        def vectors(self, skills):
            return super().vectors(skills)[1:]

    with pytest.raises(ValueError, match=r"Short.vectors gave 1 rows for 2 skills"):
        likenesses(Short("short"), "East", "North")


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_thresholds_are_from_0_to_1(threshold):
    with pytest.raises(ValueError, match="threshold"):
        NameSimilarityProvider("names", threshold=threshold)


def test_names_are_alike_by_their_spelling_and_not_by_their_meaning():
    pytest.importorskip("sklearn")
    found = likenesses(NameSimilarityProvider("names", threshold=0.2), "MySQL", "PostgreSQL", "Guitar", "Lute")
    assert set(found) == {("MySQL", "PostgreSQL"), ("PostgreSQL", "MySQL")}


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    real_import = builtins.__import__

    def no_sklearn(name, *arguments, **options):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", no_sklearn)
    with pytest.raises(ImproperlyConfigured, match=r"pip install \"skillswap-kit\[matching\]\""):
        likenesses(NameSimilarityProvider("names"), "Python", "Pythons")


# What is stored


@pytest.fixture
def skills(db):
    return {name: make_skill(name) for name in ("TypeScript", "JavaScript", "Python", "Knitting")}


def run(*arguments):
    output = StringIO()
    call_command("skillswap_similarity", "compute", *arguments, stdout=output)
    return output.getvalue()


def table():
    rows = SkillSimilarity.objects.values_list("wanted__name", "taught__name", "weight", "source")
    return {(wanted, taught): (weight, source) for wanted, taught, weight, source in rows}


@pytest.mark.django_db
def test_providers_see_approved_skills_with_all_their_names(make_user, django_assert_num_queries):
    knitting = make_skill("Knitting", aliases=["Socks", "حياكة"], category=make_category(name="Textiles"))
    chess = make_skill("Chess")
    propose_skill(by=make_user(), name="Go", category=chess.category)
    with django_assert_num_queries(2):
        first, second = named_skills()
    assert first == NamedSkill(key=knitting.pk, names=("Knitting",), aliases=("Socks", "حياكة"), category="Textiles")
    assert second.key == chess.pk


def test_a_likeness_of_1_is_the_largest_weight(skills):
    with answering(("TypeScript", "JavaScript", 1), ("Python", "JavaScript", 0.25), ("Knitting", "Python", 0.004)):
        output = run("mine")
    assert table() == {("TypeScript", "JavaScript"): (60, "provided"), ("Python", "JavaScript"): (15, "provided")}
    assert "mine compared 4 skills" in output
    assert " 60 TypeScript ← JavaScript" in output
    assert "2 added, 0 changed, 0 removed" in output


def test_the_strongest_are_kept_of_equal_ones_the_older_skills(skills):
    pairs = [("Knitting", "Python", 0.5), ("Knitting", "JavaScript", 0.5), ("Knitting", "TypeScript", 0.6)]
    for given in (pairs, pairs[::-1]):
        with answering(*given), override_skillswap(MATCHING_MAX_SIMILAR=2):
            weights = compute_similarities("mine").weights
        assert weights == {
            (skills["Knitting"].pk, skills["TypeScript"].pk): 36,
            (skills["Knitting"].pk, skills["JavaScript"].pk): 30,
        }
    with answering(*pairs), override_skillswap(MATCHING_MAX_SIMILAR=0):
        assert compute_similarities("mine").weights == {}


@pytest.mark.parametrize(
    "pair",
    [
        ("Python", "Python", 0.5),
        ("Python", -1, 0.5),
        ("Python", "JavaScript", 1.01),
        ("Python", "JavaScript", -0.1),
        ("Python", "JavaScript", float("nan")),
    ],
)
def test_what_a_provider_must_not_answer_is_told_and_nothing_is_stored(skills, pair):
    with (
        answering(("TypeScript", "JavaScript", 1), pair),
        pytest.raises(CommandError, match="Answering answers Likeness"),
    ):
        run("mine")
    assert table() == {}


def test_the_command_can_only_say_what_it_would_do(skills):
    with answering(("TypeScript", "JavaScript", 1)):
        assert "Would be: 1 added" in run("mine", "--dry-run")
    assert table() == {}


@pytest.mark.django_db
def test_an_unknown_provider_is_told_with_those_that_there_are():
    with pytest.raises(CommandError, match=r"no provider 'other'.*\['names'\]"):
        run("other")


def test_the_shipped_provider_stores_what_is_spelt_alike(skills):
    pytest.importorskip("sklearn")
    assert isinstance(providers["names"], NameSimilarityProvider)
    make_skill("TypeScripting")
    run("names")
    assert set(table()) == {("TypeScript", "TypeScripting"), ("TypeScripting", "TypeScript")}
