"""Which columns modeltranslation wants here. Asked late: hosts differ, and the extra may be absent."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import F, Field, Value
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Coalesce, NullIf


def language_columns(field_name: str) -> list[str]:
    """The names of a field's translations, the default language's first; none without the extra."""
    if not apps.is_installed("modeltranslation"):
        return []
    from modeltranslation import settings
    from modeltranslation.utils import build_localized_fieldname

    if not settings.ENABLE_REGISTRATIONS:
        return []
    languages = sorted(settings.AVAILABLE_LANGUAGES, key=lambda code: code != settings.DEFAULT_LANGUAGE)
    return [build_localized_fieldname(field_name, language) for language in languages]


def in_active_language(path: str) -> F | Coalesce:
    """The words of the translated field at ``path`` that people read now, for sorting rows that point to it.

    Only a translated model's own query sets look at the right column by themselves.
    """
    prefix, _separator, field_name = path.rpartition("__")
    columns = language_columns(field_name)
    if not columns:
        return F(path)
    from modeltranslation.utils import build_localized_fieldname, get_language

    active = build_localized_fieldname(field_name, get_language())
    columns.sort(key=lambda column: column != active)
    return Coalesce(*(NullIf(F(f"{prefix}__{column}"), Value("")) for column in columns), Value(""))


def translation_of(original: Field[Any, Any]) -> Field[Any, Any]:
    """The field that modeltranslation derives from a translated one, as migrations see it."""
    _, _, args, kwargs = original.deconstruct()
    return type(original)(*args, **{**kwargs, "null": True})


def without_default(field: Field[Any, Any]) -> Field[Any, Any]:
    """The same column, empty at first. With a default SQLite would remake the table for it."""
    column = field.clone()
    column.default = NOT_PROVIDED
    column.set_attributes_from_name(field.name)
    return column
