"""What staff read of the matchers and of the index, and having it built anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission

from skillswap_kit.core.errors import Conflict, NotAllowed
from skillswap_kit.core.models import Event
from skillswap_kit.matching.due import rebuild_index as due_rebuild
from skillswap_kit.matching.index import rebuilding
from skillswap_kit.matching.index.rebuilding import rebuild
from skillswap_kit.matching.index.snapshots import SnapshotStore
from skillswap_kit.matching.services import matcher_status, start_rebuild, status
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap

from .indexes import snapshots_in
from .populations import Person, populate

pytestmark = pytest.mark.django_db(transaction=True)

BACKENDS = "skillswap_kit.matching.backends"
SQL = {"default": {"BACKEND": f"{BACKENDS}.sql.SqlMatcher"}}
PEOPLE = [Person(offers={0: "expert"}, wants={1: 5}), Person(offers={1: "expert"}, wants={0: 5})]


@pytest.fixture(autouse=True)
def snapshots(tmp_path):
    with snapshots_in(tmp_path / "index"):
        yield tmp_path / "index"


@pytest.fixture
def chief(make_user):
    user = make_user("chief")
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_statistics", "rebuild_index"]))
    return user


def statuses(chief):
    return {row.alias: row for row in matcher_status(by=chief)}


def index_status(chief):
    return statuses(chief)["default"].index


def test_only_who_has_the_permission_reads_it(make_user):
    with pytest.raises(NotAllowed):
        matcher_status(by=make_user())


def test_every_matcher_is_told_with_what_it_can(chief):
    found = statuses(chief)
    assert {"default", "sql", "reference", "fuzzy"} <= found.keys()
    assert found["default"].backend == f"{BACKENDS}.index.IndexMatcher"
    assert {"exact", "similarity"} <= set(found["sql"].capabilities)
    assert [row.problem for row in found.values()] == [""] * len(found)
    assert [alias for alias, row in found.items() if row.index] == ["default"]


def test_a_matcher_that_cannot_be_built_is_told_with_its_reason(chief):
    with override_skillswap(MATCHING_BACKENDS={**SQL, "mine": {"BACKEND": "nowhere.Matcher"}}):
        found = statuses(chief)["mine"]
        assert status.searches_index() is False
    assert (found.backend, found.capabilities, found.is_usable) == ("nowhere.Matcher", (), False)
    assert "nowhere" in found.problem


def test_what_a_matcher_lacks_is_told(chief, monkeypatch):
    monkeypatch.setattr(status, "is_installed", lambda: False)
    cosine = {"BACKEND": f"{BACKENDS}.cosine.CosineMatcher"}
    scoring = {"default": {"BACKEND": "tests.matching.test_status.NoArithmetic"}}
    with override_skillswap(MATCHING_BACKENDS={**SQL, "cosine": cosine}, MATCHING_SCORING=scoring):
        found = statuses(chief)
    assert found["cosine"].problem == "scikit-learn is not installed."
    assert "SqlMatcher cannot write the score" in found["default"].problem


def NoArithmetic(alias):  # noqa: N802 (named in the setting as a class)
    from skillswap_kit.matching.scoring import Scoring

    class Rounded(Scoring):
        def fuse(self, gets, gives):
            return min(gets, gives)

    return Rounded(alias)


def test_an_index_that_was_never_built_is_told(chief, snapshots):
    found = index_status(chief)
    assert (found.problem, found.folder, found.members) == ("It has not been built yet.", str(snapshots), None)


def test_the_index_in_force_is_told_with_what_has_changed_since(chief, snapshots):
    population = populate(PEOPLE)
    make_listing(population.users[0], skill=make_skill())
    before = datetime.now(UTC)
    rebuild()
    fresh = index_status(chief)
    assert (fresh.problem, fresh.members, fresh.events, fresh.changed) == ("", 2, 0, 0)
    assert before <= fresh.built_at <= datetime.now(UTC)
    files = sum(file.stat().st_size for file in (snapshots / "1").glob("*.npy"))
    assert 0 < fresh.size < files

    for _ in range(2):
        make_listing(population.users[0], skill=make_skill())
    changed = index_status(chief)
    newest = Event.objects.latest("pk").pk
    assert (changed.members, changed.events, changed.changed) == (2, 2, 1)
    assert changed.position == fresh.position == newest - changed.events


def test_a_damaged_index_is_told(chief, snapshots):
    populate(PEOPLE)
    rebuild()
    (snapshots / "1" / "numbers.npy").write_bytes(b"rubbish")
    assert "damaged" in index_status(chief).problem


def test_an_index_of_another_history_is_told(chief):
    population = populate(PEOPLE)
    make_listing(population.users[0], skill=make_skill())
    rebuild()
    Event.objects.all().delete()
    assert index_status(chief).problem == "It was built from another history of the database."


def test_a_folder_of_somebody_else_is_told(chief, monkeypatch):
    def refuse():
        raise PermissionError("not ours")

    monkeypatch.setattr(SnapshotStore, "configured", refuse)
    assert index_status(chief).problem == "not ours"


def test_staff_have_the_index_built_anew(chief):
    populate(PEOPLE)
    for number in (1, 2):
        start_rebuild(by=chief)
        assert SnapshotStore.configured()._current_number() == number
    assert index_status(chief).members == 2


def test_two_builds_at_once_are_one(chief):
    with SnapshotStore.configured().building():
        status.rebuild_index()
    assert SnapshotStore.configured().stamp() is None


def test_nobody_builds_an_index_without_the_permission_or_without_use(chief, make_user, monkeypatch):
    monkeypatch.setattr(rebuilding, "rebuild", lambda: pytest.fail("built"))
    with pytest.raises(NotAllowed):
        start_rebuild(by=make_user())
    with override_skillswap(MATCHING_BACKENDS=SQL), pytest.raises(Conflict):
        start_rebuild(by=chief)


def test_due_work_passes_over_matchers_that_cannot_be_built():
    index = {"BACKEND": f"{BACKENDS}.index.IndexMatcher"}
    with override_skillswap(MATCHING_BACKENDS={"mine": {"BACKEND": "nowhere.Matcher"}, "default": index}):
        assert due_rebuild() == 1
