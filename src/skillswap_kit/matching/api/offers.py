"""Offers beside another one, and the skills that trend."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.permissions import Browse
from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.exchange.api.listings.serializers import ListingSerializer
from skillswap_kit.exchange.api.vocabulary.serializers import SkillSerializer
from skillswap_kit.exchange.models import Listing, Skill

from .. import services
from .base import ShortListViewSet
from .filters import DAYS, SIMILAR, TRENDING, SimilarOfferFilterSet, TrendFilterSet


class SimilarOfferViewSet(ShortListViewSet):
    model = Listing
    serializer_class = ListingSerializer
    access = {"list": Browse}
    filterset_class = SimilarOfferFilterSet

    def list(self, request: Request) -> Response:
        """What else teaches the skill of a listing: the best offers of others, then of what helps most with it."""
        asked = self.asked()
        if "listing" not in asked:
            raise InvalidInput(fields={"listing": [_("Name a listing.")]})
        listing = self.visible_or_404(Listing, asked["listing"])
        limit = asked["limit"] or SIMILAR
        found = services.similar_offers(viewer=request.user, listing=listing, limit=limit)
        return Response(self.get_serializer(found, many=True).data)


class TrendingSkillSerializer(AnswerSerializer):
    """A skill, and how many offers and wants of it are new."""

    skill = SkillSerializer()
    offers = serializers.IntegerField()
    wants = serializers.IntegerField()


class TrendingSkillViewSet(ShortListViewSet):
    model = Skill
    serializer_class = TrendingSkillSerializer
    access = {"list": Browse}
    filterset_class = TrendFilterSet

    def list(self, request: Request) -> Response:
        """The skills of which the most listings were added lately."""
        asked = self.asked()
        days, limit = asked.get("days") or DAYS, asked.get("limit") or TRENDING
        found = services.trending_skills(viewer=request.user, days=days, limit=limit)
        return Response(self.get_serializer(found, many=True).data)
