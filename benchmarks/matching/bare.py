"""What recommendations are measured against: the same JSON from a bare DRF view that is told whom to show.

The ten people in one query, stock serializers; nobody is searched, and nobody asks who may see whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.bare import BarePersonSerializer
from skillswap_kit.matching.matches import Candidate
from skillswap_kit.matching.scoring import UTILITY_UNIT

told: dict[Any, Sequence[Candidate]] = {}
"""By the key of the viewer whom to show them."""


class BareMatchSerializer(serializers.Serializer[Any]):
    member = BarePersonSerializer()
    score = serializers.FloatField()
    gets = serializers.FloatField()
    gives = serializers.FloatField()
    contact = serializers.CharField()
    reasons = serializers.ListField(allow_null=True)


class BareMatchView(APIView):
    permission_classes = ()

    def get(self, request: Request) -> Response:
        candidates = told[request.user.pk]
        numbers = [candidate.number for candidate in candidates]
        people = get_user_model().objects.filter(skillswap_profile__in=numbers).select_related("skillswap_profile")
        by_number = {person.skillswap_profile.pk: person for person in people}
        rows = [
            {
                "member": by_number[candidate.number],
                "score": candidate.score,
                "gets": candidate.gets / UTILITY_UNIT,
                "gives": candidate.gives / UTILITY_UNIT,
                "contact": "none",
                "reasons": None,
            }
            for candidate in candidates
        ]
        return Response({"next": None, "results": BareMatchSerializer(rows, many=True).data})
