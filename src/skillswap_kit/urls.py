"""The one include: pages of every installed app, and their JSON API below ``api/``."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("skillswap_kit.urls_pages")),
    path("api/", include("skillswap_kit.urls_api")),
]
