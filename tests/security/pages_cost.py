"""What pages cost: the queries of each, and the rows that lists show."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from skillswap_kit.core.web.pages import ListPage

from .pages import Page, PageCase, page_pairs, visit_as_case
from .world import KIT_SETTINGS, World

MEMBERS = ("owner", "counterparty")


def readable() -> Iterator[tuple[Page, PageCase, str]]:
    """Each page with every case by which the owner, else their partner, and a stranger see something."""
    for page, case in page_pairs():
        member = next((member for member in MEMBERS if member in case.allowed), None)
        for viewer in (member, "anonymous"):
            if viewer in case.allowed and not page.writes:
                yield page, case, viewer


def measure_pages(world: World, page_size: int) -> tuple[dict[str, int], dict[str, int]]:
    """Queries of every page for each viewer, and how many rows its list shows."""
    queries, rows = {}, {}
    with override_settings(SKILLSWAP_KIT={**KIT_SETTINGS, "PAGE_SIZE": page_size}):
        for page, case, viewer in readable():
            with CaptureQueriesContext(connection) as captured:
                asked = visit_as_case(world, page, case, viewer)
            assert asked.status == 200, (page, viewer)
            name = f"{case} {case.body(world, world.people.get(viewer)) or ''} {viewer}"
            queries[name] = len(captured)
            if issubclass(page.view, ListPage):
                rows[name] = len(asked.answer.context["page"].rows)
    return queries, rows
