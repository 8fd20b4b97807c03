"""Categories and skills: reading, proposing, and what staff decide."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.permissions import Browse, HasPerm, SignedIn
from skillswap_kit.core.api.schema import described
from skillswap_kit.core.api.views import CreateMixin, KitGenericViewSet

from ... import services
from ...models import Category, Skill
from ...models.vocabulary import CHANGE_SKILL
from .filters import SkillFilterSet
from .serializers import (
    CategorySerializer,
    MergeSerializer,
    SkillDetailSerializer,
    SkillProposalSerializer,
    SuggestionSerializer,
    VocabularySerializer,
)


class CategoryViewSet(ListModelMixin, RetrieveModelMixin, KitGenericViewSet):
    """The shelves of the vocabulary; ``parent`` says which one is inside which."""

    model = Category
    serializer_class = CategorySerializer
    access = {"list": Browse, "retrieve": Browse}
    orderings = {"position": ("position", "pk"), "name": ("name", "pk")}
    default_ordering = "position"

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related("parent")


class SkillViewSet(CreateMixin, ListModelMixin, RetrieveModelMixin, KitGenericViewSet):
    """What can be taught. Members see what became of their own proposals too, staff everything."""

    model = Skill
    serializer_class = SkillDetailSerializer
    serializer_classes = {"list": VocabularySerializer, "suggestions": SuggestionSerializer}
    input_serializer_classes = {"create": SkillProposalSerializer, "merge": MergeSerializer}
    access = {
        "list": Browse,
        "retrieve": Browse,
        "suggestions": Browse,
        "create": SignedIn,
        "approve": HasPerm(CHANGE_SKILL),
        "reject": HasPerm(CHANGE_SKILL),
        "merge": HasPerm(CHANGE_SKILL),
    }
    list_actions = frozenset({"list", "suggestions"})
    filterset_class = SkillFilterSet
    orderings = {"name": ("name", "pk"), "newest": ("-created_at", "-pk")}
    default_ordering = "name"

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "list" and "status" not in self.request.query_params:
            queryset = queryset.filter(status__in=[Skill.Status.APPROVED, Skill.Status.PROPOSED])
        return queryset

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = queryset.select_related("category")
        return queryset if self.action == "list" else queryset.prefetch_related("aliases")

    def perform_create(self, data: dict[str, Any]) -> Skill:
        return services.propose_skill(by=self.person, **data)

    @described(parameters=[OpenApiParameter("q", str, description="What has been typed.")])
    @action(detail=False, pagination_class=None, filter_backends=())
    def suggestions(self, request: Request) -> Response:
        """Up to ten skills that somebody who has typed ``q`` may mean."""
        found = services.suggest_skills(request.query_params.get("q", ""), viewer=request.user)
        return Response(self.get_serializer(found, many=True).data)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Take a proposed skill into the vocabulary."""
        return self.answer(services.approve_skill(by=self.person, skill=self.get_object()))

    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Refuse a proposed skill."""
        return self.answer(services.reject_skill(by=self.person, skill=self.get_object()))

    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Let another skill take over everything of this one; the answer is that other skill."""
        return self.answer(services.merge_skills(by=self.person, skill=self.get_object(), **self.valid_input()))
