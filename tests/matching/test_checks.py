"""A wrong set-up of the matching is named at start-up, with what to do."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from skillswap_kit.matching import conf
from skillswap_kit.matching.backends import cosine
from skillswap_kit.matching.scoring import Scoring

BACKENDS = "skillswap_kit.matching.backends"
SQL = {"BACKEND": f"{BACKENDS}.sql.SqlMatcher"}
SCORING = {"BACKEND": "skillswap_kit.matching.scoring.Scoring"}
TAGS = ["skillswap_core", "skillswap_matching"]


class WorseSideScoring(Scoring):
    def fuse(self, gets, gives):
        return min(gets, gives)


def kit(**values):
    return override_settings(SKILLSWAP_KIT=values)


def found():
    """The ids of all messages of the floors that matter here, and the messages."""
    messages = [message for message in run_checks(tags=TAGS) if "_core.W" not in message.id]
    assert all(message.hint for message in messages)
    return [message.id for message in messages], messages


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"MATCHING_BACKENDS": {"default": SQL}},
        {"MATCHING_SCORING": {"default": {**SCORING, "OPTIONS": {"load_factor": 0.2}}}},
        {"MATCHING_FILTERS": []},
        {"MATCHING_FILTERS": ["skillswap_kit.matching.filters.MatchFilterSet"]},
    ],
)
def test_what_is_right_is_not_mentioned(values):
    with kit(**values):
        assert found() == ([], [])


def test_e001_no_default_matcher():
    with kit(MATCHING_BACKENDS={"sql": SQL}):
        assert found()[0] == ["skillswap_matching.E001"]


def test_e002_no_default_scoring():
    with kit(MATCHING_SCORING={"mine": SCORING}):
        assert found()[0] == ["skillswap_matching.E002"]


@pytest.mark.parametrize("path", ["nowhere.Filters", "builtins.dict", "skillswap_kit.matching.filters", "word", 5])
def test_e003_what_is_no_filter_set(path):
    with kit(MATCHING_FILTERS=[path]):
        ids, [message] = found()
    assert ids == ["skillswap_matching.E003"]
    assert repr(path) in message.msg


def test_e004_cosine_without_scikit_learn(monkeypatch):
    monkeypatch.setattr(cosine, "NEEDED", "no_such_package")
    with kit(MATCHING_BACKENDS={"default": SQL, "likeness": {"BACKEND": f"{BACKENDS}.cosine.CosineMatcher"}}):
        ids, [message] = found()
    assert ids == ["skillswap_matching.E004"]
    assert '"likeness"' in message.msg
    assert "skillswap-kit[matching]" in message.hint


def test_w001_a_scoring_that_sql_cannot_write():
    worse = {"default": {"BACKEND": f"{__name__}.WorseSideScoring"}}
    with kit(MATCHING_BACKENDS={"default": SQL}, MATCHING_SCORING=worse):
        ids, [message] = found()
    assert ids == ["skillswap_matching.W001"]
    assert "WorseSideScoring" in message.msg
    with kit(
        MATCHING_BACKENDS={"default": {"BACKEND": f"{BACKENDS}.reference.ReferenceMatcher"}}, MATCHING_SCORING=worse
    ):
        assert found()[0] == []


@pytest.mark.skipif(find_spec("numpy") is None, reason="the index needs numpy")
def test_w001_the_index_asks_sql_while_it_cannot_answer():
    index = {"default": {"BACKEND": f"{BACKENDS}.index.IndexMatcher"}}
    with kit(MATCHING_BACKENDS=index, MATCHING_SCORING={"default": {"BACKEND": f"{__name__}.WorseSideScoring"}}):
        ids, [message] = found()
    assert ids == ["skillswap_matching.W001"]
    assert "WorseSideScoring" in message.msg
    with kit(MATCHING_BACKENDS=index):
        assert found()[0] == []


@pytest.mark.parametrize(("lacking", "name"), [("", "index"), ("numpy", "sql"), ("fcntl", "sql")])
def test_the_index_is_the_default_where_it_can_be_built(lacking, name, monkeypatch):
    monkeypatch.setattr(conf, "find_spec", lambda package: package != lacking or None)
    assert conf.default_backends()["default"]["BACKEND"].startswith(f"{BACKENDS}.{name}.")


@pytest.mark.parametrize(
    "entry",
    [
        {"BACKEND": "nowhere.Matcher"},
        {"BACKEND": "builtins.dict"},
        {"BACKEND": f"{BACKENDS}.base.BaseMatcher"},
        {},
        "skillswap_kit.matching.backends.sql.SqlMatcher",
    ],
)
def test_matchers_that_cannot_be_built_are_named_by_the_core(entry):
    with kit(MATCHING_BACKENDS={"default": SQL, "mine": entry}):
        ids, [message] = found()
    assert ids == ["skillswap_core.E004"]
    assert 'SKILLSWAP_KIT["MATCHING_BACKENDS"]["mine"]' in message.msg


@pytest.mark.parametrize(
    "options",
    [
        {"load_factor": -1},
        {"activity_factor": 2},
        {"levels": {"beginner": 1}},
        {"priorities": {1: 0, 2: 0, 3: 0, 4: 0, 5: 2}},
        {"no_such_option": 1},
    ],
)
def test_scorings_that_cannot_be_built_are_named_by_the_core(options):
    with kit(MATCHING_SCORING={"default": {**SCORING, "OPTIONS": options}}):
        assert found()[0] == ["skillswap_core.E004"]


@pytest.mark.parametrize("key", ["MATCHING_BACKENDS", "MATCHING_SCORING", "MATCHING_FILTERS"])
def test_a_value_of_the_wrong_type_is_named_once(key):
    with kit(**{key: 5}):
        assert found()[0] == ["skillswap_core.E003"]
