"""The pages of the exchange."""

from __future__ import annotations

from django.urls import include, path

app_name = "skillswap_exchange"
FEATURES = ("members", "listings", "own", "swaps", "sessions", "reviews", "connections")
urlpatterns = [path("", include(f"skillswap_kit.exchange.web.{feature}.urls")) for feature in FEATURES]
