"""Recommended members, and dismissing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import classproperty
from rest_framework.decorators import action
from rest_framework.filters import BaseFilterBackend
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.filters import KitFilterBackend, StrictBooleanField
from skillswap_kit.core.api.pagination import Schema, parameter
from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.core.api.schema import described
from skillswap_kit.core.api.views import CreateMixin, KitGenericViewSet
from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.exchange.models import Profile, Swap

from .. import services
from ..candidates import Narrow
from ..filters import match_filterset
from ..matchers import DEFAULT
from ..models import Dismissal
from ..services.counting import MOST_COUNTED
from .base import ProposingViewSet
from .pagination import MatchPagination
from .serializers import (
    DismissalInputSerializer,
    DismissalSerializer,
    MatchCountSerializer,
    MatchProposalInput,
    RecommendationSerializer,
)

if TYPE_CHECKING:
    from rest_framework.views import APIView

EXPLAIN = "explain"


class Explaining(BaseFilterBackend):
    """Names the parameter that asks for reasons; it filters nothing."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        return queryset

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        return [parameter(EXPLAIN, {"type": "boolean", "default": False}, "Whether to say why each member fits.")]


def reads_explain(request: Request) -> bool:
    """Raises InvalidInput for what is neither true nor false."""
    field: forms.Field = StrictBooleanField(required=False)
    try:
        return bool(field.clean(request.query_params.get(EXPLAIN)))
    except ValidationError as error:
        raise InvalidInput(fields={EXPLAIN: error.messages}) from error


class RecommendationViewSet(KitGenericViewSet):
    """The members who fit best: who teaches what one wants, and wants what one teaches. Both sides count."""

    model = Profile
    serializer_class = RecommendationSerializer
    serializer_classes = {"count": MatchCountSerializer}
    access = {"list": SignedIn, "count": SignedIn}
    filter_backends = (KitFilterBackend, Explaining)  # type: ignore[assignment]
    pagination_class = MatchPagination  # type: ignore[assignment]

    # With every request, as the setting may change.
    filterset_class = classproperty(lambda cls: match_filterset())

    def list(self, request: Request) -> Response:
        pages = MatchPagination()
        page = pages.read(request, matcher=DEFAULT)
        found = services.recommend(
            by=self.person,
            limit=page.size,
            after=page.after,
            narrow=self.narrow(request),
            explain=reads_explain(request),
            matcher=DEFAULT,
        )
        return pages.answer(self.get_serializer(found.rows, many=True).data, next_rank=found.next)

    @described(filters=True)
    @action(detail=False, pagination_class=None, filter_backends=(KitFilterBackend,))
    def count(self, request: Request) -> Response:
        """How many members the list has, counted up to a hundred: for a form with filters that is being filled in."""
        counted = services.count_matches(
            by=self.person, narrow=self.narrow(request), most=MOST_COUNTED, matcher=DEFAULT
        )
        return self.answer({"count": counted.number, "is_more": counted.is_more})

    def narrow(self, request: Request) -> Narrow | None:
        """What was asked for. Raises InvalidInput."""
        filterset = KitFilterBackend().checked_filterset(request, Profile.objects.none(), self)
        return None if filterset is None else filterset.filter_queryset


class MatchProposalViewSet(ProposingViewSet):
    """A swap with a recommended member: the best skill each way, asked for in one click."""

    parents = {"member": (Profile, "user")}
    input_serializer_classes = {"create": MatchProposalInput}
    access = {"create": SignedIn}

    def perform_create(self, data: dict[str, Any]) -> Swap:
        shown = {name: skill.pk for name in ("learn", "teach") if (skill := data.pop(name, None))}
        return services.propose_match(by=self.person, member=self.parent("member").user, **shown, **data)


class DismissalViewSet(CreateMixin, ListModelMixin, KitGenericViewSet):
    """The members whom one does not want to see among one's recommendations. They never learn of it."""

    model = Dismissal
    lookup_field = "about"
    lookup_url_kwarg = "member"
    serializer_class = DismissalSerializer
    input_serializer_classes = {"create": DismissalInputSerializer}
    access = {"list": SignedIn, "create": SignedIn, "destroy": SignedIn}
    orderings = {"newest": ("-created_at", "-pk")}
    default_ordering = "newest"

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(about__in=Profile.objects.visible_to(self.request.user).values("user"))

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related("about__skillswap_profile")

    def perform_create(self, data: dict[str, Any]) -> Dismissal:
        return services.dismiss_member(by=self.person, member=data["member"])

    def destroy(self, request: Request, member: str) -> Response:
        """Suggest the member again. Who was not dismissed stays as they are."""
        profile: Profile = self.visible_or_404(Profile, member, "user")
        services.undo_dismissal(by=self.person, member=profile.user)
        return Response(status=204)
