from __future__ import annotations

from skillswap_kit.core.api.routers import KitRouter

from .views import ConnectionViewSet

router = KitRouter()
router.register("connections", ConnectionViewSet)

urlpatterns = router.urls
