"""The JSON API of the installed apps, for hosts that put the pages under ``i18n_patterns``: this part must not move."""

from __future__ import annotations

from .core.composition import app_includes

urlpatterns = app_includes("api.urls")
