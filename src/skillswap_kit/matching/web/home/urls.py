from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [path("home/", pages.HomePage.as_view(), name="home")]
