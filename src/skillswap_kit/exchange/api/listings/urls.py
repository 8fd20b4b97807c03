from __future__ import annotations

from django.urls import path

from skillswap_kit.core.api.routers import KitRouter

from .gallery import FAQViewSet, ImageViewSet
from .views import ListingViewSet, MemberOfferViewSet, MemberWantViewSet, OfferViewSet

router = KitRouter()
router.register("listings", ListingViewSet, "listing")
router.register(r"listings/(?P<listing_pk>[^/]+)/images", ImageViewSet, "listing-image")
router.register(r"listings/(?P<listing_pk>[^/]+)/faqs", FAQViewSet, "listing-faq")
router.register("skills", OfferViewSet, "offer")

member_offers = MemberOfferViewSet.as_view({"get": "list", "post": "create"})
member_wants = MemberWantViewSet.as_view({"get": "list", "post": "create"})

urlpatterns = [
    path("users/<str:user_pk>/skills-have/", member_offers, name="member-offers"),
    path("users/<str:user_pk>/skills-want/", member_wants, name="member-wants"),
    *router.urls,
]
