"""Writing reviews, and reading those that are published."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from skillswap_kit.core.api.permissions import Browse, SignedIn
from skillswap_kit.core.api.views import CreateMixin, DestroyMixin, KitGenericViewSet, UpdateMixin

from ... import services
from ...models import Listing, Profile, Review, Swap
from .filters import ReviewFilter
from .serializers import ReviewEditInput, ReviewInput, ReviewSerializer, SwapReviewInput


class ReviewBase(KitGenericViewSet):
    model = Review
    serializer_class = ReviewSerializer
    orderings = {"newest": ("-created_at", "-pk"), "rating": ("rating", "-created_at", "-pk")}
    default_ordering = "newest"

    def related(self, queryset: Any) -> Any:
        return queryset.with_people()


class ReviewViewSet(CreateMixin, ListModelMixin, RetrieveModelMixin, UpdateMixin, DestroyMixin, ReviewBase):
    """The reviews that the viewer received or gave. Their author edits and deletes them until they are published."""

    filterset_class = ReviewFilter
    input_serializer_classes = {
        "create": ReviewInput,
        "update": ReviewEditInput,
        "partial_update": ReviewEditInput,
    }
    access = {
        "list": SignedIn,
        "create": SignedIn,
        "retrieve": Browse,
        "update": SignedIn,
        "partial_update": SignedIn,
        "destroy": SignedIn,
    }

    def perform_create(self, data: dict[str, Any]) -> Review:
        return services.write_review(by=self.person, **data)

    def perform_update(self, instance: Review, data: dict[str, Any]) -> Review:
        return services.edit_review(review=instance, by=self.person, **data)

    def perform_destroy(self, instance: Review) -> None:
        services.delete_review(review=instance, by=self.person)


class SwapReviewViewSet(CreateMixin, ListModelMixin, ReviewBase):
    """The reviews of one swap: those that are published, and the viewer's own."""

    input_serializer_classes = {"create": SwapReviewInput}
    access = {"list": SignedIn, "create": SignedIn}
    parents = {"swap_pk": (Swap, "pk")}

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        return queryset.filter(swap=self.parent("swap_pk"))

    def perform_create(self, data: dict[str, Any]) -> Review:
        return services.write_review(swap=self.parent("swap_pk"), by=self.person, **data)


class MemberReviewViewSet(ListModelMixin, ReviewBase):
    """The published reviews about a member."""

    access = {"list": Browse}
    parents = {"user_pk": (Profile, "user")}

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        profile = self.parent("user_pk")
        return queryset.published().filter(about=profile.user_id)


class OfferReviewViewSet(ListModelMixin, ReviewBase):
    """The published reviews by those who learned what an offer teaches."""

    access = {"list": Browse}
    parents = {"listing_pk": (Listing, "pk")}

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        listing = self.parent("listing_pk")
        if listing.kind != Listing.Kind.OFFER:
            raise Http404
        return queryset.published().of_offer(listing)
