"""For the ``translation.py`` of apps: needs django-modeltranslation, which alone imports those modules."""

from __future__ import annotations

from modeltranslation import settings
from modeltranslation.translator import TranslationOptions


class VocabularyOptions(TranslationOptions):
    """Shows a word of any language before it shows none: some entries are proposed in one language only."""

    fallback_languages = {
        "default": (*settings.FALLBACK_LANGUAGES["default"], *settings.AVAILABLE_LANGUAGES),
    }
