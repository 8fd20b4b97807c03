"""What the kit's own translated models promise to modeltranslation, and what it leaves them."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.migrations.writer import OperationWriter
from django.utils.translation import override

from skillswap_kit.core.translation.models import TranslatedModel
from skillswap_kit.core.translation.operations import AddTranslationFields, AlterTranslationFields
from skillswap_kit.exchange.models import Category
from skillswap_kit.exchange.models.vocabulary import CategoryQuerySet

TRANSLATED = [model for model in apps.get_models() if issubclass(model, TranslatedModel)]

with_extra = pytest.mark.skipif(not apps.is_installed("modeltranslation"), reason="needs the extra i18n")


@pytest.mark.parametrize("model", TRANSLATED)
def test_translated_fields_are_plain(model: type[TranslatedModel]):
    in_rules = {
        name for rule in (*model._meta.indexes, *model._meta.constraints) for name in getattr(rule, "fields", ())
    }
    for name in model.translated_fields:
        field = model._meta.get_field(name)
        assert (field.unique, field.db_index, field.db_column) == (False, False, None)
        assert name not in in_rules


@with_extra
@pytest.mark.parametrize("model", TRANSLATED)
def test_modeltranslation_translates_what_the_model_names(model: type[TranslatedModel]):
    from modeltranslation.translator import translator

    assert set(translator.get_options_for_model(model).fields) == set(model.translated_fields)


@with_extra
@pytest.mark.django_db
def test_query_sets_keep_their_methods_and_ask_in_the_active_language():
    Category.objects.create(slug="music", name_en="Music", name_ar="موسيقى")

    assert isinstance(Category.objects.all(), CategoryQuerySet)
    with override("ar"):
        assert [category.name for category in Category.objects.filter(name="موسيقى")] == ["موسيقى"]


@with_extra
@pytest.mark.django_db
def test_a_word_in_one_language_only_is_shown_in_all():
    with override("ar"):
        Category.objects.create(slug="music", name="موسيقى")

    with override("en"):
        assert Category.objects.get().name == "موسيقى"


@pytest.mark.parametrize("operation", [AddTranslationFields, AlterTranslationFields])
def test_operations_can_be_written_and_described(operation: type):
    written, imports = OperationWriter(operation("Skill", ("name",))).serialize()

    assert f"import {operation.__module__}" in imports
    assert f"{operation.__name__}(" in written
    assert operation("Skill", ("name",)).describe().endswith("translations of name on Skill")
    assert operation("Skill", ("name",)).migration_name_fragment.endswith("_skill_translations")
