from __future__ import annotations

from django.urls import path

from skillswap_kit.core.api.routers import KitRouter

from .circles import CircleViewSet
from .learning import WaysToLearnViewSet
from .offers import SimilarOfferViewSet, TrendingSkillViewSet
from .statistics import StatisticsView
from .views import DismissalViewSet, MatchProposalViewSet, RecommendationViewSet

app_name = "skillswap_matching_api"

router = KitRouter()
router.register("circles", CircleViewSet, "circle")
router.register("recommendations/dismissals", DismissalViewSet, "recommendation-dismissal")
router.register("recommendations", RecommendationViewSet, "recommendation")
router.register(r"recommendations/(?P<member>[^/]+)/propose", MatchProposalViewSet, "recommendation-proposal")
router.register("similar-offers", SimilarOfferViewSet, "similar-offer")
router.register("trending-skills", TrendingSkillViewSet, "trending-skill")
# Below the vocabulary of the exchange, which knows nothing of it.
router.register(r"vocabulary/(?P<skill_pk>[^/]+)/ways-to-learn", WaysToLearnViewSet, "ways-to-learn")

urlpatterns = [path("matching-statistics/", StatisticsView.as_view(), name="matching-statistics"), *router.urls]
