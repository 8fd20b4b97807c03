"""Migration operations for models with translated fields.

The state that they build has the translations that modeltranslation gives the models of this very site: so
``makemigrations --check`` finds nothing to do in a host with whatever languages, with the extra or without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AlterField
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from .columns import LanguageColumns
from .languages import language_columns, translation_of


class TranslationOperation(Operation):
    """``fields`` are named in the migration, not taken from the model, which may translate others later."""

    verb: ClassVar[str]

    def __init__(self, model_name: str, fields: Sequence[str]) -> None:
        self.model_name = model_name
        self.fields = fields

    def describe(self) -> str:
        return f"{self.verb} translations of {', '.join(self.fields)} on {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.verb}_{self.model_name}_translations".lower()


class AddTranslationFields(TranslationOperation):
    """Give fields of a model a column for every language of the site, now and whenever the languages change.

    For a model that derives from ``TranslatedModel``, after the operation that creates the fields, in a
    migration that depends on the first one of ``skillswap_core``. To reverse it is to drop the columns with
    their words.
    """

    category = OperationCategory.ADDITION
    verb = "Add"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        model_name = self.model_name.lower()
        originals = dict(state.models[app_label, model_name].fields)
        for name in self.fields:
            for column in language_columns(name):
                field = translation_of(originals[name])
                state.add_field(app_label, model_name, column, field, preserve_default=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for columns in self._columns(app_label, schema_editor, to_state):
            columns.apply(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for columns in self._columns(app_label, schema_editor, from_state):
            columns.remove(schema_editor)

    def _columns(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> Iterator[LanguageColumns]:
        model = state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(editor.connection.alias, model):
            for name in self.fields:
                yield LanguageColumns(editor.connection, state.apps, model, name)


class AlterTranslationFields(TranslationOperation):
    """Make the translations follow their fields. Put it behind every ``AlterField`` of a translated field."""

    category = OperationCategory.ALTERATION
    verb = "Alter"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        originals = dict(state.models[app_label, self.model_name.lower()].fields)
        for name in self.fields:
            for column in language_columns(name):
                AlterField(self.model_name, column, translation_of(originals[name])).state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # A state for each step: SQLite copies the table as the state before describes it.
        target = to_state.models[app_label, self.model_name.lower()].fields
        for name in self.fields:
            for column in language_columns(name):
                alteration = AlterField(self.model_name, column, target[column])
                next_state = from_state.clone()
                alteration.state_forwards(app_label, next_state)
                alteration.database_forwards(app_label, schema_editor, from_state, next_state)
                from_state = next_state

    database_backwards = database_forwards
