"""Whatever languages a host has, had or will have: its tables are those of the models, and no word is lost."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import SHELF, Hosts, do

pytest.importorskip("modeltranslation")

MIGRATE = do("migrate")
FIVE = "en pt-br zh-hans ar id"
LONG = "عود " * 25


def words(report: dict[str, Any], *columns: str) -> dict[int, tuple[Any, ...]]:
    """What the rows say, after a check that the table is the one that the models describe."""
    assert report["drift"] == ""
    assert report[SHELF]["columns"] == report[SHELF]["as_new"]
    rows = report[SHELF]["rows"].items()
    return {int(pk): tuple(row[column] for column in columns) for pk, row in rows}


def test_a_language_is_added_by_the_migrate_that_remakes_the_table(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name_en="Oud"), languages="en", report=False)

    report = hosts.run(MIGRATE, languages="en ar", version=2)
    assert words(report, "name_en", "name_ar", "description_ar") == {1: ("Oud", None, None)}


def test_the_words_of_a_dropped_language_outlive_a_remake_and_return(hosts: Hosts):
    everything = {"name_en": "Oud", "name_ar": "عود", "description_ar": "آلة", "name_fr": "Oud (luth)"}
    hosts.run(
        MIGRATE,
        do("write", 1, **everything),
        do("write", 2, name_en="Ney", name_ar="ناي", name_fr=""),
        languages="en ar fr",
        report=False,
    )

    report = hosts.run(MIGRATE, do("delete", 2), languages="en", version=2)
    assert words(report, "name", "name_en") == {1: ("Oud", "Oud")}
    assert "name_ar" not in report[SHELF]["columns"]

    report = hosts.run(MIGRATE, languages="en ar fr", version=3)
    assert words(report, *everything) == {1: tuple(everything.values())}
    assert report["kept"] == {}


def test_an_empty_word_is_not_a_missing_one(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name_en="Oud", name_ar=""), languages="en ar", report=False)
    hosts.run(MIGRATE, languages="en", report=False)

    report = hosts.run(MIGRATE, languages="en ar fr")
    assert words(report, "name_ar", "name_fr") == {1: ("", None)}


def test_translations_grow_with_their_field(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name_en="Oud", name_ar="عود"), languages="en ar", report=False)

    report = hosts.run(MIGRATE, do("write", 1, name_ar=LONG), languages="en ar", version=3)
    assert words(report, "name_en", "name_ar") == {1: ("Oud", LONG)}


@pytest.mark.slow
def test_a_kept_word_waits_until_its_column_is_wide_enough(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name_en="Oud", name_ar=LONG), languages="en ar", version=3, report=False)
    hosts.run(MIGRATE, do("migrate", "shelf", "0002"), languages="en", version=3, report=False)

    report = hosts.run(MIGRATE, languages="en ar", version=2)
    assert words(report, "name_en", "name_ar") == {1: ("Oud", None)}
    assert report["kept"] == {"shelf.shelf.name_ar": {"1": LONG}}

    report = hosts.run(MIGRATE, languages="en ar", version=3)
    assert words(report, "name_en", "name_ar") == {1: ("Oud", LONG)}


def test_without_the_extra_the_site_speaks_its_default_language(hosts: Hosts):
    hosts.run(
        MIGRATE,
        do("write", 1, active="ar", name_en="Oud", name_ar="عود"),
        do("write", 2, active="ar", name_en="Ney", name_ar="ناي"),
        do("write", 3, active="ar", name_ar="قانون"),
        languages="en ar",
        report=False,
    )
    report = hosts.run(
        MIGRATE,
        do("sql", "UPDATE shelf_shelf SET name = 'Ney flute' WHERE id = 2"),
        do("write", 4, name="Riq"),
        version=2,
    )
    assert words(report, "name") == {1: ("Oud",), 2: ("Ney flute",), 3: ("قانون",), 4: ("Riq",)}
    assert "name_en" not in report[SHELF]["columns"]

    report = hosts.run(MIGRATE, languages="en ar", version=3)
    assert words(report, "name_en", "name_ar") == {
        1: ("Oud", "عود"),
        2: ("Ney flute", "ناي"),
        3: ("قانون", "قانون"),
        4: ("Riq", None),
    }


def test_the_extra_returns_with_another_default_language(hosts: Hosts):
    hosts.run(
        MIGRATE,
        do("write", 1, active="ar", name_en="Oud", name_ar="عود"),
        do("write", 2, name_en="Ney"),
        languages="en ar",
        report=False,
    )
    hosts.run(MIGRATE, do("sql", "UPDATE shelf_shelf SET name = 'Lute' WHERE id = 1"), report=False)

    report = hosts.run(MIGRATE, languages="ar en")
    assert words(report, "name_ar", "name_en") == {1: ("عود", "Lute"), 2: ("Ney", "Ney")}


def test_the_extra_comes_to_a_site_with_data(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name="Oud", description="Strings"), report=False)

    report = hosts.run(MIGRATE, languages="ar en", version=3)
    assert words(report, "name_ar", "description_ar", "name_en") == {1: ("Oud", "Strings", None)}


def test_the_default_language_leaves(hosts: Hosts):
    hosts.run(
        MIGRATE,
        do("write", 1, active="ar", name_en="Oud", name_ar="عود"),
        do("write", 2, active="ar", name_en="Ney", name_ar=""),
        languages="en ar",
        report=False,
    )
    report = hosts.run(MIGRATE, do("write", 3, name_ar="قانون"), languages="ar", version=2)
    assert words(report, "name_ar") == {1: ("عود",), 2: ("Ney",), 3: ("قانون",)}

    report = hosts.run(MIGRATE, languages="en ar", version=2)
    assert words(report, "name_en", "name_ar") == {
        1: ("Oud", "عود"),
        2: ("Ney", "Ney"),
        3: ("قانون", "قانون"),
    }


def test_regional_languages_and_settings_of_modeltranslation(hosts: Hosts):
    names = {"name_en": "Oud", "name_pt_br": "Alaúde", "name_zh_hans": "乌德琴", "name_ar": "عود", "name_ind": "Gambus"}
    hosts.run(
        MIGRATE,
        do("write", 1, **names),
        languages=FIVE,
        report=False,
        MODELTRANSLATION_DEFAULT_LANGUAGE="ar",
    )
    some = ["zh-hans", "id"]
    report = hosts.run(
        MIGRATE,
        languages=FIVE,
        version=2,
        MODELTRANSLATION_LANGUAGES=some,
        MODELTRANSLATION_DEFAULT_LANGUAGE="id",
    )
    assert words(report, "name_zh_hans", "name_ind") == {1: ("乌德琴", "Gambus")}
    assert not {"name_en", "name_pt_br", "name_ar"} & report[SHELF]["columns"].keys()

    report = hosts.run(MIGRATE, version=2, languages=FIVE, MODELTRANSLATION_ENABLE_REGISTRATIONS=False)
    assert words(report, "name") == {1: ("Gambus",)}

    report = hosts.run(MIGRATE, languages=FIVE, version=3, MODELTRANSLATION_DEFAULT_LANGUAGE="ar")
    assert words(report, *names) == {1: tuple(names.values())}


def test_back_to_zero_takes_the_words_along(hosts: Hosts):
    hosts.run(MIGRATE, do("write", 1, name_en="Oud", name_ar="عود"), languages="en ar", version=3, report=False)
    hosts.run(MIGRATE, languages="en", version=3, report=False)

    report = hosts.run(do("migrate", "shelf", "zero"), languages="en", version=3)
    assert "shelf_shelf" not in report["tables"]
    assert report["noted"] == []

    report = hosts.run(MIGRATE, do("write", 1, name_en="Ney"), languages="en ar", version=3)
    assert words(report, "name_en", "name_ar") == {1: ("Ney", None)}


def test_a_faked_history_loses_nothing(hosts: Hosts):
    report = hosts.run(
        MIGRATE,
        do("write", 1, name_en="Oud", name_ar="عود"),
        do("migrate", "shelf", "zero", "--fake"),
        do("migrate", "shelf", "--fake"),
        languages="en ar",
    )
    assert words(report, "name_en", "name_ar") == {1: ("Oud", "عود")}

    report = hosts.run(do("migrate", "shelf", "--fake"), languages="en ar fr")
    assert words(report, "name_ar", "name_fr") == {1: ("عود", None)}


@pytest.mark.slow
@pytest.mark.parametrize("languages", ["ar fr", "", "en ar de fr"])
def test_a_crash_in_between_loses_nothing(hosts: Hosts, languages: str):
    hosts.run(
        MIGRATE,
        do("write", 1, active="fr", name_en="Oud", name_ar="عود", name_fr="Luth"),
        languages="en ar fr",
        report=False,
    )
    crashes = [do("crash", step) for step in ("_drop", "_add", "_bring_words_back")]
    hosts.run(*crashes, MIGRATE, languages=languages, report=False)

    report = hosts.run(MIGRATE, languages="en ar fr")
    assert words(report, "name_en", "name_ar", "name_fr") == {1: ("Oud", "عود", "Luth")}


@pytest.mark.slow
def test_a_flush_does_not_forget_which_columns_are_ours(hosts: Hosts):
    hosts.run(MIGRATE, do("flush"), do("write", 1, name_ar="عود"), languages="en ar", report=False)
    hosts.run(MIGRATE, languages="en", report=False)

    report = hosts.run(MIGRATE, languages="en ar")
    assert words(report, "name_ar") == {1: ("عود",)}


def test_columns_of_the_host_are_none_of_our_business(hosts: Hosts):
    hosts.run(
        MIGRATE,
        do("sql", "ALTER TABLE shelf_shelf ADD COLUMN name_de varchar(40) NULL"),
        do("write", 1, name_en="Oud"),
        do("sql", "UPDATE shelf_shelf SET name_de = 'Laute'"),
        languages="en ar",
        report=False,
    )
    report = hosts.run(MIGRATE, languages="en")
    assert report[SHELF]["rows"]["1"]["name_de"] == "Laute"
    assert "name_ar" not in report[SHELF]["columns"]


@pytest.mark.slow
def test_a_database_that_is_not_the_kits_is_left_alone(hosts: Hosts, tmp_path: Any):
    other = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "other.sqlite3")}
    report = hosts.run(
        MIGRATE,
        do("migrate", "--database", "other"),
        do("write", 1, name_en="Oud"),
        languages="en",
        databases={"other": other},
        routers=("tests.translation.host.KitInDefault",),
    )
    assert words(report, "name_en") == {1: ("Oud",)}

    report = hosts.run(
        MIGRATE, languages="en ar", databases={"other": other}, routers=("tests.translation.host.KitInOther",)
    )
    assert "name_ar" not in report[SHELF]["columns"]


def test_the_sql_of_a_migration_is_shown_and_nothing_is_written(hosts: Hosts):
    report = hosts.run(
        do("migrate", "shelf", "zero"),
        do("show_sql", "shelf", "0001"),
        languages="en ar",
    )
    assert "shelf_shelf" not in report["tables"]
    assert report["noted"] == []
    forwards, backwards = report["sql"]
    assert "name_ar" in forwards
    assert "name_ar" in backwards


def test_the_vocabulary_of_the_exchange_is_in_line(hosts: Hosts):
    """One test, as the languages only grow: the columns of one that was dropped stay."""
    for languages in ("", "en ar", FIVE):
        report = hosts.run(MIGRATE, languages=languages, apps=("skillswap_kit.exchange",))
        assert report["drift"] == ""
        for model in ("skillswap_exchange.category", "skillswap_exchange.skill"):
            assert report[model]["columns"] == report[model]["as_new"]
            assert ("name_ar" in report[model]["columns"]) == bool(languages)
