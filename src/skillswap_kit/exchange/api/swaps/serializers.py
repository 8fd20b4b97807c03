"""Swaps as their participants see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from skillswap_kit.core.api.fields import KitModelSerializer
from skillswap_kit.core.models import Event

from ...history import label_of, show_proposals
from ...models import Skill, Swap, SwapLeg, SwapParticipant, SwapProposal
from ...services.rules import swap_actions
from ..people import PersonField, ProposerField


class SkillNameSerializer(KitModelSerializer[Skill]):
    """A skill where something else is shown."""

    class Meta:
        model = Skill
        fields = ["id", "name"]
        read_only_fields = fields


class ParticipantSerializer(KitModelSerializer[SwapParticipant]):
    person = PersonField(source="user")

    class Meta:
        model = SwapParticipant
        fields = ["person", "decision", "decided_at"]
        read_only_fields = fields


class LegSerializer(KitModelSerializer[SwapLeg]):
    giver = PersonField(source="giver.user")
    receiver = PersonField(source="receiver.user")
    skill = SkillNameSerializer(read_only=True)
    listing = serializers.IntegerField(source="listing_id", allow_null=True, read_only=True)

    class Meta:
        model = SwapLeg
        fields = [
            "id",
            "giver",
            "receiver",
            "skill",
            "listing",
            "points",
            "status",
            "confirmed_at",
            "confirmed_by_time",
        ]
        read_only_fields = fields


class TermsSerializer(serializers.Serializer[Any]):
    """One direction of an earlier or the present proposal."""

    giver = PersonField(source="giver.user")
    receiver = PersonField(source="receiver.user")
    skill = SkillNameSerializer(read_only=True)
    listing = serializers.IntegerField(allow_null=True, read_only=True)
    points = serializers.IntegerField(read_only=True)


class ProposalSerializer(KitModelSerializer[SwapProposal]):
    by = ProposerField(source="by.user")
    legs = TermsSerializer(many=True, read_only=True, source="shown_terms")

    class Meta:
        model = SwapProposal
        fields = ["version", "by", "message", "legs", "created_at"]
        read_only_fields = fields


class SwapSerializer(KitModelSerializer[Swap]):
    """``actions`` are the commands that the viewer may give now; ``replaces`` is the declined circle that this one goes
    on from, null for who was not in it; ``proposed_by`` is null where the site suggested it."""

    proposed_by = ProposerField()
    replaces = serializers.IntegerField(source="goes_on_from", allow_null=True, read_only=True)
    message = serializers.CharField(read_only=True)
    participants = ParticipantSerializer(many=True, read_only=True)
    legs = LegSerializer(many=True, read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Swap
        fields = [
            "id",
            "kind",
            "status",
            "version",
            "message",
            "proposed_by",
            "replaces",
            "participants",
            "legs",
            "actions",
            "deadline",
            "close_reason",
            "created_at",
            "accepted_at",
            "started_at",
            "completed_at",
            "closed_at",
        ]
        read_only_fields = fields

    def get_actions(self, swap: Swap) -> list[str]:
        return swap_actions(swap, self.context["request"].user)


class SwapDetailSerializer(SwapSerializer):
    """With every proposal that was made."""

    proposals = ProposalSerializer(many=True, read_only=True, source="shown_proposals")

    class Meta(SwapSerializer.Meta):
        fields = [*SwapSerializer.Meta.fields, "proposals"]
        read_only_fields = fields

    def to_representation(self, instance: Swap) -> dict[str, Any]:
        show_proposals(instance)
        return super().to_representation(instance)


class HistorySerializer(KitModelSerializer[Event]):
    """One thing that happened; ``by`` is null where the clock did it or whoever did it has left."""

    event = serializers.CharField(source="name", read_only=True)
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    by = PersonField(or_nobody=True)
    session = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = ["id", "event", "label", "by", "session", "occurred_at"]
        read_only_fields = fields

    def get_label(self, event: Event) -> str:
        return label_of(event)

    def get_session(self, event: Event) -> int | None:
        session: int | None = event.payload.get("session_id")
        return session
