"""A host's project at one moment of its life, in a process of its own: ``python -m tests.translation.host``.

What it has (languages, the extra, the release of the kit's app) and does comes as JSON on the standard input;
the last line of its output tells what the database holds afterwards, beside what the models say.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from typing import Any
from unittest.mock import patch

SPEC: dict[str, Any] = {}
SHOWN: list[str] = []


def configure() -> None:
    import django
    from django.conf import settings

    extra = ["modeltranslation"] if SPEC["languages"] else []
    languages = SPEC["languages"] or ["en"]
    settings.configure(
        INSTALLED_APPS=[
            *extra,
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "skillswap_kit.core",
            "tests.translation.shelf",
            *SPEC["apps"],
        ],
        DATABASES=SPEC["databases"],
        DATABASE_ROUTERS=SPEC["routers"],
        LANGUAGES=[(code, code) for code in languages],
        LANGUAGE_CODE=languages[0],
        SHELF_VERSION=SPEC["version"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="only-for-tests",
        **SPEC["settings"],
    )
    django.setup()


class KitInDefault:
    """A router of a host that has the kit in one of its databases."""

    home = "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self.home or app_label not in {"skillswap_core", "shelf"}


class KitInOther(KitInDefault):
    home = "other"


def migrate(*arguments: str) -> None:
    from django.core.management import call_command

    call_command("migrate", *arguments, verbosity=0)


def crash(step: str) -> None:
    """The process dies in ``migrate``, before this step of ``LanguageColumns``."""
    from skillswap_kit.core.translation.columns import LanguageColumns

    with patch.object(LanguageColumns, step, side_effect=KeyboardInterrupt):
        try:
            migrate()
        except KeyboardInterrupt:
            return
    raise AssertionError("migrate ended without a change of columns")


def sql(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def write(pk: int, **words: str) -> None:
    """Save as the admin does; the last language to be active stays in the original column."""
    from django.utils.translation import override

    from tests.translation.shelf.models import Shelf

    with override(words.pop("active", None)):
        shelf = Shelf.objects.filter(pk=pk).first() or Shelf(pk=pk)
        for name, word in words.items():
            setattr(shelf, name, word)
        shelf.save()


def delete(pk: int) -> None:
    sql(f"DELETE FROM shelf_shelf WHERE id = {pk}")


def flush() -> None:
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)


def forget() -> None:
    """Every scenario begins without the app, in a database that has the rest."""
    from django.db import connection

    if "shelf_shelf" in connection.introspection.table_names():
        sql("DROP TABLE shelf_shelf")
        sql("DELETE FROM django_migrations WHERE app = 'shelf'")
        sql("DELETE FROM skillswap_core_translatedcolumn")


def show_sql(*migration: str) -> None:
    """``sqlmigrate``, forwards and backwards."""
    from django.core.management import call_command

    for options in ({}, {"backwards": True}):
        output = StringIO()
        call_command("sqlmigrate", *migration, stdout=output, **options)
        SHOWN.append(output.getvalue())


def create_database() -> None:
    from django.db import connection

    connection.creation._create_test_db(verbosity=0, autoclobber=True)


def drop_database() -> None:
    from django.db import connection

    connection.close()
    connection.creation._destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


ACTIONS = {
    action.__name__: action
    for action in (migrate, crash, sql, write, delete, flush, forget, show_sql, create_database, drop_database)
}

COLUMNS = {
    "sqlite": "SELECT name, type, \"notnull\" FROM pragma_table_info('{table}')",
    "postgresql": """
        SELECT column_name, data_type, character_maximum_length, is_nullable
        FROM information_schema.columns WHERE table_name = '{table}'
    """,
    "mysql": """
        SELECT column_name, column_type, collation_name, is_nullable
        FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = DATABASE()
    """,
}


def columns_of(table: str) -> dict[str, list[Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor].format(table=table))
        return {name: facts for name, *facts in cursor.fetchall()}


def columns_of_new_table(model: Any) -> dict[str, list[Any]]:
    """What the database would have if the table were made from the model as it is."""
    from django.db import connection

    columns_alone = {"local_many_to_many": [], "indexes": [], "constraints": []}
    with patch.multiple(model._meta, db_table="as_new", **columns_alone):
        with connection.schema_editor() as editor:
            editor.create_model(model)
        columns = columns_of("as_new")
        with connection.schema_editor() as editor:
            editor.delete_model(model)
    return columns


def rows_of(table: str) -> dict[int, dict[str, Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["id"]: row for row in rows}


def drift() -> str:
    from django.core.management import call_command

    output = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=output)
    except SystemExit:
        return output.getvalue()
    return ""


def report() -> dict[str, Any]:
    from django.apps import apps
    from django.db import connection

    from skillswap_kit.core.translation.models import TranslatedModel

    facts: dict[str, Any] = {"drift": drift(), "sql": SHOWN, "tables": connection.introspection.table_names()}
    for model in apps.get_models():
        table = model._meta.db_table
        if issubclass(model, TranslatedModel) and table in facts["tables"]:
            facts[model._meta.label_lower] = {
                "columns": columns_of(table),
                "as_new": columns_of_new_table(model),
                "rows": rows_of(table),
            }
    if "skillswap_core_translatedcolumn" in facts["tables"]:
        from skillswap_kit.core.models import TranslatedColumn

        facts["kept"] = {note.column: note.words for note in TranslatedColumn.objects.all() if note.words}
        facts["noted"] = list(TranslatedColumn.objects.values_list("column", flat=True))
    return facts


def main() -> None:
    SPEC.update(json.load(sys.stdin))
    configure()
    for name, arguments, keywords in SPEC["actions"]:
        ACTIONS[name](*arguments, **keywords)
    sys.stdout.write("\n" + json.dumps(report() if SPEC["report"] else {}))


if __name__ == "__main__":
    main()
