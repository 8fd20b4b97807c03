from __future__ import annotations

from django.urls import path

from .asking import AddPage, AskPage
from .views import (
    AcceptPage,
    CancelPage,
    CompletePage,
    DeclinePage,
    MissedPage,
    ReschedulePage,
    SessionPage,
    SessionsPage,
)

urlpatterns = [
    path("sessions/", SessionsPage.as_view(), name="sessions"),
    path("sessions/<str:pk>/", SessionPage.as_view(), name="session"),
    path("sessions/<str:pk>/accept/", AcceptPage.as_view(), name="session-accept"),
    path("sessions/<str:pk>/decline/", DeclinePage.as_view(), name="session-decline"),
    path("sessions/<str:pk>/reschedule/", ReschedulePage.as_view(), name="session-reschedule"),
    path("sessions/<str:pk>/cancel/", CancelPage.as_view(), name="session-cancel"),
    path("sessions/<str:pk>/complete/", CompletePage.as_view(), name="session-complete"),
    path("sessions/<str:pk>/missed/", MissedPage.as_view(), name="session-missed"),
    path("swaps/<str:pk>/sessions/add/", AddPage.as_view(), name="session-add"),
    path("members/<str:pk>/ask/", AskPage.as_view(), name="session-ask"),
]
