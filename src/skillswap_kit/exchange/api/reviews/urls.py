from __future__ import annotations

from skillswap_kit.core.api.routers import KitRouter

from .views import MemberReviewViewSet, OfferReviewViewSet, ReviewViewSet, SwapReviewViewSet

router = KitRouter()
router.register(r"reviews/skills/(?P<listing_pk>[^/]+)", OfferReviewViewSet, "offer-review")
router.register("reviews", ReviewViewSet)
router.register(r"swaps/(?P<swap_pk>[^/]+)/reviews", SwapReviewViewSet, "swap-review")
router.register(r"users/(?P<user_pk>[^/]+)/reviews", MemberReviewViewSet, "user-review")

urlpatterns = router.urls
