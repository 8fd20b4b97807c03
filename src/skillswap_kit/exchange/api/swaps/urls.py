from __future__ import annotations

from django.urls import path

from skillswap_kit.core.api.routers import KitRouter

from .views import SwapViewSet

router = KitRouter()
router.register("swaps", SwapViewSet)

# A request is a proposed swap: second routes to the same view set.
urlpatterns = [
    *router.urls,
    path("requests/send/", SwapViewSet.as_view({"post": "create"}), name="request-send"),
    path("requests/incoming/", SwapViewSet.as_view({"get": "list"}, box="incoming"), name="request-incoming"),
    path("requests/outgoing/", SwapViewSet.as_view({"get": "list"}, box="outgoing"), name="request-outgoing"),
    path("requests/<str:pk>/action/", SwapViewSet.as_view({"post": "answer_request"}), name="request-action"),
]
