"""Around every ``migrate``: the tables of translated models follow the languages of the site.

Before the plan runs, because a migration that remakes a table (SQLite does so for most alterations) copies
the columns of the migration state, which has today's languages: a column that is not there yet would be
filled with the text of its own name, and one of a language that was dropped would be gone with its words.
Afterwards, because a plan may have been faked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import connections, router
from django.db.models import Model
from django.db.models.signals import post_migrate, pre_migrate

from .columns import LanguageColumns
from .models import TranslatedModel


def connect_translation_sync() -> None:
    """For the ``ready`` of core's AppConfig."""
    core = installed_apps.get_app_config("skillswap_core")
    for signal in (pre_migrate, post_migrate):
        signal.connect(synchronise_translations, sender=core, dispatch_uid="skillswap_core.translation")


def synchronise_translations(*, using: str, apps: Apps = installed_apps, **_: Any) -> None:
    """Receive ``pre_migrate`` and ``post_migrate``; ``flush`` sends the latter too, without ``apps``."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if not _model_here("skillswap_core.TranslatedColumn", apps, using, tables):
        return
    for translated in installed_apps.get_models():
        model = _model_here(translated._meta.label, apps, using, tables)
        if model and issubclass(translated, TranslatedModel):
            for name in translated.translated_fields:
                LanguageColumns(connection, apps, model, name).synchronise()


def _model_here(label: str, apps: Apps, using: str, tables: Collection[str]) -> type[Model] | None:
    """The model as the migrations run so far describe it, if it has a table in this database."""
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    return model if router.allow_migrate_model(using, model) and model._meta.db_table in tables else None
