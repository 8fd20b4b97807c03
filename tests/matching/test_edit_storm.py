"""Two worker processes and a storm of edits: whatever was committed before a query is part of its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from skillswap_kit.exchange.models import Listing
from skillswap_kit.exchange.services import merge_skills
from skillswap_kit.matching.index.rebuilding import rebuild
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.similarity.services import set_similarity
from skillswap_kit.testing.factories import make_listing, make_skill
from tests.core.children import START, child_environment
from tests.races.arena import DONE, open_arena

from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.django_db(transaction=True)]

PEOPLE, SKILLS = 8, 8
ROUNDS = int(os.environ.get("STORM_ROUNDS", "6"))
EDITS = 12
"""Of each worker in a round."""
RACES = int(os.environ.get("RACE_ROUNDS", "20"))
SCRIPT = "import sys; from tests.matching.storm import main; main(*sys.argv[1:])"


class Process:
    """A worker of its own."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{START}\n{SCRIPT}", *map(str, arguments)],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, order):
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()

    def said(self):
        line = self.process.stdout.readline()
        assert line, "the worker has died: see what it wrote"
        return json.loads(line)


@contextmanager
def two_workers(folder, staff) -> Iterator[list[Process]]:
    workers = [Process(folder, seed, staff.pk) for seed in (1, 2)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.communicate()


@pytest.fixture
def town(make_user):
    """People who each teach one skill and want the next two."""
    people = [make_user() for _ in range(PEOPLE)]
    skills = [make_skill(f"storm {number}") for number in range(SKILLS)]
    for position, person in enumerate(people):
        make_listing(person, skill=skills[position], level="advanced")
        for step in (1, PEOPLE - 1):
            make_listing(person, skill=skills[(position + step) % SKILLS], kind=Listing.Kind.WANT)
    return people


def test_no_answer_is_stale_in_a_storm_of_edits(town, staff, tmp_path):
    done = Counter()
    with snapshots_in(tmp_path), two_workers(tmp_path, staff) as workers:
        rebuild()
        for _ in range(ROUNDS):
            for worker in workers:
                worker.tell(f"edit {EDITS}")
            # While both edit and search, another index comes into force.
            rebuild()
            for told in [worker.said() for worker in workers]:
                assert told["stale"] == 0, told
                done.update(told["done"])
            for worker in workers:
                worker.tell("compare")
            assert [worker.said()["stale"] for worker in workers] == [0, 0]
    assert sum(done.values()) == 2 * ROUNDS * EDITS
    assert len(done) >= 6, done
    assert done["refused"] < sum(done.values()) / 2, done


def test_what_helps_is_not_lost_when_its_skill_is_merged_at_the_same_moment(town, staff, tmp_path):
    """Either it is said first and goes over to the other skill, or it comes too late and is refused."""
    with snapshots_in(tmp_path), open_arena() as arena:
        rebuild()
        worker = IndexOnly("worker")
        for _ in range(RACES):
            old, into, other = (make_skill() for _ in range(3))
            make_listing(town[0], skill=old, kind=Listing.Kind.WANT)
            make_listing(town[1], skill=other)
            said, merged = arena.race(
                [
                    partial(set_similarity, by=staff, wanted=old, taught=other, weight=40),
                    partial(merge_skills, by=staff, skill=old, into=into),
                ]
            )
            rows = list(SkillSimilarity.objects.filter(taught=other).values_list("wanted", "weight"))
            assert merged == DONE
            assert (said, rows) in [(DONE, [(into.pk, 40)]), ("InvalidInput", [])]
            assert_answers_as_the_reference(worker, town)
