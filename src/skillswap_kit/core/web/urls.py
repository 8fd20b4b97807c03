from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views import set_theme

app_name = "skillswap_core"
urlpatterns = [
    path("look/theme/", set_theme, name="theme"),
    path("look/language/", login_not_required(set_language), name="language"),
]
