from __future__ import annotations

from skillswap_kit.core.api.routers import KitRouter

from .views import SessionViewSet, SwapSessionViewSet

router = KitRouter()
router.register("sessions", SessionViewSet)
router.register(r"swaps/(?P<swap_pk>[^/]+)/sessions", SwapSessionViewSet, "swap-session")

urlpatterns = router.urls
