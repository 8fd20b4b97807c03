from __future__ import annotations

from django.urls import path

from .commands import DismissPage, ProposePage, UndoPage
from .pages import DismissedPage, MatchesPage

urlpatterns = [
    path("matches/", MatchesPage.as_view(), name="matches"),
    path("matches/dismissed/", DismissedPage.as_view(), name="dismissed"),
    path("matches/<str:pk>/propose/", ProposePage.as_view(), name="match-propose"),
    path("matches/<str:pk>/dismiss/", DismissPage.as_view(), name="match-dismiss"),
    path("matches/<str:pk>/undo-dismissal/", UndoPage.as_view(), name="match-undo"),
]
