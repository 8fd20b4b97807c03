"""Sessions as the two who meet see them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from skillswap_kit.core.api.fields import KitModelSerializer, MomentField

from ...models import Session
from ...services import profile_of
from ...services.rules import session_actions
from ..people import PersonField, PersonKeyField


class LocalTimeSerializer(serializers.Serializer[Any]):
    """The session on one person's clock."""

    person = PersonKeyField(source="user")
    time_zone = serializers.CharField(read_only=True)
    starts_at = serializers.CharField(read_only=True, help_text="ISO 8601, with the offset of the zone at that time.")
    ends_at = serializers.CharField(read_only=True)


class SessionSerializer(KitModelSerializer[Session]):
    """``actions`` are the commands that the viewer may give now."""

    requester = PersonField(source="requester.user")
    recipient = PersonField(source="recipient.user")
    ends_at = MomentField(read_only=True)
    local_times = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = [
            "id",
            "swap",
            "requester",
            "recipient",
            "topic",
            "starts_at",
            "ends_at",
            "duration_minutes",
            "time_zone",
            "local_times",
            "mode",
            "place",
            "status",
            "reason",
            "actions",
            "created_at",
            "answered_at",
            "completed_at",
        ]
        read_only_fields = fields

    @extend_schema_field(LocalTimeSerializer(many=True))
    def get_local_times(self, session: Session) -> list[dict[str, Any]]:
        times = local_times(session)
        return LocalTimeSerializer(times, many=True, context=self.context).data  # type: ignore[return-value]

    def get_actions(self, session: Session) -> list[str]:
        return session_actions(session, self.context["request"].user)


def local_times(session: Session) -> list[dict[str, Any]]:
    """When the session begins and ends for each of the two; who has left needs no clock."""
    users = [side.user for side in (session.requester, session.recipient) if side.user is not None]
    zones = {user: ZoneInfo(profile_of(user).time_zone) for user in users}
    return [
        {
            "user": user,
            "time_zone": zone.key,
            "starts_at": session.starts_at.astimezone(zone).isoformat(),
            "ends_at": session.ends_at.astimezone(zone).isoformat(),
        }
        for user, zone in zones.items()
    ]
