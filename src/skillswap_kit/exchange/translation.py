"""What django-modeltranslation translates here; it imports this module itself where it is installed."""

from __future__ import annotations

from modeltranslation.translator import register

from skillswap_kit.core.translation.options import VocabularyOptions

from .models import Category, Skill


@register(Category)
class CategoryTranslation(VocabularyOptions):
    fields = Category.translated_fields


@register(Skill)
class SkillTranslation(VocabularyOptions):
    fields = Skill.translated_fields
