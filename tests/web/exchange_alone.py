"""A URLconf without the pages of the matching."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("skillswap_kit.urls_api")),
    path("", include("skillswap_kit.core.web.urls")),
    path("", include("skillswap_kit.exchange.web.urls")),
]
