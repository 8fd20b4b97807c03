"""The index answers what the reference answers."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.backends.reference import ReferenceMatcher
from skillswap_kit.testing.settings import override_skillswap

from .populations import Person, populate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def snapshot_folder(tmp_path):
    with override_skillswap(MATCHING_SNAPSHOT_DIR=str(tmp_path)):
        yield tmp_path


def test_it_ranks_as_the_reference_does(capsys):
    population = populate(
        [
            Person(offers={0: "expert", 1: "beginner"}, wants={2: 5, 3: 1}),
            Person(offers={2: "beginner"}, wants={0: 2}, asked=2),
            Person(offers={4: "expert"}, wants={1: 2}),
            Person(offers={3: "expert", 2: "advanced"}, wants={5: 2}),
        ],
        similar={(2, 4): 30, (5, 0): 60},
    )
    call_command("skillswap_rebuild_matches")
    print(capsys.readouterr().out)
    matcher, reference = IndexMatcher("index"), ReferenceMatcher("reference")
    assert matcher._follower.view
    for user in population.users:
        seeker = matcher.member(user)
        assert seeker == reference.member(user)
        assert list(matcher.rank(seeker, limit=10)) == reference.rank(seeker, limit=10)
    assert "fallback" not in vars(matcher)
