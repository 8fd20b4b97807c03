"""Form fields of the pages: what the API refuses, they refuse with the same words."""

from __future__ import annotations

from typing import Any

from django import forms
from rest_framework import serializers

from ..api import fields


class PlainTextField(forms.CharField):
    """Text without control characters; ``multiline`` makes it a box that keeps line breaks."""

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.setdefault("dir", "auto")
        self._rule = fields.PlainTextField(max_length=max_length, multiline=multiline, allow_blank=not self.required)

    def clean(self, value: Any) -> Any:
        try:
            return self._rule.run_validation(value or "")
        except serializers.ValidationError as error:
            raise forms.ValidationError([str(text) for text in error.detail]) from None
