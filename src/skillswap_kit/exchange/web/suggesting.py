"""Suggestions while somebody types."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy

SUGGESTING: dict[str, Any] = {"data-ssk-suggest": reverse_lazy("skillswap_exchange_api:skill-suggestions")}
"""Attributes of a text field for the name of a skill."""
