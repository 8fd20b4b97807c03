from __future__ import annotations

from skillswap_kit.core.api.routers import KitRouter

from .views import DismissalViewSet, RecommendationViewSet

app_name = "skillswap_matching_api"

router = KitRouter()
router.register("recommendations/dismissals", DismissalViewSet, "recommendation-dismissal")
router.register("recommendations", RecommendationViewSet, "recommendation")

urlpatterns = router.urls
