from __future__ import annotations

from django.apps import apps
from django.urls import path

from . import views

app_name = "skillswap_accounts"
urlpatterns = [path("account/", views.SettingsPage.as_view(), name="settings")]

if apps.is_installed("allauth.usersessions"):
    urlpatterns += [
        path("account/sign-out-everywhere/", views.SignOutEverywherePage.as_view(), name="sign-out-everywhere")
    ]
