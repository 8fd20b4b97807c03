from __future__ import annotations

from django.db import models
from django.utils import timezone


class LoadedStep(models.Model):
    """That a step of the demo data is in the database; written in the step's own transaction."""

    name = models.CharField(max_length=40, unique=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
