"""What the offers list is measured against: the same rows and the same JSON from a bare DRF view.

The same queryset with LIMIT 20, stock serializers, no permission, no filter, no count.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from skillswap_kit.exchange.models import Listing

PAGE = 20


class BarePersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="skillswap_profile.display_name")
    avatar = serializers.SerializerMethodField()
    rating = serializers.FloatField(source="skillswap_profile.rating")
    rating_count = serializers.IntegerField(source="skillswap_profile.rating_count")

    def get_avatar(self, user: Any) -> None:
        return None


class BareCategorySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BareSkillSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    category = BareCategorySerializer()


class BareImageSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()


class BareOfferSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    skill = BareSkillSerializer()
    title = serializers.CharField()
    description = serializers.CharField()
    level = serializers.CharField()
    priority = serializers.SerializerMethodField()
    price_points = serializers.IntegerField()
    mode = serializers.CharField()
    language = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    status = serializers.CharField()
    owner = BarePersonSerializer()
    place_name = serializers.CharField(source="owner.skillswap_profile.place_name")
    images = BareImageSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_priority(self, listing: Listing) -> None:
        return None


class BareOfferView(APIView):
    permission_classes = ()

    def get(self, request: Request) -> Response:
        offers = Listing.objects.visible_to(request.user).filter(kind="offer", status="active")
        offers = offers.select_related("skill__category", "owner__skillswap_profile").prefetch_related("images")
        page = offers.order_by("-created_at", "-pk")[:PAGE]
        return Response({"results": BareOfferSerializer(page, many=True).data})
