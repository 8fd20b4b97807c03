from __future__ import annotations

from django.urls import path

from skillswap_kit.core.api.routers import KitRouter

from .views import MemberViewSet, OwnProfileViewSet

router = KitRouter()
router.register("users", MemberViewSet, "user")

own_profile = OwnProfileViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"})
own_avatar = OwnProfileViewSet.as_view({"put": "set_avatar", "delete": "remove_avatar"})

urlpatterns = [
    path("users/me/", own_profile, name="own-profile"),
    path("users/me/avatar/", own_avatar, name="own-avatar"),
    *router.urls,
]
