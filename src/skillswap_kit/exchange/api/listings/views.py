"""Listings of both kinds, at their own address and below their owner's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.ordering import Ordering
from skillswap_kit.core.api.permissions import Browse, SignedIn
from skillswap_kit.core.api.views import CreateMixin, DestroyMixin, KitGenericViewSet, UpdateMixin
from skillswap_kit.core.errors import InvalidInput, NotAllowed

from ... import services
from ...filters.listings import PROFILE, ListingFilterSet, OfferFilterSet, listing_orderings
from ...models import Listing, Profile
from ..members.views import MembersByKey
from .serializers import (
    ListingChangeSerializer,
    ListingDetailSerializer,
    ListingOfOneKindSerializer,
    ListingSerializer,
    NewListingSerializer,
)


class ListingViewSet(CreateMixin, UpdateMixin, DestroyMixin, ListModelMixin, RetrieveModelMixin, KitGenericViewSet):
    """What members offer and want."""

    kind: ClassVar[str | None] = None
    """The only kind that this address knows."""

    model = Listing
    serializer_class = ListingDetailSerializer
    serializer_classes = {"list": ListingSerializer}
    input_serializer_classes = {
        "create": NewListingSerializer,
        "update": ListingChangeSerializer,
        "partial_update": ListingChangeSerializer,
    }
    access = {
        "list": Browse,
        "retrieve": Browse,
        "create": SignedIn,
        "update": SignedIn,
        "partial_update": SignedIn,
        "destroy": SignedIn,
        "pause": SignedIn,
        "resume": SignedIn,
    }
    filterset_class = ListingFilterSet
    default_ordering = "newest"

    @property
    def orderings(self) -> dict[str, Ordering]:
        return listing_orderings()

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.kind is not None:
            queryset = queryset.filter(kind=self.kind)
        if self.action == "list" and not self.request.query_params.get("mine"):
            # Said apart from who may see what, so that the index of the newest can be used.
            queryset = queryset.filter(status=Listing.Status.ACTIVE)
        return queryset

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        shown = ["images"] if self.action == "list" else ["images", "faqs"]
        return queryset.select_related("skill__category", PROFILE).prefetch_related(*shown)

    def perform_create(self, data: dict[str, Any]) -> Listing:
        return services.create_listing(by=self.person, **{"kind": self.kind, **data})

    def perform_update(self, instance: Listing, data: dict[str, Any]) -> Listing:
        for name in ("kind", "skill"):
            if data.pop(name, getattr(instance, name)) != getattr(instance, name):
                raise InvalidInput(fields={name: [_("This stays as it is. Add another listing.")]})
        return services.update_listing(by=self.person, listing=instance, **data)

    def perform_destroy(self, instance: Listing) -> None:
        services.remove_listing(by=self.person, listing=instance)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Hide a listing of one's own."""
        return self.answer(self.reread(services.pause_listing(by=self.person, listing=self.get_object())))

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Show a paused listing of one's own again."""
        return self.answer(self.reread(services.resume_listing(by=self.person, listing=self.get_object())))


class OfferViewSet(ListingViewSet):
    """The same for offers alone."""

    kind = Listing.Kind.OFFER
    input_serializer_classes = {**ListingViewSet.input_serializer_classes, "create": ListingOfOneKindSerializer}
    filterset_class = OfferFilterSet


class MemberOfferViewSet(MembersByKey, OfferViewSet):
    """What one member can teach; they alone can add to it."""

    parents = {"user_pk": (Profile, "user")}
    filterset_class = None  # type: ignore[assignment]

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.kind, owner=self.parent("user_pk").user_id)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if self.parent("user_pk").user_id != request.user.pk:
            raise NotAllowed
        return super().create(request, *args, **kwargs)


class MemberWantViewSet(MemberOfferViewSet):
    """What one member wants to learn."""

    kind = Listing.Kind.WANT
