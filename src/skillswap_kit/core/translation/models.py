from __future__ import annotations

from typing import ClassVar

from django.db import models


class TranslatedModel(models.Model):
    """A model some of whose words are translated where django-modeltranslation is installed.

    Name the fields in ``translated_fields``, give the same tuple to modeltranslation's options in the
    app's ``translation.py``, and add ``AddTranslationFields`` to a migration. The fields must be plain:
    neither unique nor indexed, and in no constraint or index of the model, as modeltranslation would
    multiply those by the languages.
    """

    translated_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True
