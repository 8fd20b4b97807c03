"""How one can learn a skill."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.core.api.schema import described
from skillswap_kit.exchange.api.listings.serializers import ListingSerializer
from skillswap_kit.exchange.api.vocabulary.serializers import SkillSerializer
from skillswap_kit.exchange.models import Skill

from .. import services
from .base import ShortListViewSet
from .circles import CircleSerializer
from .filters import WAYS, WaysFilterSet
from .serializers import RecommendationSerializer


class WaysToLearnSerializer(AnswerSerializer):
    """Of each way the best first, and the skill itself before what helps with it."""

    skill = SkillSerializer()
    partners = RecommendationSerializer(many=True, help_text="Who teaches it and wants something that you teach.")
    circles = CircleSerializer(many=True, help_text="With a third person, where two alone do not fit.")
    for_points = ListingSerializer(many=True, help_text="Offers with a price, where the site has swaps for points.")
    as_gift = ListingSerializer(many=True, help_text="Offers without one, of members who are not among the partners.")


class WaysToLearnViewSet(ShortListViewSet):
    model = Skill
    serializer_class = WaysToLearnSerializer
    access = {"list": SignedIn}
    list_actions = frozenset()
    parents = {"skill_pk": (Skill, "pk")}
    filterset_class = WaysFilterSet

    @described(filters=True)
    def list(self, request: Request, skill_pk: str) -> Response:
        """All the ways to a skill in one answer, whether or not it is among what you want: swaps, circles, offers."""
        skill: Any = self.parent("skill_pk")
        return self.answer(services.ways_to_learn(by=self.person, skill=skill, limit=self.asked().get("limit") or WAYS))
