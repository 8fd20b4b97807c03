"""Every list, every row and every page costs the same number of queries, however many rows there are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .cases import by_operation
from .operations import admin_pages, reads
from .pages import pages
from .pages_cost import measure_pages
from .pages_cost import readable as readable_pages
from .seeds import WORD, grow, largest
from .world import content

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SIZES = (2, 20, 200)
LONGEST_PAGE = 100
MOST_OFFER_QUERIES = 6
MOST_QUERIES = 16
MOST_PAGE_QUERIES = 20
COMPOSED = {
    "GET home  owner": 32,
    "GET learn-skill python  owner": 40,
    "GET matches  owner": 26,
    "GET matches {'level': 'expert'} owner": 28,
}
"""Pages that are made of several questions, and how many queries they may take."""
FEWER_LISTS_AT_FIRST = {"GET home  owner", "GET learn-skill python  owner"}
"""With two members some of their lists are empty, or others stand in for them."""
WAYS = "GET /api/vocabulary/{skill_pk}/ways-to-learn/"
MOST_WAYS_QUERIES = 34
"""Four lists in one answer: two of the matcher's and two of offers."""
BOUNDED = {
    "GET /api/vocabulary/suggestions/": 10,
    "GET /api/circles/": 20,
    "GET /api/similar-offers/": 6,
    "GET /api/trending-skills/": 10,
}
"""Lists without pages, and how long they can be."""

VIEWERS = ("owner", "anonymous")


def page_size(size):
    """One less than there are, so that every page has a next one."""
    return min(size - 1, LONGEST_PAGE)


def readable():
    """Each read with the case by which the owner, or a stranger, sees something."""
    for operation in reads():
        for viewer in VIEWERS:
            case = next((case for case in by_operation()[operation] if viewer in case.allowed), None)
            if case is not None:
                yield operation, viewer, case


def has_pages(operation):
    of_action = getattr(getattr(operation.view, operation.action), "kwargs", {})
    return of_action.get("pagination_class", getattr(operation.view, "pagination_class", None)) is not None


def asked(world, operation, case, viewer, size):
    body = {**(case.body(world, world.people.get(viewer)) or {})}
    if has_pages(operation):
        body["page_size"] = page_size(size)
    return {**body, "q": WORD} if "q" in body else body


def measure_api(world, size):
    """Queries of every read by each viewer, and how many rows it shows."""
    queries, rows = {}, {}
    for operation, viewer, case in readable():
        query = asked(world, operation, case, viewer, size)
        with CaptureQueriesContext(connection) as captured:
            answer = world.send(operation, viewer, case.real_keys(world), query)
        assert answer.status_code == 200, (operation, content(answer))
        queries[f"{operation} {viewer}"] = len(captured)
        if (listed := results(answer)) is not None:
            rows[str(operation)] = len(listed)
    return queries, rows


def measure_admin(world):
    client, queries = world.new_client("superuser", Client), {}
    for page in admin_pages():
        address = page.address(largest(world, page.model))
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries[str(page)] = len(captured)
    return queries


@pytest.fixture(scope="module")
def measured(world):
    """Queries, and rows shown, of every read, every page and every page of the admin, at each size."""
    rounds, seeded = [], 0
    for size in SIZES:
        grow(world, range(seeded, size))
        if not seeded:
            # Once for what a process asks only the first time.
            measure_api(world, size), measure_admin(world), measure_pages(world, page_size(size))
        seeded = size
        rounds.append((*measure_api(world, size), measure_admin(world), *measure_pages(world, page_size(size))))
    api, rows, admin, page_queries, page_rows = (
        {name: [counts[name] for counts in by_size] for name in by_size[0]} for by_size in zip(*rounds, strict=True)
    )
    return SimpleNamespace(api=api, rows=rows, admin=admin, pages=page_queries, page_rows=page_rows)


def results(answer):
    """The rows of a list, None for anything else."""
    if "json" not in answer.headers["Content-Type"]:
        return None
    body = answer.json()
    return body if isinstance(body, list) else body.get("results")


def varying(counts):
    return {name: found for name, found in counts.items() if len(set(found)) > 1}


def test_every_read_of_the_api_takes_the_same_queries(measured):
    assert len(measured.api) > 50
    assert varying(measured.api) == {}
    ways = {name: found for name, found in measured.api.items() if name.startswith(WAYS)}
    assert max(map(max, ways.values())) <= MOST_WAYS_QUERIES
    others = {name: found for name, found in measured.api.items() if name not in ways}
    assert {name: found for name, found in others.items() if max(found) > MOST_QUERIES} == {}


def test_every_page_of_the_admin_takes_the_same_queries(measured):
    assert len(measured.admin) > 80
    assert varying(measured.admin) == {}


def test_every_page_takes_the_same_queries(measured):
    assert {page for page, _case, _viewer in readable_pages()} == {page for page in pages() if not page.writes}
    assert measured.pages.keys() >= COMPOSED.keys()
    assert varying({name: found[name in FEWER_LISTS_AT_FIRST :] for name, found in measured.pages.items()}) == {}
    most = {name: COMPOSED.get(name, MOST_PAGE_QUERIES) for name in measured.pages}
    assert {name: found for name, found in measured.pages.items() if max(found) > most[name]} == {}


def test_every_list_of_the_pages_was_measured_with_rows(measured):
    expected = [page_size(size) for size in SIZES]
    assert {name: found for name, found in measured.page_rows.items() if found != expected} == {}
    assert len(measured.page_rows) > 10


def test_offers_take_few_queries(measured):
    """Besides the two by which the host finds out who is asking."""
    assert max(measured.api["GET /api/skills/ anonymous"]) <= MOST_OFFER_QUERIES
    assert max(measured.api["GET /api/skills/ owner"]) <= MOST_OFFER_QUERIES + 2


def test_every_list_has_pages_and_was_measured_with_rows(measured):
    """A list that did not grow has no seeder; one that shows more than was asked for has no pages."""
    for name, found in measured.rows.items():
        if name in BOUNDED:
            assert 1 < max(found) <= BOUNDED[name]
        else:
            assert found == [page_size(size) for size in SIZES], name


def test_no_page_is_longer_than_a_hundred(world, measured):
    for operation in reads():
        if str(operation) not in measured.rows or str(operation) in BOUNDED:
            continue
        case = next(case for case in by_operation()[operation] if "owner" in case.allowed)
        keys = case.real_keys(world)
        query = asked(world, operation, case, "owner", SIZES[-1])
        refused = world.send(operation, "owner", keys, {**query, "page_size": LONGEST_PAGE + 1})
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["page_size"]), operation
        query.pop("page_size", None)
        assert len(results(world.send(operation, "owner", keys, query))) <= 20, operation
