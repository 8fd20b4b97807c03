"""Profiles: what others read, what members read of themselves, and what they can write."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import LanguageCodeField, MomentField, PlainTextField, TimeZoneField, UserKeyField
from skillswap_kit.core.types import User

from ...geo import Coordinates
from ...models import Listing, Profile
from ...people import avatar_path
from ...services import member_statistics
from ...services.members import MAX_LANGUAGES


class MemberSerializer(AnswerSerializer):
    """A member in a list."""

    id = UserKeyField(source="user_id")
    name = serializers.CharField()
    avatar = serializers.SerializerMethodField()
    headline = serializers.CharField()
    languages = serializers.SerializerMethodField()
    place_name = serializers.CharField()
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()
    member_since = MomentField(source="created_at")

    def get_avatar(self, profile: Profile) -> str | None:
        return avatar_path(profile.user) if profile.avatar else None

    def get_languages(self, profile: Profile) -> list[str]:
        return [language.code for language in profile.languages.all()] if profile.pk else []


class StatisticsSerializer(AnswerSerializer):
    """What a member, shown by their user, has done."""

    sessions_completed = serializers.IntegerField()
    skills_taught = serializers.IntegerField()
    skills_learned = serializers.IntegerField()

    def to_representation(self, instance: User) -> dict[str, Any]:
        return super().to_representation(member_statistics(instance))


class MemberDetailSerializer(MemberSerializer):
    """A member's public page."""

    bio = serializers.CharField()
    offers = serializers.SerializerMethodField()
    wants = serializers.SerializerMethodField()
    statistics = StatisticsSerializer(source="user")

    def get_offers(self, profile: Profile) -> int:
        return Listing.objects.advertised().offers().filter(owner=profile.user_id).count()

    def get_wants(self, profile: Profile) -> int:
        return Listing.objects.advertised().wants().filter(owner=profile.user_id).count()


class CellSerializer(AnswerSerializer):
    """The centre of the grid cell that is all that is known of a place."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()

    def to_representation(self, instance: Profile) -> dict[str, Any] | None:  # type: ignore[override]
        return None if instance.latitude is None else super().to_representation(instance)


class OwnProfileSerializer(MemberSerializer):
    """Everything that members see of themselves."""

    display_name = serializers.CharField()
    bio = serializers.CharField()
    time_zone = serializers.CharField()
    preferred_language = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Profile.Visibility.choices)
    cell = CellSerializer(source="*", allow_null=True)


class LocationSerializer(serializers.Serializer[Any]):
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)

    def to_internal_value(self, data: Any) -> Coordinates:
        values = super().to_internal_value(data)
        # Within a PATCH the framework requires no part of a nested object.
        missing = {name: field.error_messages["required"] for name, field in self.fields.items() if name not in values}
        if missing:
            raise serializers.ValidationError(missing)
        return Coordinates(**values)


class ProfileInputSerializer(serializers.Serializer[Any]):
    """What members can change about themselves; what is left out stays as it is."""

    display_name = PlainTextField(max_length=80, required=False, allow_blank=True)
    headline = PlainTextField(max_length=160, required=False, allow_blank=True)
    bio = PlainTextField(max_length=4000, multiline=True, required=False, allow_blank=True)
    languages = serializers.ListField(child=LanguageCodeField(), max_length=MAX_LANGUAGES, required=False)
    time_zone = TimeZoneField(required=False)
    preferred_language = LanguageCodeField(required=False, allow_blank=True)
    visibility = serializers.ChoiceField(choices=Profile.Visibility.choices, required=False)
    place_name = PlainTextField(max_length=120, required=False, allow_blank=True)
    location = LocationSerializer(required=False, allow_null=True)
    geocode = serializers.BooleanField(required=False)


class AvatarInputSerializer(serializers.Serializer[Any]):
    avatar = serializers.FileField(allow_empty_file=True)
