from __future__ import annotations

from django.urls import path

from .views import ConnectionsPage, RemovePage

urlpatterns = [
    path("connections/", ConnectionsPage.as_view(), name="connections"),
    path("connections/<str:pk>/remove/", RemovePage.as_view(), name="connection-remove"),
]
