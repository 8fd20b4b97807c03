"""The index on disk: numbered folders, and a file ``CURRENT`` that names the one in force.

A folder is written and made durable under another name, renamed, and then named in ``CURRENT``, which is replaced at
one stroke: whoever is killed leaves rubbish that the next build removes, and never half a snapshot in use. The arrays
are mapped into memory, so all workers of a machine share one copy, and stay readable after their folder is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from skillswap_kit.core.conf import core_settings
from skillswap_kit.core.transactions import kit_database

from ..conf import matching_settings
from ..scoring import LEVELS, PRIORITIES, Scoring
from .feed import CLOCK_TOLERANCE, DAY, Position
from .kernel import Array, Index, Rows
from .similarity import Similarity

logger = logging.getLogger("skillswap.matching")

FORMAT = 1
"""Raised when the files mean something else; snapshots of another format are not read."""
CURRENT = "CURRENT"
META = "meta.json"
BUILDING = "building"
ROWS = ("offerers", "wanters", "offers", "wants")
ROWS_DTYPES = {"starts": "<i8", "ids": "<i4", "weights": "<i4"}
DTYPES = {
    "numbers": "<i8",
    "skills": "<i8",
    "loads": "<i4",
    "activities": "<i4",
    "similar": "<i8",
    **{f"{rows}.{part}": dtype for rows in ROWS for part, dtype in ROWS_DTYPES.items()},
}

Stamp: TypeAlias = tuple[int, int, int]
"""Of the file ``CURRENT``: when it changed, which file it is, and its length."""


class BuildRunning(Exception):
    """Somebody else is building the index at this moment."""


class UnusableSnapshot(Exception):
    """Damaged, or of another format, database or scoring, or too old; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """``position``: where in the log of events it stands. ``built_at``: in seconds of the epoch."""

    index: Index
    similarity: Similarity
    position: Position
    built_at: float

    @property
    def is_too_old(self) -> bool:
        """Whether events that happened since may have been deleted."""
        return is_forgotten(self.built_at)

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return sum(array.nbytes for array in _arrays(self).values())


def is_forgotten(moment: float) -> bool:
    """Whether events since then, in seconds of the epoch, may have been deleted."""
    return time.time() - moment > core_settings.EVENT_RETENTION_DAYS * DAY - CLOCK_TOLERANCE


def fingerprint(scoring: Scoring) -> str:
    """What of the scoring and the settings stands in a snapshot."""
    weights = [
        [scoring.offer_weight(level) for level in LEVELS],
        [scoring.want_weight(priority) for priority in PRIORITIES],
        bool(scoring.activity_factor),
        matching_settings.MAX_SIMILAR,
    ]
    return json.dumps(weights)


