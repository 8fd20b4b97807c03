"""The pages of the matching."""

from __future__ import annotations

from django.urls import include, path

app_name = "skillswap_matching"
FEATURES = ("home", "matches", "circles", "learn")
urlpatterns = [path("", include(f"skillswap_kit.matching.web.{feature}.urls")) for feature in FEATURES]
