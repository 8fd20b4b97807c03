"""The pieces of `make bench-matching` give right answers, on communities small enough to check."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from benchmarks.matching import (
    chart,
    exposure,
    floor,
    kernels,
    measures,
    methods,
    quality,
    questions,
    speed,
    tables,
    truth,
)
from benchmarks.matching.__main__ import sizes
from benchmarks.matching.earlier import CosineMatrixKept, CosinePerRequest, FloatIndex, FuzzyOverEverybody
from benchmarks.matching.population import MOST_LISTINGS, generate, names
from benchmarks.matching.timing import Timing, take_turns
from skillswap_kit.matching.scoring import Scoring, utility

ROOT = Path(__file__).resolve().parent.parent.parent
SCORING = Scoring()


@pytest.fixture(scope="module")
def population():
    return generate(300, skills=60)


@pytest.fixture(scope="module")
def members(population):
    return list(population.members(SCORING))


@pytest.fixture(scope="module")
def small_world():
    return truth.world(1, members=80, skills=40, clusters=8)


def brute_force(members, seeker, similar, limit=10):
    found = []
    for other in members:
        gets, gives = utility(seeker.wants, other.offers, similar), utility(other.wants, seeker.offers, similar)
        if gets and gives and other.number != seeker.number:
            found.append((-SCORING.score(gets, gives, 0, 0), other.number))
    return [(number, -score) for score, number in sorted(found)[:limit]]


# the population


def test_a_population_is_the_same_in_every_run(members):
    assert members == list(generate(300, skills=60).members(SCORING))
    assert members != list(generate(300, skills=60, seed=8).members(SCORING))


def test_everybody_offers_something_and_nobody_wants_what_they_teach(members):
    assert [member.number for member in members] == list(range(1, 301))
    assert all(1 <= len(member.offers) <= MOST_LISTINGS for member in members)
    assert not any(member.offers.keys() & member.wants.keys() for member in members)


def test_levels_and_priorities_all_occur(members):
    assert {weight for member in members for weight in member.offers.values()} == {40, 60, 80, 100}
    assert {weight for member in members for weight in member.wants.values()} == {20, 40, 60, 80, 100}


def test_popularity_falls_as_zipf_says():
    counts = np.bincount(generate(20_000).offers.skills)

    assert counts[0] / counts[9] == pytest.approx(10, rel=0.4)


# methods of speed


@pytest.mark.parametrize("similar", [False, True])
def test_the_kernel_finds_what_brute_force_finds(population, members, similar):
    kernel = kernels.Kernel(population, SCORING, similar=similar)
    table = floor.from_one(population.similar) if similar else {}

    for seeker in members[:40]:
        found = [(candidate.number, candidate.score) for candidate in kernel.top(seeker)]
        assert found == brute_force(members, seeker, table)


@pytest.mark.parametrize("similar", [False, True])
def test_the_prototype_finds_the_same_scores_nearly(population, members, similar):
    prototype = FloatIndex(population, SCORING, similar=similar)
    table = floor.from_one(population.similar) if similar else {}

    for seeker in members[:40]:
        numbers, scores = prototype.top(seeker)
        assert scores == pytest.approx([score for _number, score in brute_force(members, seeker, table)], abs=1e-5)
        assert seeker.number - 1 not in numbers


def test_both_cosines_agree(population, members):
    pytest.importorskip("sklearn")
    kept, per_request = CosineMatrixKept(population), CosinePerRequest(members)

    for seeker in members[:10]:
        own = kept.vectors[seeker.number - 1]
        one, other = (
            [float(kept.vectors[number - 1] @ own) for number in each.top(seeker)] for each in (kept, per_request)
        )
        assert one == pytest.approx(other, abs=1e-6)


def test_names_are_compared_with_everybody(members):
    fuzzy = FuzzyOverEverybody(members, names(60))
    seeker = members[0]
    mutual = [
        other.number
        for other in members[1:]
        if seeker.wants.keys() & other.offers.keys() and other.wants.keys() & seeker.offers.keys()
    ]

    found = fuzzy.top(seeker, limit=300)
    assert set(mutual) <= set(found)
    assert seeker.number not in found


def test_touched_postings_are_those_of_both_sides(population, members):
    postings, seeker = floor.Postings(population), members[0]
    lists = sum(len(other.offers.keys() & seeker.wants.keys()) for other in members)
    lists += sum(len(other.wants.keys() & seeker.offers.keys()) for other in members)

    assert postings.touched(seeker) == lists
    assert postings.touched(seeker, floor.from_one(population.similar)) > lists


def test_methods_take_turns_and_all_are_asked():
    asked = []
    timings = take_turns(
        5, {"one": lambda n: asked.append(("one", n)), "two": lambda n: asked.append(("two", n))}, range(25)
    )

    assert [name for name, _n in asked[::10]] == ["one", "two", "two", "one", "one"]
    assert sorted(n for name, n in asked if name == "one") == list(range(25))
    assert [(timing.method, timing.size, timing.calls) for timing in timings] == [("one", 5, 25), ("two", 5, 25)]


# quality


def test_utilities_of_a_world_are_those_of_the_kit(small_world):
    def listed(row):
        return {skill: int(weight) for skill, weight in enumerate(row) if weight}

    similar = {
        wanted: {taught: int(weight) for taught, weight in enumerate(row) if weight and taught != wanted}
        for wanted, row in enumerate(small_world.similar)
    }
    found = methods.utilities(small_world.wants, small_world.offers, small_world.similar)

    for row, column in [(0, 1), (3, 40), (79, 2), (11, 12)]:
        assert found[row, column] == utility(
            listed(small_world.wants[row]), listed(small_world.offers[column]), similar
        )


def test_the_truth_is_mutual_and_nobody_meets_themselves(small_world):
    assert np.allclose(small_world.truth, small_world.truth.T)
    assert not small_world.truth.diagonal().any()
    assert 0 <= small_world.truth.min() <= small_world.truth.max() <= 1


def test_the_library_sees_at_most_five_similar_skills(small_world):
    assert ((small_world.similar > 0).sum(axis=1) <= 1 + truth.SEEN_NEIGHBOURS).all()
    assert (small_world.similar.diagonal() == 100).all()


def test_ndcg_is_one_for_the_best_order_and_small_for_the_worst():
    gains = np.array([[0.0, 3.0, 2.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])

    assert measures.ndcg(gains, gains, 2) == pytest.approx(1)
    assert measures.ndcg(-gains, gains, 2) == 0
    half = (2 + 3 / np.log2(3)) / (3 + 2 / np.log2(3))
    assert measures.ndcg(np.array([[0.0, 1.0, 2.0, 0.0]]), gains[:1], 2) == pytest.approx(half)


def test_the_reciprocal_rank_is_that_of_the_best():
    gains = np.array([[0.0, 3.0, 2.0]])

    assert measures.reciprocal_rank(np.array([[1.0, 2.0, 3.0]]), gains) == 0.5


def test_gini_of_equals_and_of_one_who_has_all():
    assert measures.gini(np.ones(10)) == pytest.approx(0)
    assert measures.gini(np.eye(10)[0]) == pytest.approx(0.9)
    assert measures.gini(np.zeros(3)) == 0


def test_the_default_is_better_than_every_earlier_method(small_world):
    gains = {name: measures.ndcg(method(small_world), small_world.truth) for name, method in methods.METHODS.items()}

    best = gains.pop(methods.DEFAULT)
    assert best > max(gains.values())
    assert best <= measures.ndcg(small_world.expected, small_world.truth) + 0.02


def test_load_spreads_attention(small_world):
    without, with_load = (exposure.simulate(small_world, Scoring(load_factor=factor)) for factor in (0, 0.2))

    assert with_load.gini < without.gini
    assert with_load.most <= without.most


def test_questions_are_ranked_for_those_who_answered_before(tmp_path):
    header = "kind,question_id,at,user,asker,tags,score,accepted\n"
    known = [f"answer,{n},2018-03-0{n},7,1,qubit,1,0\n" for n in range(1, 7)]
    later = ["ask,8,2018-04-01,1,,qubit|gates,1,0\n", "answer,8,2018-04-02,7,1,qubit|gates,1,1\n"]
    rows = [header, "ask,1,2018-02-01,1,,qubit,1,0\n", "ask,2,2018-02-02,2,,gates,1,0\n", *known, *later]
    (tmp_path / questions.FILE).write_text("".join(rows), encoding="utf-8")

    asked = questions.read(tmp_path)

    assert asked is not None
    assert asked.names == ("gates", "qubit")
    assert asked.truth.tolist() == [[1]]
    assert asked.offers.tolist() == [[0, 80]]
    assert asked.wants.tolist() == [[100, 100]]
    for method in questions.METHODS.values():
        assert method(asked).shape == (1, 1)


def test_without_the_real_data_its_part_is_left_out(tmp_path):
    assert questions.read(tmp_path) is None
    assert "Left out" in "".join(quality._real(tmp_path))


# what is printed


def test_a_table_is_markdown():
    assert tables.table(("what", "how much"), [("a", 1)]) == "| what | how much |\n| --- | ---: |\n| a | 1 |\n"


def test_a_goal_that_is_missed_stands_out():
    met, missed = (Timing(method="index kernel", size=100_000, p50=p50, p99=0.0005, calls=9) for p50 in (1e-4, 2e-4))

    assert speed._goal(met) == "0.15 / 0.6: goal met"
    assert speed._goal(missed) == "0.15 / 0.6: **goal missed**"


@pytest.mark.parametrize("text", ["", "few", "99", "1000;10"])
def test_sizes_that_are_none_are_refused(text):
    with pytest.raises(Exception, match=r"list|at least|whole"):
        sizes(text)


def test_sizes_are_separated_by_commas_or_spaces():
    assert sizes("1000,10000") == sizes("1000 10000") == (1000, 10000)


def test_the_chart_draws_each_method_and_names_it_once():
    series = {f"method <{number}>": [(1000.0, 0.001 * (number + 1)), (10_000.0, 0.01)] for number in range(11)}

    drawing = ElementTree.fromstring(chart.draw(series, title="Time & members"))

    kinds = [element.tag.rpartition("}")[2] for element in drawing.iter()]
    texts = [element.text for element in drawing.iter() if element.tag.endswith("text")]
    assert kinds.count("polyline") == 11
    assert kinds.count("circle") == 22
    assert all(texts.count(name) == 1 for name in series)
    heights = sorted(float(e.get("y", 0)) for e in drawing.iter() if e.text in series)
    assert min(np.diff(heights)) > 10
    with pytest.raises(ValueError, match="nothing"):
        chart.draw({}, title="")


@pytest.mark.slow
def test_the_command_measures_a_small_community():
    environment = {**os.environ, "TEST_DATABASE_NAME": ""}
    command = [
        sys.executable,
        "-m",
        "benchmarks.matching",
        "--sizes",
        "300",
        "--part",
        "speed",
        "--queries",
        "10",
        "--database",
        "sqlite",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    for words in (
        "index kernel",
        "prototype kernel",
        "sql (sqlite)",
        "match() and reasons (sqlite)",
        "GET /api/recommendations/ (sqlite)",
        "building the index",
    ):
        assert words in done.stdout
    assert ", 0 of" not in done.stdout
