from __future__ import annotations

from django.urls import path

from .views import DeletePage, EditPage, ReviewsPage, WritePage

urlpatterns = [
    path("reviews/", ReviewsPage.as_view(), name="reviews"),
    path("reviews/<str:pk>/", EditPage.as_view(), name="review-edit"),
    path("reviews/<str:pk>/delete/", DeletePage.as_view(), name="review-delete"),
    path("swaps/<str:pk>/review/", WritePage.as_view(), name="review-add"),
]
