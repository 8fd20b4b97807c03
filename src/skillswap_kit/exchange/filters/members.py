"""Finding members by what they say about themselves and by their listings."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django_filters import filters
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.filters import KeyFilter, SearchFilter, TextFilter
from skillswap_kit.core.api.ordering import Ordering

from ..models import Category, Listing, Profile, Skill
from ..models.listings import Level

MEMBER_ORDERINGS: dict[str, Ordering] = {
    "newest": ("-pk",),
    "name": ("search_name", "pk"),
    "rating": (F("rating").asc(nulls_last=True), "pk"),
}


class MemberFilterSet(FilterSet):
    """``category`` and ``level`` narrow the listings that ``skill``, ``offers`` and ``wants`` ask for, or any."""

    q = SearchFilter(field_name="search_name", label="Words of the member's name.")
    place = SearchFilter(field_name="search_place", label="Words of the place's name.")
    language = TextFilter(method="speaking", label="Code of a language that the member speaks.")
    skill = KeyFilter(model=Skill, method="with_listing", label="A skill that the member offers or wants.")
    offers = KeyFilter(model=Skill, method="with_listing", label="A skill that the member offers.")
    wants = KeyFilter(model=Skill, method="with_listing", label="A skill that the member wants.")
    category = KeyFilter(model=Category, method="with_any_listing", label="A category, or one above it, of a skill.")
    level = filters.ChoiceFilter(choices=Level.choices, method="with_any_listing", label="Level of a listing.")

    KINDS = {"offers": Listing.Kind.OFFER, "wants": Listing.Kind.WANT}

    def speaking(self, queryset: QuerySet[Profile], name: str, code: str) -> QuerySet[Profile]:
        return queryset.filter(languages__code=code.lower())

    def with_listing(self, queryset: QuerySet[Profile], name: str, skill: int) -> QuerySet[Profile]:
        listings = self._listings().filter(skill=skill)
        if name in self.KINDS:
            listings = listings.filter(kind=self.KINDS[name])
        return queryset.filter(user__in=listings.values("owner"))

    def with_any_listing(self, queryset: QuerySet[Profile], name: str, value: Any) -> QuerySet[Profile]:
        asked = self.form.cleaned_data
        if asked["skill"] or asked["offers"] or asked["wants"]:
            return queryset
        return queryset.filter(user__in=self._listings().values("owner"))

    def _listings(self) -> QuerySet[Listing]:
        asked = self.form.cleaned_data
        listings = Listing.objects.advertised()
        if asked["category"]:
            listings = listings.filter(skill__category__in=Category.objects.subtree(asked["category"]))
        if asked["level"]:
            listings = listings.filter(level=asked["level"])
        return listings
