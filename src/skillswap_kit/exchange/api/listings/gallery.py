"""The pictures and the questions of an offer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request

from skillswap_kit.core.api.files import AnyAccept, answers_with_image
from skillswap_kit.core.api.permissions import Browse, SignedIn
from skillswap_kit.core.api.views import CreateMixin, DestroyMixin, KitGenericViewSet, UpdateMixin
from skillswap_kit.core.files import serve_file

from ... import services
from ...models import Listing, ListingFAQ, ListingImage
from .serializers import (
    FAQInputSerializer,
    FAQSerializer,
    ImageChangeSerializer,
    ImageSerializer,
    NewImageSerializer,
)


class ListingPartViewSet(CreateMixin, UpdateMixin, DestroyMixin, ListModelMixin, KitGenericViewSet):
    """Base of what hangs on a listing: whoever sees that sees this, and its owner writes."""

    access = {
        "list": Browse,
        "create": SignedIn,
        "update": SignedIn,
        "partial_update": SignedIn,
        "destroy": SignedIn,
    }
    parents = {"listing_pk": (Listing, "pk")}
    orderings = {"position": ("position", "pk")}
    default_ordering = "position"

    def listing(self) -> Listing:
        listing: Listing = self.parent("listing_pk")
        return listing

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(listing=self.listing()).select_related("listing")


class ImageViewSet(RetrieveModelMixin, ListingPartViewSet):
    """The pictures of an offer."""

    model = ListingImage
    serializer_class = ImageSerializer
    input_serializer_classes = {"create": NewImageSerializer, "partial_update": ImageChangeSerializer}
    access = {**ListingPartViewSet.access, "retrieve": Browse, "file": Browse}
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def perform_create(self, data: dict[str, Any]) -> ListingImage:
        upload = data.pop("file")
        return services.add_listing_image(by=self.person, listing=self.listing(), upload=upload, **data)

    def perform_update(self, instance: ListingImage, data: dict[str, Any]) -> ListingImage:
        return services.update_listing_image(by=self.person, image=instance, **data)

    def perform_destroy(self, instance: ListingImage) -> None:
        services.remove_listing_image(by=self.person, image=instance)

    @answers_with_image
    @action(detail=True, content_negotiation_class=AnyAccept)
    def file(self, request: Request, listing_pk: str, pk: str) -> HttpResponseBase:
        """The picture itself."""
        return serve_file(self.get_object().file, request=request._request)


class FAQViewSet(ListingPartViewSet):
    """The questions about an offer, with answers."""

    model = ListingFAQ
    serializer_class = FAQSerializer
    input_serializer_classes = {
        "create": FAQInputSerializer,
        "update": FAQInputSerializer,
        "partial_update": FAQInputSerializer,
    }

    def perform_create(self, data: dict[str, Any]) -> ListingFAQ:
        return services.add_listing_faq(by=self.person, listing=self.listing(), **data)

    def perform_update(self, instance: ListingFAQ, data: dict[str, Any]) -> ListingFAQ:
        return services.update_listing_faq(by=self.person, faq=instance, **data)

    def perform_destroy(self, instance: ListingFAQ) -> None:
        services.remove_listing_faq(by=self.person, faq=instance)
