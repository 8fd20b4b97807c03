"""What one says to ask for a session, to move it, and to answer."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from skillswap_kit.core.api.fields import (
    MomentField,
    PlainTextField,
    ScopedPrimaryKeyRelatedField,
    TimeZoneField,
    WallTimeError,
    moment_in_zone,
)
from skillswap_kit.core.types import User

from ...models import Listing, Skill
from ...models.listings import Mode
from ...services import Appointment, LegTerms
from ..people import MemberField
from ..swaps.inputs import check_one_of, reason_field

MODES = [(mode.value, mode.label) for mode in (Mode.REMOTE, Mode.IN_PERSON)]
MOST_MINUTES = 10_000


class TimeInput(serializers.Serializer[Any]):
    """When. A ``starts_at`` without an offset is what the clocks in ``time_zone`` show."""

    starts_at = MomentField(allow_naive=True)
    duration_minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False)
    time_zone = TimeZoneField(required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if timezone.is_naive(attrs["starts_at"]):
            attrs["starts_at"] = self._moment(attrs["starts_at"], attrs.get("time_zone", ""))
        return attrs

    def _moment(self, wall_time: datetime, zone: str) -> datetime:
        if not zone:
            raise serializers.ValidationError({"starts_at": MomentField.default_error_messages["no_offset"]})
        try:
            return moment_in_zone(wall_time, ZoneInfo(zone)).astimezone(UTC)
        except WallTimeError:
            message = _("Clocks there skip or repeat this time. Give the offset from UTC as well.")
            raise serializers.ValidationError({"starts_at": message}) from None


class AppointmentInput(TimeInput):
    """When, how long, how and where; the other keys beside ``appointment`` are left as they are."""

    topic = PlainTextField(max_length=160)
    mode = serializers.ChoiceField(choices=MODES, default=Mode.REMOTE.value)
    place = PlainTextField(max_length=300, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        names = {field.name for field in dataclasses.fields(Appointment)} & attrs.keys()
        attrs["appointment"] = Appointment(**{name: attrs.pop(name) for name in names})
        return attrs


class WithMember:
    """A serializer's field named ``with``, which is no name for a Python attribute."""

    is_with_required = False

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        fields["with"] = MemberField(source="partner", required=self.is_with_required)
        return fields


class SwapSessionInput(WithMember, AppointmentInput):
    """A session of a running swap. ``with`` may be left out where there are only two people."""


class DirectSessionInput(WithMember, AppointmentInput):
    """A session to begin with: a member is asked to teach a skill, or offered what one of their wants asks for."""

    is_with_required = True

    skill = ScopedPrimaryKeyRelatedField(Skill, required=False, allow_null=True)
    listing = ScopedPrimaryKeyRelatedField(Listing, required=False, allow_null=True)
    message = PlainTextField(max_length=2000, multiline=True, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        check_one_of(attrs, "skill", "listing")
        me, partner = self.context["request"].user, attrs.pop("partner")
        skill, listing = attrs.pop("skill", None), attrs.pop("listing", None)
        giver, receiver = (me, partner) if _is_want_of(listing, partner) else (partner, me)
        terms = LegTerms(giver=giver, receiver=receiver, skill=skill or listing.skill, listing=listing)
        return {**attrs, "legs": [terms]}


def _is_want_of(listing: Listing | None, member: User) -> bool:
    return listing is not None and listing.kind == Listing.Kind.WANT and listing.owner_id == member.pk


class RescheduleInput(TimeInput):
    reason = reason_field()
