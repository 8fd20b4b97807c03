"""Members: browsing them, and one's own profile."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.files import AnyAccept, answers_with_image
from skillswap_kit.core.api.permissions import Browse, SignedIn
from skillswap_kit.core.api.views import KitGenericViewSet, UpdateMixin
from skillswap_kit.core.files import serve_file
from skillswap_kit.core.keys import written_key

from ... import services
from ...filters.members import MEMBER_ORDERINGS, MemberFilterSet
from ...models import Profile
from .serializers import (
    AvatarInputSerializer,
    MemberDetailSerializer,
    MemberSerializer,
    OwnProfileSerializer,
    ProfileInputSerializer,
)


class MembersByKey(KitGenericViewSet):
    """Finds members by the key of their user; oneself even before the first write has made the row."""

    def visible_or_404(self, model: type[Model], raw: Any, lookup: str = "pk") -> Any:
        viewer = self.request.user
        if model is Profile and viewer.is_authenticated and raw == str(written_key(viewer.pk)):
            return services.profile_of(viewer)
        return super().visible_or_404(model, raw, lookup)


class MemberViewSet(ListModelMixin, RetrieveModelMixin, MembersByKey):
    """The members whom one may find."""

    model = Profile
    lookup_field = "user"
    lookup_url_kwarg = "pk"
    serializer_class = MemberSerializer
    serializer_classes = {"retrieve": MemberDetailSerializer}
    access = {"list": Browse, "retrieve": Browse, "avatar": Browse}
    filterset_class = MemberFilterSet
    orderings = MEMBER_ORDERINGS
    default_ordering = "newest"

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related("user").prefetch_related("languages")

    def get_object(self) -> Profile:
        profile: Profile = self.visible_or_404(Profile, self.kwargs["pk"], "user")
        return profile

    @answers_with_image
    @action(detail=True, content_negotiation_class=AnyAccept)
    def avatar(self, request: Request, pk: str) -> HttpResponseBase:
        """The member's picture."""
        return serve_file(self.get_object().avatar, request=request._request)


class OwnProfileViewSet(UpdateMixin, KitGenericViewSet):
    """One's own profile: an empty one until the first write."""

    model = Profile
    serializer_class = OwnProfileSerializer
    input_serializer_classes = {
        "update": ProfileInputSerializer,
        "partial_update": ProfileInputSerializer,
        "set_avatar": AvatarInputSerializer,
    }
    access = {
        "retrieve": SignedIn,
        "update": SignedIn,
        "partial_update": SignedIn,
        "set_avatar": SignedIn,
        "remove_avatar": SignedIn,
    }

    def get_object(self) -> Profile:
        return services.profile_of(self.person)

    def retrieve(self, request: Request) -> Response:
        return self.answer(self.get_object())

    def perform_update(self, instance: Profile, data: dict[str, Any]) -> Profile:
        return services.update_profile(by=self.person, **data)

    def set_avatar(self, request: Request) -> Response:
        """Replace one's own picture."""
        return self.answer(services.set_avatar(by=self.person, upload=self.valid_input()["avatar"]))

    def remove_avatar(self, request: Request) -> Response:
        """Take one's own picture away."""
        services.remove_avatar(by=self.person)
        return Response(status=204)
