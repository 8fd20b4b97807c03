from __future__ import annotations

from django.urls import path

from .pages import ListingPage, ListingsPage

urlpatterns = [
    path("offers/", ListingsPage.as_view(), name="listings"),
    path("listings/<str:pk>/", ListingPage.as_view(), name="listing"),
]
