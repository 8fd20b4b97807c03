"""The files of the index: whole or not used, of this database, and of nobody else."""

from __future__ import annotations

import json
import os
import signal
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from skillswap_kit.core.jobs import run_due
from skillswap_kit.exchange.models import Listing
from skillswap_kit.matching.backends import base
from skillswap_kit.matching.backends.index import IndexMatcher
from skillswap_kit.matching.candidates import Selection
from skillswap_kit.matching.due import rebuild_index
from skillswap_kit.matching.index.rebuilding import reason_to_rebuild, rebuild
from skillswap_kit.matching.index.snapshots import BuildRunning, SnapshotStore, UnusableSnapshot
from skillswap_kit.matching.scoring import get_scoring
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.core.children import start_child

from .indexes import IndexOnly, assert_answers_as_the_reference, snapshots_in
from .populations import Person, populate

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [
    Person(offers={0: "expert", 1: "beginner"}, wants={2: 5, 3: 1}),
    Person(offers={2: "beginner"}, wants={0: 2}, asked=2),
    Person(offers={4: "expert", 2: "expert"}, wants={1: 2}),
    Person(offers={3: "expert", 2: "advanced"}, wants={5: 2}),
]
SIMILAR = {(2, 4): 30, (5, 0): 60}


@pytest.fixture
def folder(tmp_path):
    with snapshots_in(tmp_path):
        yield tmp_path


@pytest.fixture
def users(folder):
    return populate(PEOPLE, similar=SIMILAR).users


