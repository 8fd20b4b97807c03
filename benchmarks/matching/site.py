"""Part *speed*, on a database: matchers and whole answers as a site gives them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Profile
from skillswap_kit.exchange.services import update_listing
from skillswap_kit.matching.matchers import get_matcher
from skillswap_kit.matching.matches import Candidate, Member
from skillswap_kit.matching.reasons import skill_reasons
from skillswap_kit.matching.scoring import Scoring
from skillswap_kit.matching.services import recommend

from . import requests
from .earlier import CosinePerRequest, FuzzyOverEverybody
from .kernels import CIRCLES_SHOWN, Kernel
from .loading import load, load_similar
from .population import LEVELS, Population, names
from .timing import Timing, stopwatch, take_turns

TOP = 10
LARGEST_PER_REQUEST = 10_000
"""Members whom methods that look at everybody at each request can bear."""
COMPARED = 5
"""Members for whom answers are compared before times are."""
EDITED_SHARE, MOST_EDITED = 0.01, 1_000

SQL, SQL_SIMILAR = "sql", "sql, similar skills"
MATCH = "match(): poll, overlay, exclusions"
REASONS = "match() and reasons"
RECOMMEND = "recommend(): a page with profiles"
FIND_CIRCLES = "circles(): poll, overlay, who may meet"
IN_DATABASE = (SQL, SQL_SIMILAR, MATCH, REASONS, RECOMMEND, FIND_CIRCLES, requests.KIT, requests.BARE)
COSINE = "cosine, vectors at each request"
FUZZY = "names by difflib, everybody"

Report = Callable[[str], None]


def measure(
    population: Population, scoring: Scoring, seekers: Sequence[Member], report: Report
) -> tuple[list[Timing], dict[str, float]]:
    """Times, and by name the seconds to ``load`` the rows, to ``build`` the index from them, and how many are
    ``edited`` since. Earlier systems' methods are measured on SQLite only: they do not ask the database."""
    found = dict[str, float]()
    with _database(), TemporaryDirectory() as folder, override_settings(SKILLSWAP_KIT=_settings(folder)):
        report(f"loading {population.size} members into {connection.vendor}")
        with stopwatch(found, "load"):
            load(population)
        _settle()
        report("sql")
        sql = get_matcher("sql")
        rank_in_sql = partial(sql.rank, limit=TOP)
        _expect_equal(Kernel(population, scoring).top, rank_in_sql, seekers)
        timings = take_turns(population.size, {SQL: rank_in_sql}, seekers)
        load_similar(population)
        timings += take_turns(population.size, {SQL_SIMILAR: rank_in_sql}, seekers)
        report("building the index")
        with stopwatch(found, "build"):
            call_command("skillswap_rebuild_matches", stdout=sys.stderr)
        found["edited"] = _edit(population)
        _expect_equal(rank_in_sql, partial(get_matcher().rank, limit=TOP), seekers)
        report("whole answers")
        users = get_user_model().objects.in_bulk([seeker.number for seeker in seekers])
        acting = [users[seeker.number] for seeker in seekers]
        timings += _whole(population, acting)
        report("requests")
        answered, found["queries"] = requests.measure(population.size, acting)
        timings += answered
    if connection.vendor == "sqlite" and population.size <= LARGEST_PER_REQUEST:
        report("methods of earlier systems")
        timings += _earlier(population, scoring, seekers)
    return timings, found


def _expect_equal(
    one: Callable[[Member], Sequence[Candidate]],
    other: Callable[[Member], Sequence[Candidate]],
    seekers: Sequence[Member],
) -> None:
    """Raises SystemExit where two methods that are to be exact differ: their times would not compare."""
    if any(list(one(seeker)) != list(other(seeker)) for seeker in seekers[:COMPARED]):
        raise SystemExit("Two exact methods answer differently; the comparison would mean nothing.")


@contextmanager
def _database() -> Iterator[None]:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _settle() -> None:
    """What PostgreSQL does by itself some time after so many rows were added: without it no index is read alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _settings(folder: str) -> dict[str, Any]:
    return {"MATCHING_SNAPSHOT_DIR": folder}


def _edit(population: Population) -> int:
    """So many members change an offer, that there is something over the index."""
    count = min(MOST_EDITED, round(population.size * EDITED_SHARE))
    offers = Listing.objects.offers().filter(owner__lte=count).select_related("owner")
    of_each = {offer.owner_id: offer for offer in offers}
    for offer in of_each.values():
        update_listing(by=offer.owner, listing=offer, level=LEVELS[0])
    return len(of_each)


def _whole(population: Population, acting: Sequence[User]) -> list[Timing]:
    matcher = get_matcher()

    def match_with_reasons(user: User) -> object:
        numbers = [candidate.number for candidate in matcher.match(user, limit=TOP)]
        return skill_reasons(user, list(Profile.objects.filter(pk__in=numbers).order_by()))

    methods: dict[str, Callable[[User], object]] = {
        MATCH: lambda user: matcher.match(user, limit=TOP),
        REASONS: match_with_reasons,
        RECOMMEND: lambda user: recommend(by=user, limit=TOP, explain=True),
        FIND_CIRCLES: lambda user: matcher.circles(user, limit=CIRCLES_SHOWN),
    }
    for method in methods.values():
        method(acting[0])
    return take_turns(population.size, methods, acting)


def _earlier(population: Population, scoring: Scoring, seekers: Sequence[Member]) -> list[Timing]:
    members = list(population.members(scoring))
    cosine, fuzzy = CosinePerRequest(members), FuzzyOverEverybody(members, names(population.skill_count))
    return take_turns(population.size, {COSINE: cosine.top, FUZZY: fuzzy.top}, seekers)
