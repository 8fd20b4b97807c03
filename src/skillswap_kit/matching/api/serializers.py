"""Matches, why they are, and who is not wanted among them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import MomentField, ScopedPrimaryKeyRelatedField, UserField
from skillswap_kit.core.types import User
from skillswap_kit.exchange.api.people import PersonSerializer, person_data
from skillswap_kit.exchange.api.swaps.inputs import ProposalInput
from skillswap_kit.exchange.models import Profile, Skill
from skillswap_kit.exchange.people import shown

from ..contact import Contact


@extend_schema_field(PersonSerializer)
class ShownMemberField(serializers.Field[Any, Any, Any, Any]):
    """The user at ``source``, joined with their profile, of whom the query has made sure that the viewer finds them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: User) -> dict[str, Any]:
        return person_data(shown(value))


class FoundMemberField(UserField):
    """A member whom the sender may find. Any other does not exist."""

    def to_internal_value(self, data: Any) -> User:
        user = super().to_internal_value(data)
        if not Profile.objects.visible_to(self.context["request"].user).filter(user=user.pk).exists():
            self.fail("invalid")
        return user


class ReasonSerializer(AnswerSerializer):
    """One reason for a match."""

    kind = serializers.CharField(help_text="gets, gives, distance, or another one of the site's.")
    text = serializers.CharField(help_text="A sentence in the language of the request.")
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="What the sentence says, for programs. Of gets and gives: wanted and taught (id and name of the two "
        "skills, which differ where one helps with the other), level, value. Of distance: km."
    )


class RecommendationSerializer(AnswerSerializer):
    """A member who fits. In gets and gives, 1 is one want of full priority met by an offer of the highest level."""

    member = ShownMemberField(source="profile.user")
    score = serializers.FloatField(
        help_text="gets and gives in one number, near the smaller; no percentage, and of no fixed end. In the list "
        "somebody who has many proposals to answer may come after somebody of a lower score."
    )
    gets = serializers.FloatField(help_text="How much of what you want they offer.")
    gives = serializers.FloatField(help_text="How much of what they want you offer.")
    contact = serializers.ChoiceField(
        choices=[choice for choice in Contact.choices if choice[0] != Contact.CONNECTED],
        help_text="Nobody with whom one is connected is recommended.",
    )
    reasons = ReasonSerializer(many=True, allow_null=True, help_text="null without explain=true.")


class MatchCountSerializer(serializers.Serializer[Any]):
    """How many fit. ``is_more``: counting ended there, so there may be more."""

    count = serializers.IntegerField()
    is_more = serializers.BooleanField()


class MatchProposalInput(ProposalInput):
    """What one was shown, so that nothing else is proposed. What is left out is what is worth the most."""

    learn = ScopedPrimaryKeyRelatedField(
        Skill, required=False, allow_null=True, help_text="taught of the first reason of kind gets."
    )
    teach = ScopedPrimaryKeyRelatedField(
        Skill, required=False, allow_null=True, help_text="taught of the first reason of kind gives."
    )


class DismissalSerializer(AnswerSerializer):
    """Somebody who is not suggested any more."""

    member = ShownMemberField(source="about")
    created_at = MomentField()


class DismissalInputSerializer(serializers.Serializer[Any]):
    member = FoundMemberField()
