from __future__ import annotations

from django.urls import path

from .pages import CirclesPage, ProposeCirclePage

urlpatterns = [
    path("circles/", CirclesPage.as_view(), name="circles"),
    path("circles/propose/", ProposeCirclePage.as_view(), name="circle-propose"),
]