def database_digest() -> str:
    """Tells the databases apart that one machine may hold snapshots of."""
    configured = connections[kit_database()].settings_dict
    named = [str(configured.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME")]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:16]


class SnapshotStore:
    """The folder with the snapshots of one database."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database

    @classmethod
    def configured(cls) -> SnapshotStore:
        """The folder of MATCHING_SNAPSHOT_DIR, or a private one. Raises ImproperlyConfigured if that is another's."""
        database = database_digest()
        if matching_settings.SNAPSHOT_DIR:
            return cls(Path(matching_settings.SNAPSHOT_DIR), database)
        # In a folder of this name somebody else could leave a snapshot for us.
        folder = Path(tempfile.gettempdir()) / f"skillswap-matching-{os.getuid()}-{database}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise ImproperlyConfigured(f"{folder} is not a private folder of ours. Set MATCHING_SNAPSHOT_DIR.")
        return cls(folder, database)

    def stamp(self) -> Stamp | None:
        """Differs when another snapshot has come into force. None if there is none."""
        try:
            found = os.stat(self.folder / CURRENT)  # noqa: PTH116 (a third of the time, before each query)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def load(self, scoring: Scoring) -> Snapshot:
        """The snapshot in force. Raises UnusableSnapshot."""
        try:
            folder = self.folder / str(int((self.folder / CURRENT).read_text()))
            meta = json.loads((folder / META).read_text())
            self._check_origin(meta, scoring)
            arrays = {name: _open(folder / f"{name}.npy", dtype) for name, dtype in DTYPES.items()}
            index = _index(arrays)
            snapshot = Snapshot(
                index=index,
                similarity=Similarity.from_rows(arrays["similar"].reshape(-1, 3)),
                position=_position(meta["position"]),
                built_at=float(meta["built_at"]),
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableSnapshot(f"{self.folder}: damaged: {error!r}") from error
        if snapshot.is_too_old:
            raise UnusableSnapshot(f"{folder}: older than events are kept")
        return snapshot

    def _check_origin(self, meta: dict[str, Any], scoring: Scoring) -> None:
        expected = {"format": FORMAT, "database": self.database, "scoring": fingerprint(scoring)}
        for name, value in expected.items():
            if meta[name] != value:
                raise UnusableSnapshot(f"{self.folder}: of another {name}")

    @contextmanager
    def building(self) -> Iterator[Callable[[Snapshot, Scoring], int]]:
        """A lock on the folder, and inside it the function that saves a snapshot. Raises BuildRunning.

        The system releases the lock of a process that dies.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BuildRunning from error
            yield self._save

    def _save(self, snapshot: Snapshot, scoring: Scoring) -> int:
        """Put it in force; its number."""
        numbers = self._numbers()
        number = max(numbers, default=0) + 1
        unfinished = self.folder / BUILDING
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        arrays = _arrays(snapshot)
        for name, dtype in DTYPES.items():
            with (unfinished / f"{name}.npy").open("wb") as file:
                np.save(file, arrays[name].astype(dtype, copy=False), allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
        _write(unfinished / META, json.dumps(self._meta(snapshot, scoring)))
        unfinished.rename(self.folder / str(number))
        previous = self._current_number()
        _write(self.folder / f"{CURRENT}.new", str(number))
        (self.folder / f"{CURRENT}.new").replace(self.folder / CURRENT)
        self._make_folder_durable()
        for old in numbers - {previous}:
            shutil.rmtree(self.folder / str(old), ignore_errors=True)
        return number

    def _meta(self, snapshot: Snapshot, scoring: Scoring) -> dict[str, Any]:
        position = snapshot.position
        return {
            "format": FORMAT,
            "database": self.database,
            "scoring": fingerprint(scoring),
            "built_at": snapshot.built_at,
            "members": len(snapshot.index),
            "position": {
                "last": position.last,
                "gaps": list(position.gaps.items()),
                "anchors": list(position.anchors.items()),
            },
        }

    def _numbers(self) -> set[int]:
        return {int(entry.name) for entry in self.folder.iterdir() if entry.name.isdecimal()}

    def _current_number(self) -> int | None:
        try:
            return int((self.folder / CURRENT).read_text())
        except (OSError, ValueError):
            return None

    def _make_folder_durable(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _position(meta: dict[str, Any]) -> Position:
    return Position(
        last=int(meta["last"]),
        gaps={int(key): float(until) for key, until in meta["gaps"]},
        anchors={int(key): int(occurred) for key, occurred in meta["anchors"]},
    )


def _arrays(snapshot: Snapshot) -> dict[str, Array]:
    index = snapshot.index
    arrays = {name: getattr(index, name) for name in ("numbers", "skills", "loads", "activities")}
    arrays["similar"] = snapshot.similarity.as_rows().ravel()
    for name in ROWS:
        rows: Rows = getattr(index, name)
        arrays |= {f"{name}.starts": rows.starts, f"{name}.ids": rows.ids, f"{name}.weights": rows.weights}
    return arrays


def _open(path: Path, dtype: str) -> Array:
    """The array in a file, mapped. Raises ValueError for another kind of array, OSError."""
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if mapped.dtype != np.dtype(dtype) or mapped.ndim != 1:
        raise ValueError(f"{path.name} holds {mapped.dtype} in {mapped.ndim} dimensions")
    # A plain array on the same memory: each step on a memmap costs a microsecond more.
    return np.asarray(mapped).view(np.ndarray)


def _index(arrays: dict[str, Array]) -> Index:
    """Raises ValueError unless every array can be followed into the others."""
    members, skills = len(arrays["numbers"]), len(arrays["skills"])
    for name in ("numbers", "skills"):
        _expect(bool((np.diff(arrays[name]) > 0).all()), name)
    for name in ("loads", "activities"):
        _expect(len(arrays[name]) == members, name)
    return Index(
        numbers=arrays["numbers"],
        skills=arrays["skills"],
        loads=arrays["loads"],
        activities=arrays["activities"],
        offerers=_rows(arrays, "offerers", skills, members),
        wanters=_rows(arrays, "wanters", skills, members),
        offers=_rows(arrays, "offers", members, skills),
        wants=_rows(arrays, "wants", members, skills),
    )


def _rows(arrays: dict[str, Array], name: str, count: int, width: int) -> Rows:
    rows = Rows(*(arrays[f"{name}.{part}"] for part in ("starts", "ids", "weights")))
    starts, ids = rows.starts, rows.ids
    _expect(len(starts) == count + 1 and starts[0] == 0 and starts[-1] == len(ids) == len(rows.weights), name)
    _expect(bool((np.diff(starts) >= 0).all()), name)
    _expect(not len(ids) or (ids.min() >= 0 and ids.max() < width), name)
    return rows


def _expect(holds: bool, name: str) -> None:
    if not holds:
        raise ValueError(f"{name} does not fit the rest")
