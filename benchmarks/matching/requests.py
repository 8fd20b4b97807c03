"""Part *speed*, by HTTP: recommendations as a site serves them, against a bare view of the same JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from skillswap_kit.matching.matchers import get_matcher

from .bare import told
from .timing import Timing, take_turns

TOP = 10
VIEWERS = 50
ROUNDS = 4
KIT, BARE = "GET /api/recommendations/", "bare view of the same JSON"
PATH = f"/api/recommendations/?page_size={TOP}"


@override_settings(ROOT_URLCONF="benchmarks.matching.urls")
def measure(size: int, users: Sequence[Any]) -> tuple[list[Timing], int]:
    """Times, and how many queries a page takes. Raises SystemExit if the two views answer differently."""
    clients, queries = [], 0
    for user in users[:VIEWERS]:
        client = Client()
        client.force_login(user)
        told[user.pk] = get_matcher().match(user, limit=TOP)
        queries = max(queries, _compare(client))
        clients.append(client)
    views: dict[str, Any] = {KIT: lambda client: client.get(PATH), BARE: lambda client: client.get("/bare/")}
    return take_turns(size, views, clients * ROUNDS), queries


def _compare(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(PATH)
    # Now, as the next request begins the log of queries anew.
    queries = len(captured)
    if answer.json()["results"] != client.get("/bare/").json()["results"]:
        raise SystemExit("The two views answer differently; the comparison would mean nothing.")
    return queries
