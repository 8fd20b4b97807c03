from __future__ import annotations

from skillswap_kit.core.api.routers import KitRouter

from .views import CategoryViewSet, SkillViewSet

router = KitRouter()
router.register("categories", CategoryViewSet, "category")
router.register("skills/categories", CategoryViewSet, "skill-category")
router.register("vocabulary", SkillViewSet, "skill")

urlpatterns = router.urls
