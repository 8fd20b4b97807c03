"""Which matchers there are, whether each can be used now, and how the index stands, for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import Conflict
from skillswap_kit.core.jobs import job
from skillswap_kit.core.transactions import kit_database
from skillswap_kit.core.types import User
from skillswap_kit.exchange.services.staff import require_permission

from ..backends.base import BaseMatcher
from ..backends.cosine import CosineMatcher, is_installed
from ..backends.sql import Ranking, SqlMatcher
from ..conf import NEEDED_BY_INDEX
from ..matchers import matchers
from ..scoring import get_scoring
from .statistics import VIEW_STATISTICS

REBUILD_INDEX = "skillswap_matching.rebuild_index"
"""The permission to have the index built anew."""


@dataclass(frozen=True, kw_only=True)
class IndexStatus:
    """The snapshot in force. Without one, ``problem`` says why, its numbers are None, and the SQL matcher answers.

    ``size`` is in bytes, which all workers of a machine share. Since it was built ``events`` have been recorded after
    ``position`` in the log, and ``changed`` members are read anew by every worker.
    """

    folder: str
    problem: str = ""
    built_at: datetime | None = None
    members: int | None = None
    size: int | None = None
    position: int | None = None
    events: int | None = None
    changed: int | None = None


@dataclass(frozen=True, kw_only=True)
class MatcherStatus:
    """A matcher by its alias; ``problem`` says why it cannot be used now. ``index`` only where it searches one."""

    alias: str
    backend: str
    capabilities: tuple[str, ...]
    problem: str
    index: IndexStatus | None

    @property
    def class_name(self) -> str:
        return self.backend.rpartition(".")[2]

    @property
    def is_usable(self) -> bool:
        return not self.problem


def matcher_status(*, by: User) -> list[MatcherStatus]:
    """All that are configured. Raises NotAllowed."""
    require_permission(by, VIEW_STATISTICS)
    return [_status(alias) for alias in matchers]


def start_rebuild(*, by: User) -> None:
    """Have the index built anew, by a job: the present one answers meanwhile. Raises NotAllowed, Conflict."""
    require_permission(by, REBUILD_INDEX)
    if not searches_index():
        raise Conflict(_("No matcher of this site searches an index."))
    rebuild_index.enqueue()


@job
def rebuild_index() -> None:
    """Build the index anew; nothing if somebody else is at it."""
    from ..index.rebuilding import rebuild
    from ..index.snapshots import BuildRunning

    try:
        rebuild()
    except BuildRunning:
        return


def searches_index() -> bool:
    """Whether any matcher of this site searches the index."""
    return any(_is_index(matcher) for alias in matchers if (matcher := _built(alias)[0]) is not None)


def _status(alias: str) -> MatcherStatus:
    matcher, problem = _built(alias)
    return MatcherStatus(
        alias=alias,
        backend=matchers.configured[alias]["BACKEND"] if matcher is None else _path(matcher),
        capabilities=() if matcher is None else tuple(sorted(matcher.capabilities)),
        problem=problem if matcher is None else _problem(matcher),
        index=_index_status() if matcher is not None and _is_index(matcher) else None,
    )


def _built(alias: str) -> tuple[BaseMatcher | None, str]:
    """The matcher, or why there is none."""
    try:
        return matchers[alias], ""
    except ImproperlyConfigured as error:
        return None, str(error)


def _path(matcher: BaseMatcher) -> str:
    return f"{type(matcher).__module__}.{type(matcher).__qualname__}"


def _problem(matcher: BaseMatcher) -> str:
    """Why it cannot answer; asked without ranking anybody, which on a large site takes long."""
    if isinstance(matcher, CosineMatcher) and not is_installed():
        return _("scikit-learn is not installed.")
    if isinstance(matcher, SqlMatcher):
        try:
            Ranking(get_scoring(), connections[kit_database()]).score()
        except ImproperlyConfigured as error:
            return str(error)
    return ""


def _is_index(matcher: BaseMatcher) -> bool:
    if not all(map(find_spec, NEEDED_BY_INDEX)):
        return False
    from ..backends.index import IndexMatcher

    return isinstance(matcher, IndexMatcher)


def _index_status() -> IndexStatus:
    from ..index.feed import NotInHistory, poll
    from ..index.snapshots import SnapshotStore, UnusableSnapshot

    try:
        store = SnapshotStore.configured()
    except (ImproperlyConfigured, OSError) as error:
        return IndexStatus(folder="", problem=str(error))
    folder = str(store.folder)
    if store.stamp() is None:
        return IndexStatus(folder=folder, problem=_("It has not been built yet."))
    try:
        snapshot = store.load(get_scoring())
        batch = poll(snapshot.position)
    except UnusableSnapshot as unusable:
        return IndexStatus(folder=folder, problem=str(unusable))
    except NotInHistory:
        return IndexStatus(folder=folder, problem=_("It was built from another history of the database."))
    return IndexStatus(
        folder=folder,
        built_at=datetime.fromtimestamp(snapshot.built_at, UTC),
        members=len(snapshot.index),
        size=snapshot.size,
        position=snapshot.position.last,
        events=batch.size if batch else 0,
        changed=len(batch.changes.all_users()) if batch else 0,
    )
