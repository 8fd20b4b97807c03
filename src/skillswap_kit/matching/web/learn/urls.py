from __future__ import annotations

from django.urls import path

from .pages import LearnPage, LearnSkillPage

urlpatterns = [
    path("learn/", LearnPage.as_view(), name="learn"),
    path("learn/<str:pk>/", LearnSkillPage.as_view(), name="learn-skill"),
]