def in_force(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_build_is_read_as_it_was_written(users, folder):
    built = rebuild()
    assert (built.members, built.listings) == (4, 12)
    assert_answers_as_the_reference(IndexOnly("index"), users)
    assert names(folder) == {"1", "CURRENT", "lock"}


def test_arrays_are_plain_views_of_the_files(users):
    rebuild()
    index = SnapshotStore.configured().load(get_scoring()).index
    assert type(index.numbers) is np.ndarray
    assert not index.numbers.flags.writeable


def test_without_a_snapshot_sql_answers_and_nothing_is_built(users, folder):
    matcher = IndexMatcher("index")
    assert_answers_as_the_reference(matcher, users)
    assert "fallback" in vars(matcher)
    assert names(folder) == set()


def test_a_new_snapshot_is_noticed_and_the_one_before_kept(users, folder):
    matcher = IndexOnly("index")
    rebuild()
    assert_answers_as_the_reference(matcher, users)
    # Without an event: only another snapshot can know of it.
    Listing.objects.filter(owner=users[1]).delete()
    rebuild()
    assert_answers_as_the_reference(matcher, users)
    assert names(folder) == {"1", "2", "CURRENT", "lock"}
    rebuild()
    assert names(folder) == {"2", "3", "CURRENT", "lock"}
    assert_answers_as_the_reference(matcher, users)


def cut_off(folder):
    path = in_force(folder) / "offers.ids.npy"
    path.write_bytes(path.read_bytes()[:-4])


def empty(folder):
    (in_force(folder) / "numbers.npy").write_bytes(b"")


def lose_a_file(folder):
    (in_force(folder) / "wants.starts.npy").unlink()


def point_outside(folder):
    path = in_force(folder) / "offerers.ids.npy"
    np.save(path, np.load(path) + 1000)


def unsort(folder):
    path = in_force(folder) / "numbers.npy"
    np.save(path, np.load(path)[::-1])


def use_floats(folder):
    path = in_force(folder) / "loads.npy"
    np.save(path, np.load(path).astype(np.float64))


def pickle_something(folder):
    np.save(in_force(folder) / "similar.npy", np.array([{"a": 1}], object), allow_pickle=True)


def name_nothing(folder):
    (folder / "CURRENT").write_text("")


def name_another_folder(folder):
    (folder / "CURRENT").write_text("../1")


def say_nothing(folder):
    (in_force(folder) / "meta.json").write_text("[]")


def be_of_another(key):
    def change(folder):
        path = in_force(folder) / "meta.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), key: "another"}))

    change.__name__ = f"be_of_another_{key}"
    return change


DAMAGES = [
    cut_off,
    empty,
    lose_a_file,
    point_outside,
    unsort,
    use_floats,
    pickle_something,
    name_nothing,
    name_another_folder,
    say_nothing,
    *map(be_of_another, ["format", "database", "scoring"]),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_snapshot_that_is_damaged_or_foreign_is_not_used(users, folder, damage, caplog):
    rebuild()
    damage(folder)
    matcher = IndexMatcher("index")
    assert_answers_as_the_reference(matcher, users)
    assert "fallback" in vars(matcher)
    assert [record.name for record in caplog.records] == ["skillswap.matching"]
    assert reason_to_rebuild()
    rebuild()
    assert_answers_as_the_reference(IndexOnly("index"), users)


def test_another_scoring_needs_another_snapshot(users):
    rebuild()
    levels = {"beginner": 0.1, "intermediate": 0.2, "advanced": 0.3, "expert": 1.0}
    scoring = {"BACKEND": "skillswap_kit.matching.scoring.Scoring", "OPTIONS": {"levels": levels}}
    with override_skillswap(MATCHING_SCORING={"default": scoring}):
        with pytest.raises(UnusableSnapshot, match="another scoring"):
            SnapshotStore.configured().load(get_scoring())
        assert_answers_as_the_reference(IndexMatcher("index"), users)
        rebuild()
        assert_answers_as_the_reference(IndexOnly("index"), users)


def test_a_snapshot_older_than_events_are_kept_is_not_used(users, monkeypatch):
    rebuild()
    now = timezone.now().timestamp()
    monkeypatch.setattr("time.time", lambda: now + 46 * 86_400)
    assert reason_to_rebuild() == "events since it was built will soon be deleted"
    monkeypatch.setattr("time.time", lambda: now + 90 * 86_400)
    with pytest.raises(UnusableSnapshot, match="older than events are kept"):
        SnapshotStore.configured().load(get_scoring())


def test_two_never_build_at_once(users):
    with SnapshotStore.configured().building():
        with pytest.raises(BuildRunning):
            rebuild()
        with pytest.raises(CommandError, match="Somebody else"):
            call_command("skillswap_rebuild_matches", stdout=StringIO())
        assert rebuild_index() == 0
    assert rebuild_index() == 1


def test_nothing_is_built_of_what_may_never_be_committed(users, folder):
    with transaction.atomic():
        with pytest.raises(TransactionManagementError):
            rebuild()
        with pytest.raises(CommandError, match="inside a transaction"):
            call_command("skillswap_rebuild_matches", stdout=StringIO())
        assert rebuild_index() == 0
    assert names(folder) == set()


DIE = """
import os, signal, sys
from pathlib import Path
from django.conf import settings
settings.SKILLSWAP_KIT = {"MATCHING_SNAPSHOT_DIR": sys.argv[1]}
from skillswap_kit.matching.index import rebuilding, snapshots

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[2]
if where == "while reading":
    rebuilding.read_index = die
elif where == "between files":
    write, written = snapshots.np.save, []
    def save(*args, **kwargs):
        written.append(args)
        if len(written) == 5:
            die()
        write(*args, **kwargs)
    snapshots.np.save = save
elif where == "before renaming":
    Path.rename = die
elif where == "before the switch":
    Path.replace = die
elif where == "before tidying":
    snapshots.SnapshotStore._make_folder_durable = die
rebuilding.rebuild()
"""
DEATHS = ["while reading", "between files", "before renaming", "before the switch", "before tidying"]


@pytest.mark.slow
@pytest.mark.parametrize("where", DEATHS)
def test_a_build_that_is_killed_leaves_a_working_matcher(users, folder, where):
    rebuild()
    matcher = IndexOnly("index")
    assert_answers_as_the_reference(matcher, users)
    child = start_child(DIE, folder, where)
    _out, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL, errors
    assert_answers_as_the_reference(matcher, users)
    assert_answers_as_the_reference(IndexOnly("another"), users)
    # No lock is left, and what was left is tidied away.
    rebuild()
    assert_answers_as_the_reference(matcher, users)
    rebuild()
    assert len(names(folder)) == 4


def test_the_folder_of_nobody_in_particular_is_private(users, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with override_skillswap(MATCHING_SNAPSHOT_DIR=""):
        folder = SnapshotStore.configured().folder
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        assert str(os.getuid()) in folder.name
        rebuild()
        assert_answers_as_the_reference(IndexOnly("index"), users)
        assert IndexMatcher("index").check() == []
        folder.chmod(0o755)
        with pytest.raises(ImproperlyConfigured, match="private"):
            SnapshotStore.configured()
        matcher = IndexMatcher("index")
        assert [warning.id for warning in matcher.check()] == ["skillswap_matching.W002"]
        assert_answers_as_the_reference(matcher, users)
        with pytest.raises(CommandError, match="private"):
            call_command("skillswap_rebuild_matches")


def test_a_folder_that_somebody_else_laid_is_refused(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with override_skillswap(MATCHING_SNAPSHOT_DIR=""):
        theirs = SnapshotStore.configured().folder
        theirs.rmdir()
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        theirs.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(ImproperlyConfigured):
            SnapshotStore.configured()
        theirs.unlink()
        theirs.mkdir(mode=0o700)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        theirs.rename(folder_of(12345, theirs))
        with pytest.raises(ImproperlyConfigured):
            SnapshotStore.configured()


def folder_of(uid: int, folder: Path) -> Path:
    parts = folder.name.split("-")
    return folder.with_name("-".join([*parts[:-2], str(uid), parts[-1]]))


def test_databases_are_told_apart(users, monkeypatch):
    rebuild()
    monkeypatch.setitem(connection.settings_dict, "HOST", "elsewhere")
    with pytest.raises(UnusableSnapshot, match="another database"):
        SnapshotStore.configured().load(get_scoring())


def test_due_work_builds_what_is_missing_and_what_many_have_changed(make_user, folder):
    users = populate([Person(offers={0: "expert"})] * 99).users
    assert run_due()["matching.rebuild"] == 1
    assert rebuild_index() == 0
    for _ in range(2):
        assert reason_to_rebuild() is None
        make_listing(make_user(), skill=make_skill())
    with override_skillswap(MATCHING_REBUILD_AFTER=1):
        assert reason_to_rebuild() == "many members have changed"
        make_listing(users[0], skill=make_skill())
    assert reason_to_rebuild() == "many members have changed"
    assert rebuild_index() == 1
    assert reason_to_rebuild() is None


def test_due_work_builds_nothing_where_no_matcher_needs_it(users, folder):
    sql = {"default": {"BACKEND": "skillswap_kit.matching.backends.sql.SqlMatcher"}}
    with override_skillswap(MATCHING_BACKENDS=sql):
        assert rebuild_index() == 0
    assert names(folder) == set()


def test_the_command_says_what_it_does(users, capsys):
    call_command("skillswap_rebuild_matches", "--if-needed")
    said = capsys.readouterr().out.splitlines()
    assert said[1:-1] == [f"Steps: {done} % of 5" for done in range(0, 101, 20)]
    assert said[-1].startswith("Snapshot 1: 4 members, 12 listings,")
    call_command("skillswap_rebuild_matches", "--if-needed")
    assert capsys.readouterr().out == "The index is good.\n"


def test_a_page_that_ended_early_is_searched_in_one_view(users, monkeypatch):
    """The index looks at as few as the others, sees one state in all looks of a page, and leaves nobody out."""
    rebuild()
    matcher, views = IndexOnly("index"), []
    monkeypatch.setattr(base, "MOST_LOOKED_AT", 2)
    view_of = matcher._follower.view
    monkeypatch.setattr(matcher._follower, "view", lambda scoring: views.append(scoring) or view_of(scoring))
    for user in users:
        selection = Selection(user, lambda profiles: profiles)
        expected, found, after, pages = matcher.match(user, limit=100), [], None, 0
        views.clear()
        while not pages or after:
            page = matcher.page(user, limit=3, selection=selection, after=after)
            found, after, pages = [*found, *page.candidates], page.next, pages + 1
        assert found == expected
        assert pages == max(1, -(-len(expected) // 2))
        assert len(views) == pages


def test_a_listing_of_an_unknown_level_is_an_error(users):
    Listing.objects.filter(owner=users[0], kind="offer").update(level="wizard")
    with pytest.raises(ValueError, match="level or a priority"):
        rebuild()
