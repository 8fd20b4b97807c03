"""The routes of the exchange, one module of them per feature."""

from __future__ import annotations

from django.urls import include, path

app_name = "skillswap_exchange_api"

# Before listings the vocabulary, whose categories have a second address below the offers.
FEATURES = ("members", "vocabulary", "listings", "swaps", "sessions", "connections", "reviews")

urlpatterns = [path("", include(f"{__package__}.{feature}.urls")) for feature in FEATURES]
