"""Circles: the best ones for a member, and proposing one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import ScopedPrimaryKeyRelatedField
from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.exchange.api.swaps.inputs import ProposalInput
from skillswap_kit.exchange.api.swaps.serializers import SkillNameSerializer
from skillswap_kit.exchange.models import Skill, Swap

from .. import services
from ..services.circles import PEOPLE
from .base import ProposingViewSet, ShortListViewSet
from .filters import CIRCLES, CircleFilterSet
from .serializers import FoundMemberField, ShownMemberField


class CircleLegSerializer(AnswerSerializer):
    """Who teaches whom. ``taught`` differs from ``wanted`` where the one skill helps with the other."""

    giver = ShownMemberField()
    receiver = ShownMemberField()
    taught = SkillNameSerializer()
    wanted = SkillNameSerializer()


class CircleSerializer(AnswerSerializer):
    """Three people of whom each teaches one of the others: the teacher you, the pupil the teacher, you the pupil."""

    teacher = ShownMemberField()
    pupil = ShownMemberField()
    legs = CircleLegSerializer(many=True, help_text="In this order. To propose the circle, name what is taught.")
    score = serializers.FloatField(
        help_text="What the three legs are worth together; no percentage. In the list a circle of people who have many "
        "proposals to answer may come after one of a lower score."
    )


class CircleInputSerializer(ProposalInput):
    """A circle as it was suggested."""

    teacher = FoundMemberField(help_text="Who teaches you.")
    pupil = FoundMemberField(help_text="Whom you teach.")
    skills = serializers.ListField(
        child=ScopedPrimaryKeyRelatedField(Skill),
        min_length=PEOPLE,
        max_length=PEOPLE,
        help_text="What is taught: to you by the teacher, to the teacher by the pupil, to the pupil by you.",
    )


class CircleViewSet(ShortListViewSet, ProposingViewSet):
    """Circles of three, for members who find no partner: each teaches one of the others and learns from one."""

    serializer_classes = {"list": CircleSerializer}
    input_serializer_classes = {"create": CircleInputSerializer}
    access = {"list": SignedIn, "create": SignedIn}
    filterset_class = CircleFilterSet

    def list(self, request: Request) -> Response:
        """The best circles, the best first, without those that wait for an answer or were refused of late."""
        asked = self.asked()
        key, skill = asked.get("skill"), None
        if key is not None:
            skill = Skill.objects.visible_to(self.person).filter(pk=key).first()
            if skill is None:
                return Response([])
        found = services.suggest_circles(by=self.person, limit=asked.get("limit") or CIRCLES, skill=skill)
        return Response(self.get_serializer(found, many=True).data)

    def perform_create(self, data: dict[str, Any]) -> Swap:
        skills = [skill.pk for skill in data.pop("skills")]
        return services.propose_circle(by=self.person, skills=skills, **data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask the two others for a circle. It is refused where something that it rests on has changed meanwhile."""
        return super().create(request, *args, **kwargs)
