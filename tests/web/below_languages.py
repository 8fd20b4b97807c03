"""A site with the language in its addresses."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("api/", include("skillswap_kit.urls_api")),
    *i18n_patterns(
        path("", include("skillswap_kit.urls_pages")),
        path("accounts/", include("allauth.urls")),
    ),
]
