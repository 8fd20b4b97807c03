"""Building the index anew, and when."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.transaction import TransactionManagementError

from skillswap_kit.core.conf import core_settings

from ..conf import matching_settings
from ..rows import read_similar
from ..scoring import get_scoring
from .building import Report, read_index
from .feed import DAY, NotInHistory, is_in_transaction, poll, present_position
from .similarity import Similarity
from .snapshots import BuildRunning, Snapshot, SnapshotStore, UnusableSnapshot

CHANGED_SHARE = 50
"""One member in so many has changed: time for a new index."""
EVENTS_PER_CHANGE = 20
"""So many times REBUILD_AFTER events, of whatever kind: a new worker should not have to read more."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build made, and how long it took, in seconds."""

    number: int
    members: int
    listings: int
    seconds: float


def rebuild(report: Report = lambda text: None) -> Built:
    """Build the index of the members as they are now and put it in force; workers notice at their next query.

    Raises BuildRunning if somebody else is at it, and TransactionManagementError inside a transaction, since what that
    reads may never be committed.
    """
    if is_in_transaction():
        raise TransactionManagementError("The matching index cannot be built inside a transaction.")
    began, scoring = time.perf_counter(), get_scoring()
    with SnapshotStore.configured().building() as save:
        # First where the log ends: what is committed from here on is read again, whether or not it is in the rows.
        position, built_at = present_position(), time.time()
        similarity = Similarity(read_similar())
        index = read_index(scoring, report)
        snapshot = Snapshot(index=index, similarity=similarity, position=position, built_at=built_at)
        number = save(snapshot, scoring)
        report(f"snapshot {number} is in force")
    listings = len(index.offers.ids) + len(index.wants.ids)
    return Built(number=number, members=len(index), listings=listings, seconds=time.perf_counter() - began)


def reason_to_rebuild() -> str | None:
    """Why the index should be built anew; None while the present one is good."""
    try:
        snapshot = SnapshotStore.configured().load(get_scoring())
    except UnusableSnapshot as unusable:
        return str(unusable)
    if time.time() - snapshot.built_at > core_settings.EVENT_RETENTION_DAYS * DAY / 2:
        return "events since it was built will soon be deleted"
    try:
        batch = poll(snapshot.position)
    except NotInHistory:
        return "it was built from another history of the database"
    if batch is None:
        return None
    limit = min(matching_settings.REBUILD_AFTER, len(snapshot.index) // CHANGED_SHARE)
    if batch.size > EVENTS_PER_CHANGE * matching_settings.REBUILD_AFTER or len(batch.changes.all_users()) > limit:
        return "many members have changed"
    return None


def rebuild_if_needed() -> bool:
    """For work that runs again and again: whether an index was built. Not while somebody else builds one, and not in a
    transaction, such as a host's tests run in."""
    if is_in_transaction() or reason_to_rebuild() is None:
        return False
    try:
        rebuild()
    except BuildRunning:
        return False
    return True
