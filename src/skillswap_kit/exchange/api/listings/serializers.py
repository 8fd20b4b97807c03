"""Listings as others read them, and what their owner can write."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from skillswap_kit.core.api.answers import AnswerSerializer
from skillswap_kit.core.api.fields import LanguageCodeField, MomentField, PlainTextField

from ...models import Listing, ListingImage
from ...models.listings import MAX_PRICE, Level, Mode
from ...services import profile_of
from ..people import PersonField
from ..vocabulary.serializers import SkillField, SkillSerializer

LAST_POSITION = 1000
LONGEST_MINUTES = 32767


class ImageSerializer(AnswerSerializer):
    id = serializers.IntegerField()
    file = serializers.SerializerMethodField()
    caption = serializers.CharField()
    position = serializers.IntegerField()

    def get_file(self, image: ListingImage) -> str:
        keys = {"listing_pk": image.listing_id, "pk": image.pk}
        return reverse("skillswap_exchange_api:listing-image-file", kwargs=keys)


class FAQSerializer(AnswerSerializer):
    id = serializers.IntegerField()
    question = serializers.CharField()
    answer = serializers.CharField()
    language = serializers.CharField()
    position = serializers.IntegerField()


class ListingSerializer(AnswerSerializer):
    """A listing in a list."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Listing.Kind.choices)
    skill = SkillSerializer()
    title = serializers.CharField()
    description = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices)
    priority = serializers.SerializerMethodField()
    price_points = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(choices=Mode.choices)
    language = serializers.CharField()
    duration_minutes = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Listing.Status.choices)
    owner = PersonField()
    place_name = serializers.SerializerMethodField()
    images = ImageSerializer(many=True)
    created_at = MomentField()
    updated_at = MomentField()

    def get_priority(self, listing: Listing) -> int | None:
        return listing.priority if listing.kind == Listing.Kind.WANT else None

    def get_place_name(self, listing: Listing) -> str:
        return profile_of(listing.owner).place_name


class ListingDetailSerializer(ListingSerializer):
    faqs = FAQSerializer(many=True)


class ListingInputSerializer(serializers.Serializer[Any]):
    """What the owner can say; what is left out stays as it is."""

    title = PlainTextField(max_length=120, required=False, allow_blank=True)
    description = PlainTextField(max_length=4000, multiline=True, required=False, allow_blank=True)
    level = serializers.ChoiceField(choices=Level.choices, required=False)
    priority = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    price_points = serializers.IntegerField(min_value=0, max_value=MAX_PRICE, required=False, allow_null=True)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    language = LanguageCodeField(required=False, allow_blank=True)
    duration_minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES, required=False, allow_null=True)


class ListingOfOneKindSerializer(ListingInputSerializer):
    """A new listing where the address says of which kind."""

    skill = SkillField()


class NewListingSerializer(ListingOfOneKindSerializer):
    kind = serializers.ChoiceField(choices=Listing.Kind.choices)


class ListingChangeSerializer(ListingInputSerializer):
    """``kind`` and ``skill`` may be sent back, and must be what they are."""

    kind = serializers.ChoiceField(choices=Listing.Kind.choices, required=False)
    skill = SkillField(required=False)


class ImageChangeSerializer(serializers.Serializer[Any]):
    caption = PlainTextField(max_length=160, required=False, allow_blank=True)
    position = serializers.IntegerField(min_value=0, max_value=LAST_POSITION, required=False)


class NewImageSerializer(ImageChangeSerializer):
    file = serializers.FileField(allow_empty_file=True)


class FAQInputSerializer(serializers.Serializer[Any]):
    question = PlainTextField(max_length=200)
    answer = PlainTextField(max_length=2000, multiline=True)
    language = LanguageCodeField(required=False, allow_blank=True)
    position = serializers.IntegerField(min_value=0, max_value=LAST_POSITION, required=False)
