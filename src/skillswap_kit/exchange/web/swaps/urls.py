from __future__ import annotations

from django.urls import path

from .commands import AcceptPage, CancelPage, ConfirmPage, DeclinePage, StartPage
from .pages import OneSwapPage, SwapsPage
from .proposing import ChangePage, ProposePage

urlpatterns = [
    path("swaps/", SwapsPage.as_view(), name="swaps"),
    path("swaps/<str:pk>/", OneSwapPage.as_view(), name="swap"),
    path("swaps/<str:pk>/change/", ChangePage.as_view(), name="swap-change"),
    path("swaps/<str:pk>/accept/", AcceptPage.as_view(), name="swap-accept"),
    path("swaps/<str:pk>/decline/", DeclinePage.as_view(), name="swap-decline"),
    path("swaps/<str:pk>/cancel/", CancelPage.as_view(), name="swap-cancel"),
    path("swaps/<str:pk>/start/", StartPage.as_view(), name="swap-start"),
    path("swaps/<str:pk>/confirm/", ConfirmPage.as_view(), name="swap-confirm"),
    path("members/<str:pk>/propose/", ProposePage.as_view(), name="propose"),
]
