"""A small site on the base of the API: skills to read and write, and a view that fails on request."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.http import Http404
from django.urls import include, path
from django_filters.rest_framework import FilterSet
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api import filters
from skillswap_kit.core.api.fields import PlainTextField, ScopedPrimaryKeyRelatedField
from skillswap_kit.core.api.pagination import FeedCursorPagination
from skillswap_kit.core.api.permissions import Browse, HasPerm, SignedIn
from skillswap_kit.core.api.routers import KitRouter
from skillswap_kit.core.api.views import CreateMixin, DestroyMixin, KitAPIView, KitGenericViewSet, UpdateMixin
from skillswap_kit.core.errors import Conflict, InvalidInput
from skillswap_kit.exchange.models import Category, Skill


def make_person(**fields: Any) -> Any:
    """An account of whatever user model the suite runs on."""
    users = get_user_model()
    number = users._default_manager.count()
    return users._default_manager.create(**{users.USERNAME_FIELD: f"person{number}@example.org"}, **fields)


def make_skills(count: int, category: Category) -> list[Skill]:
    return Skill.objects.bulk_create(
        Skill(name=f"Skill {number:05}", slug=f"skill-{number:05}", category=category) for number in range(count)
    )


class SkillSerializer(serializers.ModelSerializer[Skill]):
    class Meta:
        model = Skill
        fields = ["id", "name", "category"]


class SkillInputSerializer(serializers.Serializer[Skill]):
    name = PlainTextField(max_length=80)
    category = ScopedPrimaryKeyRelatedField(Category)
    photo = serializers.FileField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("name") == "Everything":
            raise serializers.ValidationError("Nobody can teach everything.")
        return attrs


class SkillFilter(FilterSet):
    q = filters.SearchFilter(field_name="search_text")
    name = filters.TextFilter()
    category = filters.KeyFilter(model=Category)
    by = filters.UserFilter(field_name="proposed_by")
    is_open = filters.BooleanFilter(field_name="category__is_active")
    position = filters.IntegerFilter(field_name="category__position")


class SkillViewSet(ListModelMixin, RetrieveModelMixin, CreateMixin, UpdateMixin, DestroyMixin, KitGenericViewSet):
    """Skills."""

    model = Skill
    serializer_class = SkillSerializer
    input_serializer_classes = dict.fromkeys(("create", "update", "partial_update"), SkillInputSerializer)
    filterset_class = SkillFilter
    orderings: ClassVar = {"newest": ("-created_at", "-pk"), "name": ("name", "pk")}
    default_ordering = "name"
    access = {
        "list": Browse,
        "retrieve": Browse,
        "create": SignedIn,
        "update": SignedIn,
        "partial_update": SignedIn,
        "destroy": SignedIn,
        "approve": HasPerm("skillswap_exchange.change_skill"),
        "fail_after_writing": SignedIn,
    }

    def perform_create(self, data: dict[str, Any]) -> Skill:
        data.pop("photo", None)
        slug = f"new-{Skill.objects.count()}"
        return Skill.objects.create(slug=slug, proposed_by_id=self.request.user.pk, **data)

    def perform_update(self, instance: Skill, data: dict[str, Any]) -> Skill:
        for name, value in data.items():
            setattr(instance, name, value)
        instance.save()
        return instance

    def perform_destroy(self, instance: Skill) -> None:
        instance.delete()

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"])
    def fail_after_writing(self, request: Request, pk: str) -> Response:
        Skill.objects.filter(pk=self.get_object().pk).update(name="half written")
        return Response({"code": "refused"}, status=409)

    @action(detail=True, methods=["post"])
    def forgotten(self, request: Request, pk: str) -> Response:
        raise AssertionError("access does not name it, so nobody gets here")


class SkillFeedViewSet(ListModelMixin, KitGenericViewSet):
    """Skills, newest first."""

    model = Skill
    serializer_class = SkillSerializer
    pagination_class = FeedCursorPagination
    access = {"list": Browse}


class CategorySkillViewSet(ListModelMixin, KitGenericViewSet):
    """The skills of a category that one may see."""

    model = Skill
    serializer_class = SkillSerializer
    parents: ClassVar = {"category_pk": (Category, "pk")}
    access = {"list": Browse}

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        return queryset.filter(category=self.parent("category_pk")).order_by("pk")


class FailingView(KitAPIView):
    """Raises what the test puts into ``error``."""

    error: ClassVar[Exception] = Http404()
    access = {"get": Browse, "post": SignedIn}

    def get(self, request: Request) -> Response:
        raise self.error

    def post(self, request: Request) -> Response:
        return Response({"received": list(request.data)})


ERRORS: list[tuple[Exception, int, str]] = [
    (Http404("No Skill matches the given query."), 404, "not_found"),
    (Conflict(), 409, "conflict"),
    (InvalidInput(fields={"name": ["Too odd."]}), 400, "invalid"),
]

router = KitRouter()
router.register("skills", SkillViewSet)
router.register("feed", SkillFeedViewSet, "feed")
router.register(r"categories/(?P<category_pk>[^/]+)/skills", CategorySkillViewSet, "category-skill")

urlpatterns = [
    path("api/schema/", SpectacularAPIView.as_view()),
    path("api/fail/", FailingView.as_view()),
    path("api/", include(router.urls)),
]
