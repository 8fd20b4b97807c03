"""The catalogue keeps up with the code: each bug can still be planted. ``make mutants`` runs them."""

from collections import Counter

import pytest

from .__main__ import ROOT
from .catalogue import CATALOGUE


@pytest.mark.parametrize("mutant", CATALOGUE, ids=lambda mutant: mutant.name)
def test_the_bug_can_be_planted(mutant):
    assert (ROOT / "src" / mutant.file).read_text().count(mutant.before) == 1
    assert mutant.before != mutant.after
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).exists()


def test_names_are_unique_and_there_are_enough():
    assert max(Counter(mutant.name for mutant in CATALOGUE).values()) == 1
    assert len(CATALOGUE) >= 15
