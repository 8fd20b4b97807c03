from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", include("skillswap_kit.urls")),
]
if apps.is_installed("allauth.headless"):
    urlpatterns += [
        path("accounts/", include("allauth.urls")),
        path("_allauth/", include("skillswap_kit.accounts.headless_urls")),
    ]
