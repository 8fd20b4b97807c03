"""One process's view of the members, kept in step with the database.

A view is immutable: threads build the next one each for themselves, and one reference is exchanged. What a transaction
reads may be its own, not committed, or older than what others see, so views from inside one stay private to the query.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from ..matches import Member
from ..rows import read_similar
from ..scoring import Scoring
from .feed import CLOCK_TOLERANCE, Batch, NotInHistory, Position, is_in_transaction, poll, read_connection
from .overlay import Overlay, read_changed
from .similarity import Similarity
from .snapshots import Snapshot, SnapshotStore, Stamp, UnusableSnapshot, is_forgotten

logger = logging.getLogger("skillswap.matching")

RETRY_SECONDS = 30
"""After so long a snapshot that could not be used is tried again: memory or open files may have been short."""


@dataclass(frozen=True, eq=False)
class View:
    """A snapshot and all that has changed since, up to ``position`` in the log of events."""

    snapshot: Snapshot
    overlay: Overlay
    similarity: Similarity
    position: Position

    @classmethod
    def of(cls, snapshot: Snapshot) -> View:
        return cls(snapshot, Overlay.empty(snapshot.index), snapshot.similarity, snapshot.position)

    def member(self, number: int | None) -> Member:
        """The member of this number; without listings in force an empty one of number 0, which is nobody's."""
        if number is not None:
            base, overlay = self.snapshot.index, self.overlay
            if (position := overlay.index.position(number)) is not None:
                return overlay.index.member(position)
            if (position := base.position(number)) is not None and not overlay.masked[position]:
                return base.member(position)
        return Member(number=0)

    def after(self, batch: Batch, scoring: Scoring) -> View:
        """With what these events changed, as the database has it now."""
        view = replace(self, position=batch.position)
        if users := batch.changes.all_users():
            numbers, members = read_changed(scoring, users)
            view = replace(view, overlay=self.overlay.replacing(self.snapshot.index, numbers, members))
        if batch.changes.similarity:
            view = replace(view, similarity=Similarity(read_similar()))
        return view


@dataclass(frozen=True, eq=False)
class Held:
    """A view with where it came from: ``stamp`` of the snapshot in force, None for ``view`` if that is unusable.

    ``asked_at``: when the log was read last, in seconds of the epoch and up to an hour too early; without a view when
    the snapshot was tried.
    """

    stamp: Stamp | None
    scoring: Scoring
    view: View | None
    asked_at: float

    @property
    def is_over(self) -> bool:
        """Whether it has missed events that are deleted by now, or an unusable snapshot is to be tried again."""
        if self.view is None:
            return time.time() - self.asked_at > RETRY_SECONDS
        return is_forgotten(self.asked_at)


class Follower:
    """Answers with the present view, from the snapshot of one store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._store: SnapshotStore | None = None
        self._problem = ""

    @property
    def store(self) -> SnapshotStore | None:
        """None, and a line in the log, while the folder cannot be used: pages must not fail for it."""
        if self._store is None:
            try:
                self._store = SnapshotStore.configured()
            except (ImproperlyConfigured, OSError) as error:
                self._report(logging.ERROR, str(error))
        return self._store

    def view(self, scoring: Scoring) -> View | None:
        """What the connection of this thread sees, None where only the database itself can answer: without a usable
        snapshot, or when the connection sees another state than the snapshot was built from."""
        held = self._current(scoring)
        if held.view is None:
            return None
        asked_at = time.time()
        try:
            batch = poll(held.view.position)
        except NotInHistory:
            return self._start_again(held, scoring)
        if batch is None:
            if asked_at - held.asked_at > CLOCK_TOLERANCE:
                self._exchange(held, replace(held, asked_at=asked_at))
            return held.view
        view = held.view.after(batch, scoring)
        if is_in_transaction():
            transaction.on_commit(lambda: self._catch_up(scoring), using=read_connection().alias, robust=True)
        else:
            self._exchange(held, replace(held, view=view, asked_at=asked_at))
        return view

    def _catch_up(self, scoring: Scoring) -> None:
        """After the transaction, so that the next one does not read the same again."""
        self.view(scoring)

    def _current(self, scoring: Scoring) -> Held:
        """What is held, if it is of the snapshot in force and not over."""
        store, held = self.store, self._held
        stamp = store.stamp() if store else None
        if held is None or held.stamp != stamp or held.scoring is not scoring or held.is_over:
            fresh = self._load(store, stamp, scoring)
            self._exchange(held, fresh)
            return fresh
        return held

    def _load(self, store: SnapshotStore | None, stamp: Stamp | None, scoring: Scoring) -> Held:
        if store is not None and stamp is not None:
            try:
                snapshot = store.load(scoring)
            except UnusableSnapshot as unusable:
                self._report(logging.WARNING, str(unusable))
            else:
                self._problem = ""
                return Held(stamp, scoring, View.of(snapshot), snapshot.built_at)
        return Held(stamp, scoring, None, time.time())

    def _report(self, level: int, problem: str) -> None:
        """In the log, but not each time that it is tried again."""
        if problem != self._problem:
            self._problem = problem
            logger.log(level, "the matching index is not used: %s", problem)

    def _start_again(self, held: Held, scoring: Scoring) -> View | None:
        """The connection does not see what the view rests on."""
        if held.view is None or is_in_transaction():
            return None
        first = View.of(held.view.snapshot)
        try:
            batch = poll(first.position)
        except NotInHistory:
            return None
        view = first.after(batch, scoring) if batch else first
        self._exchange(held, replace(held, view=view))
        return view

    def _exchange(self, expected: Held | None, new: Held) -> None:
        """Unless another thread was faster: then what it holds is as good."""
        with self._lock:
            if self._held is expected:
                self._held = new
