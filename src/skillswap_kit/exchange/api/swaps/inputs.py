"""What one says to propose, change and answer a swap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from skillswap_kit.core.api.fields import PlainTextField, ScopedPrimaryKeyRelatedField
from skillswap_kit.core.api.filters import LARGEST_NUMBER
from skillswap_kit.core.types import User

from ...models import Listing, Skill, Swap, SwapLeg
from ...models.listings import MAX_PRICE
from ...services import LegTerms
from ...services.proposals import MAX_LEGS
from ...services.rules import FIRST_VERSION
from ..people import MemberField

REASON_LENGTH = 1000

Sides = tuple[tuple[str, User, User], ...]


def check_one_of(attrs: dict[str, Any], *names: str) -> None:
    """Raises ValidationError unless at least one of these is given."""
    if not any(attrs.get(name) is not None for name in names):
        raise serializers.ValidationError({names[0]: _("Name a skill or a listing.")})


class TermsInput(serializers.Serializer[Any]):
    """What is given: a skill of the vocabulary, or a listing that says it."""

    skill = ScopedPrimaryKeyRelatedField(Skill, required=False, allow_null=True)
    listing = ScopedPrimaryKeyRelatedField(Listing, required=False, allow_null=True)
    points = serializers.IntegerField(min_value=0, max_value=MAX_PRICE, default=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_one_of(attrs, "skill", "listing")
        attrs["skill"] = attrs.get("skill") or attrs["listing"].skill
        return attrs


class LegInput(TermsInput):
    giver = MemberField()
    receiver = MemberField()


class ProposalInput(serializers.Serializer[Any]):
    """What every proposal may say: a message, and in how many days at most to answer."""

    message = PlainTextField(max_length=2000, multiline=True, allow_blank=True, default="")
    days = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER, required=False, allow_null=True)


class LegsInput(ProposalInput):
    """What is exchanged: ``legs`` in full, or between two people ``give`` and ``get``, one of which may be left out."""

    give = TermsInput(required=False, allow_null=True)
    get = TermsInput(required=False, allow_null=True)
    legs = LegInput(many=True, required=False, allow_empty=False, max_length=MAX_LEGS)  # type: ignore[call-arg]

    def partner(self, attrs: dict[str, Any]) -> User:
        """With whom, where only two take part. Raises ValidationError."""
        raise NotImplementedError

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_short = any(attrs.get(name) is not None for name in ("to", "give", "get"))
        if is_short == ("legs" in attrs):
            raise serializers.ValidationError({"legs": _("Say what is given: either legs, or give and get.")})
        attrs["legs"] = list(self._from_short(attrs) if is_short else self._from_legs(attrs["legs"]))
        for name in ("to", "give", "get"):
            attrs.pop(name, None)
        return attrs

    def _from_short(self, attrs: dict[str, Any]) -> Iterable[LegTerms]:
        me, partner = self.context["request"].user, self.partner(attrs)
        check_one_of(attrs, "give", "get")
        for name, giver, receiver in (("give", me, partner), ("get", partner, me)):
            if terms := attrs.get(name):
                yield LegTerms(giver=giver, receiver=receiver, **terms)

    def _from_legs(self, legs: Iterable[dict[str, Any]]) -> Iterable[LegTerms]:
        return (LegTerms(**leg) for leg in legs)


class SwapInput(LegsInput):
    """A proposal."""

    to = MemberField(required=False, allow_null=True)

    def partner(self, attrs: dict[str, Any]) -> User:
        user: User | None = attrs.get("to")
        if user is None:
            raise serializers.ValidationError({"to": _("Say with whom.")})
        return user


class ChangedSwapInput(LegsInput):
    """A changed proposal, in answer to the version that one has read."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)

    def partner(self, attrs: dict[str, Any]) -> User:
        me, swap = self.context["request"].user, cast("Swap", self.instance)
        others = [participant.user for participant in swap.participants.all() if participant.user_id != me.pk]
        if len(others) != 1 or others[0] is None:
            raise serializers.ValidationError({"legs": _("Between more than two people, name all legs.")})
        return others[0]


def version_field() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER, default=FIRST_VERSION)


def reason_field() -> PlainTextField:
    return PlainTextField(max_length=REASON_LENGTH, multiline=True, allow_blank=True, default="")


class AcceptInput(serializers.Serializer[Any]):
    """Which version of the proposal is accepted: the first, if none is named."""

    version = version_field()


class ReasonInput(serializers.Serializer[Any]):
    reason = reason_field()


class OwnLegField(ScopedPrimaryKeyRelatedField):
    """A leg of the swap at hand."""

    def get_queryset(self) -> QuerySet[SwapLeg]:
        swap: Swap | None = getattr(self.parent, "instance", None)
        return swap.legs.all() if swap is not None else SwapLeg.objects.none()


class ConfirmInput(serializers.Serializer[Any]):
    """Which leg was received: all of one's own, if none is named."""

    leg = OwnLegField(SwapLeg, required=False, allow_null=True)


class AnswerInput(serializers.Serializer[Any]):
    """An answer to a request: ``reject`` is the same as ``decline``."""

    action = serializers.ChoiceField(choices=["accept", "reject", "decline", "cancel"])
    version = version_field()
    reason = reason_field()
