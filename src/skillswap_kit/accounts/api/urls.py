"""Sign-in by tokens, at the addresses that clients of such systems look for."""

from __future__ import annotations

from allauth.headless.account.views import LoginView, SignupView
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from allauth.headless.tokens.views import RefreshTokenView
from django.urls import URLPattern, path

from skillswap_kit.exchange.api.members.views import OwnProfileViewSet

from ..guard import guarded
from .views import SignOutView

app_name = "skillswap_accounts_api"


def _mounted(address: str, view: type[APIView], name: str) -> URLPattern:
    return path(f"auth/{address}/", guarded(view.as_api_view(client=Client.APP)), name=name)


urlpatterns = [
    _mounted("register", SignupView, "register"),
    _mounted("login", LoginView, "login"),
    _mounted("logout", SignOutView, "logout"),
    _mounted("refresh", RefreshTokenView, "refresh"),
    path("auth/me/", OwnProfileViewSet.as_view({"get": "retrieve"}), name="me"),
    path(
        "auth/profile/",
        OwnProfileViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"}),
        name="profile",
    ),
]
