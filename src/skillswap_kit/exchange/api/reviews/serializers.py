"""Reviews: what is shown, and what their author says."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from skillswap_kit.core.api.fields import KitModelSerializer, PlainTextField, ScopedPrimaryKeyRelatedField

from ...models import Review, Swap
from ..people import FoundPersonField, MemberField, PersonField


class ReviewSerializer(KitModelSerializer[Review]):
    """``published_at`` is null as long as its author alone can read it, edit it and take it back."""

    author = FoundPersonField()
    about = PersonField()

    class Meta:
        model = Review
        fields = [
            "id",
            "swap",
            "author",
            "about",
            "rating",
            "communication",
            "quality",
            "delivery",
            "comment",
            "created_at",
            "edited_at",
            "publish_at",
            "published_at",
        ]
        read_only_fields = fields


def stars(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=5, **kwargs)


class ReviewEditInput(serializers.Serializer[Any]):
    """What a review says. Which swap and whom it is about stays."""

    rating = stars()
    communication = stars(default=None, allow_null=True)
    quality = stars(default=None, allow_null=True)
    delivery = stars(default=None, allow_null=True)
    comment = PlainTextField(max_length=2000, multiline=True, allow_blank=True, default="")


class SwapReviewInput(ReviewEditInput):
    """A review of one swap. ``about`` may be left out where it joined its author with one person only."""

    about = MemberField(required=False, allow_null=True)


class ReviewInput(SwapReviewInput):
    swap = ScopedPrimaryKeyRelatedField(Swap)
