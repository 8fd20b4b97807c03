"""A site with the API and allauth's pages, and none of the kit's."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("skillswap_kit.urls_api")),
    path("accounts/", include("allauth.urls")),
]
