from modeltranslation.translator import TranslationOptions, register

from .models import Shelf


@register(Shelf)
class ShelfTranslation(TranslationOptions):
    fields = Shelf.translated_fields
