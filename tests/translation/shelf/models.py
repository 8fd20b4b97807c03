"""A kit app in miniature, as its releases 1, 2 and 3 have it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from skillswap_kit.core.translation.models import TranslatedModel

VERSION = settings.SHELF_VERSION


class Shelf(TranslatedModel):
    translated_fields: ClassVar[tuple[str, ...]] = ("name", "description")

    name = models.CharField("name", max_length=120 if VERSION >= 3 else 40)
    description = models.TextField(blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True)
    position = models.PositiveIntegerField(default=0) if VERSION >= 2 else models.SmallIntegerField(default=0)
    if VERSION >= 2:
        is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
