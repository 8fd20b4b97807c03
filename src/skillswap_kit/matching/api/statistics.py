"""How the matching does in the whole community, for staff."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import MomentField
from skillswap_kit.core.api.permissions import HasPerm
from skillswap_kit.core.api.schema import described
from skillswap_kit.core.api.views import KitAPIView
from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.exchange.api.vocabulary.serializers import SkillReferenceSerializer

from .. import services
from ..services.statistics import MOST_SECONDS
from .serializers import ShownMemberField

SECONDS = "seconds"


class MemberAloneSerializer(AnswerSerializer):
    """Somebody who has no partner, and whom the reader may find."""

    member = ShownMemberField(source="user")


class PartnersSerializer(AnswerSerializer):
    """Who is suggested anybody, of those who teach something and want something."""

    asked = serializers.IntegerField()
    alone = serializers.IntegerField(help_text="How many of the asked are suggested nobody.")
    share = serializers.FloatField(allow_null=True, help_text="The same as a part of 1; null if nobody was asked.")
    is_complete = serializers.BooleanField(help_text="Whether everybody was asked; if not, what follows is estimated.")
    members = serializers.IntegerField(allow_null=True)
    members_alone = serializers.IntegerField(allow_null=True)
    examples = MemberAloneSerializer(many=True)


class ExposureSerializer(AnswerSerializer):
    """How evenly members stand among the first ten suggestions of those who were asked."""

    members = serializers.IntegerField(help_text="Who was asked, or is shown to somebody who was.")
    shown = serializers.IntegerField(help_text="How many of them are shown to anybody.")
    most = serializers.IntegerField(help_text="How often the one who is shown most.")
    gini = serializers.FloatField(allow_null=True, help_text="0: all equally often; near 1: always the same few.")


class UntaughtSkillSerializer(AnswerSerializer):
    """A skill that is wanted and that nobody teaches."""

    skill = SkillReferenceSerializer()
    wanted = serializers.IntegerField(help_text="How many members want it.")
    helping = SkillReferenceSerializer(many=True, help_text="Similar skills that are taught.")


class AcceptanceSerializer(AnswerSerializer):
    """What became of proposals to members at these places of the proposer's suggestions."""

    first = serializers.IntegerField(allow_null=True, help_text="null: who was not among the first 50.")
    last = serializers.IntegerField(allow_null=True)
    proposed = serializers.IntegerField()
    answered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="Of the answered; null if there is none.")


class IndexStatusSerializer(AnswerSerializer):
    """The index in force; with a problem, it is not used and its numbers are null."""

    folder = serializers.CharField()
    problem = serializers.CharField()
    built_at = MomentField(allow_null=True)
    members = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="In bytes.")
    position = serializers.IntegerField(allow_null=True, help_text="The last event that is part of it.")
    events = serializers.IntegerField(allow_null=True, help_text="Since then.")
    changed = serializers.IntegerField(allow_null=True, help_text="Members who are read anew since then.")


class MatcherStatusSerializer(AnswerSerializer):
    """A matcher of the site."""

    alias = serializers.CharField()
    backend = serializers.CharField()
    capabilities = serializers.ListField(child=serializers.CharField())
    is_usable = serializers.BooleanField()
    problem = serializers.CharField(help_text="Why it cannot be used; empty if it can.")
    index = IndexStatusSerializer(allow_null=True, help_text="null for a matcher that searches none.")


class MatchingStatisticsSerializer(AnswerSerializer):
    """How the matching does, and with what it does it."""

    partners = PartnersSerializer()
    exposure = ExposureSerializer()
    untaught = UntaughtSkillSerializer(many=True)
    untaught_count = serializers.IntegerField(help_text="How many there are; at most fifty are listed.")
    acceptance = AcceptanceSerializer(many=True)
    matchers = MatcherStatusSerializer(many=True)


class StatisticsView(KitAPIView):
    serializer_class = MatchingStatisticsSerializer
    access = {"get": HasPerm(services.VIEW_STATISTICS)}

    @described(
        parameters=[
            OpenApiParameter(SECONDS, float, description=f"How long members are asked: 1, or from 0 to {MOST_SECONDS}.")
        ]
    )
    def get(self, request: Request) -> Response:
        """How the matching does in the whole community. Random members are asked for a second."""
        found = services.matching_statistics(by=self.person, seconds=read_seconds(request))
        return self.answer(SimpleNamespace(**vars(found), matchers=services.matcher_status(by=self.person)))


def read_seconds(request: Request) -> float:
    """Raises InvalidInput for what is no number of seconds in bounds."""
    field: Any = forms.FloatField(min_value=0, max_value=MOST_SECONDS)
    try:
        return float(field.clean(request.query_params.get(SECONDS, "1")))
    except ValidationError as error:
        raise InvalidInput(fields={SECONDS: error.messages}) from error
