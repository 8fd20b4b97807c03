"""The language columns of one translated field in one database: added, dropped, and never a word lost."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

from django.apps.registry import Apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Field, Model, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property

from .languages import language_columns, translation_of, without_default

if TYPE_CHECKING:
    from skillswap_kit.core.models import TranslatedColumn


class LanguageColumns:
    """Brings the language columns of one field of ``model`` in line with the languages of the site.

    ``model`` comes from a migration state and may be older than the code: wanted are the columns for which
    it has fields. Columns that were added are noted as ``TranslatedColumn``, so that a column of the host's
    own is never taken for ours; the words of a column that is dropped are kept there until it returns.

    While there are no language columns (the extra is absent) the original column speaks the default
    language. Beside them its content means little: modeltranslation writes the language active at the time.
    """

    def __init__(self, connection: BaseDatabaseWrapper, apps: Apps, model: type[Model], field_name: str) -> None:
        register: type[TranslatedColumn] = apps.get_model("skillswap_core", "TranslatedColumn")
        fields = {field.name: field for field in model._meta.local_concrete_fields}
        self.connection = connection
        self.model = model
        self.original = field_name
        # Plain query sets: the managers of models in use rewrite "name" to the active language.
        self.register: QuerySet[TranslatedColumn] = QuerySet(register, using=connection.alias)
        self.rows: QuerySet[Any] = QuerySet(model, using=connection.alias)
        self.wanted = {name: fields[name] for name in language_columns(field_name) if name in fields}
        self.default = next(iter(self.wanted), None)

    @cached_property
    def existing(self) -> set[str]:
        with self.connection.cursor() as cursor:
            columns = self.connection.introspection.get_table_description(cursor, self.model._meta.db_table)
        return {column.name for column in columns}

    @cached_property
    def noted(self) -> dict[str, TranslatedColumn]:
        notes = self.register.filter(field=self._label(self.original))
        return {note.column.rpartition(".")[2]: note for note in notes}

    @property
    def missing(self) -> list[str]:
        return [name for name in self.wanted if name not in self.existing]

    @property
    def unwanted(self) -> list[str]:
        return [name for name in self.noted if name in self.existing and name not in self.wanted]

    def synchronise(self) -> None:
        """As ``apply``, outside of a migration; all or nothing where the database can roll DDL back."""
        editor = self.connection.schema_editor()
        # SQLite refuses to open a schema editor within a transaction: never without need.
        block: AbstractContextManager[Any] = (
            editor if self.missing or self.unwanted else transaction.atomic(self.connection.alias)
        )
        with block:
            self.apply(editor)

    def apply(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Add and drop columns. To repeat it after a crash at any line loses nothing: MariaDB commits DDL."""
        if editor.collect_sql:
            self._add(editor, self.wanted)
            return
        with transaction.atomic(self.connection.alias):
            self._set_words_aside()
        self._drop(editor, self.unwanted)
        self._add(editor, self.missing)
        with transaction.atomic(self.connection.alias):
            self._bring_words_back()

    def remove(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Drop every language column and every word: the field is no longer translated."""
        if editor.collect_sql:
            self._drop(editor, self.wanted)
            return
        self._drop(editor, [name for name in {*self.wanted, *self.noted} if name in self.existing])
        self.register.filter(field=self._label(self.original)).delete()

    def _add(self, editor: BaseDatabaseSchemaEditor, names: Iterable[str]) -> None:
        for name in names:
            editor.add_field(self.model, without_default(self.wanted[name]))

    def _drop(self, editor: BaseDatabaseSchemaEditor, names: Iterable[str]) -> None:
        for name in names:
            field = translation_of(cast("Field[Any, Any]", self.model._meta.get_field(self.original)))
            field.set_attributes_from_name(name)
            editor.remove_field(self.model, field)

    def _set_words_aside(self) -> None:
        leading = next((name for name, note in self.noted.items() if note.is_default), None)
        if leading and leading in self.existing and leading != self.default:
            # Another default language, or none: the original column speaks the old one in the meantime.
            self._with_word(leading).exclude(in_column="").update(**{self.original: F("in_column")})
        elif leading and leading not in self.existing and self.default:
            # The extra returns: what was written without it belongs to the language that led before.
            self._keep(leading, words_of=self.original)
        if leading and self.default and leading != self.default:
            self._note(leading, is_default=False)
        for name in self.unwanted:
            self._keep(name, words_of=name)

    def _keep(self, name: str, *, words_of: str) -> None:
        known = self.noted[name].words
        words = {str(pk): word for pk, word in self._with_word(words_of).values_list("pk", "in_column")}
        self._note(name, words={**known, **words})

    def _bring_words_back(self) -> None:
        for name, field in self.wanted.items():
            note = self.noted.get(name)
            left = self._restore(field, note.words) if note else {}
            if name == self.default and not (note and note.is_default):
                # Everything falls back on the default language: it needs a word in every row.
                silent = self.rows.filter(Q(**{name: None}) | Q(**{name: ""}))
                silent.update(**{name: F(self.original)})
            self._note(name, words=left, is_default=name == self.default)

    def _restore(self, field: Field[Any, Any], words: dict[str, str]) -> dict[str, str]:
        """Fill what is empty. The answer is what stays behind: words longer than the column is now."""
        left = {}
        for pk, word in words.items():
            if field.max_length and len(word) > field.max_length:
                left[pk] = word
            else:
                self.rows.filter(pk=pk, **{field.name: None}).update(**{field.name: word})
        return left

    def _note(self, name: str, **facts: Any) -> None:
        note = self.noted.get(name)
        if note is None:
            note = self.noted[name] = self.register.model(column=self._label(name), field=self._label(self.original))
        elif all(getattr(note, fact) == value for fact, value in facts.items()):
            return
        for fact, value in facts.items():
            setattr(note, fact, value)
        note.save(using=self.connection.alias)

    def _with_word(self, name: str) -> QuerySet[Any]:
        # By its name in SQL: the model of this moment has no field for a column that is about to go.
        content = RawSQL(self.connection.ops.quote_name(name), (), output_field=TextField())  # noqa: S611
        rows: QuerySet[Any] = self.rows.annotate(in_column=content)
        return rows.exclude(in_column=None)

    def _label(self, name: str) -> str:
        return f"{self.model._meta.label_lower}.{name}"
