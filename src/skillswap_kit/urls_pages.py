"""The pages of the installed apps, for hosts that put them under ``i18n_patterns``."""

from __future__ import annotations

from .core.composition import app_includes

urlpatterns = app_includes("web.urls")
