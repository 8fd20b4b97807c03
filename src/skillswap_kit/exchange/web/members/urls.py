from __future__ import annotations

from django.urls import path

from .pages import MemberPage, MembersPage

urlpatterns = [
    path("members/", MembersPage.as_view(), name="members"),
    path("members/<str:pk>/", MemberPage.as_view(), name="member"),
]
