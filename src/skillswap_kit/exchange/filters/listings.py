"""Finding listings."""

from __future__ import annotations

from django.db.models import Case, F, OrderBy, Q, Value, When
from django_filters import filters
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.filters import (
    BooleanFilter,
    IntegerFilter,
    KeyFilter,
    TextFilter,
    UserFilter,
)
from skillswap_kit.core.api.ordering import Ordering
from skillswap_kit.core.text import search_filter, search_terms
from skillswap_kit.core.translation.languages import in_active_language

from ..models import Category, Listing, Profile, Skill
from ..models.listings import Level, ListingQuerySet, Mode

PROFILE = "owner__skillswap_profile"
BY_LEVEL = Case(*(When(level=level, then=Value(rank)) for rank, level in enumerate(Level.values)))


def listing_orderings() -> dict[str, Ordering]:
    """By name; asked for with every request, as skills sort by the language in which their names are read."""
    return {
        "newest": ("-created_at", "-pk"),
        "level": (BY_LEVEL.asc(), "pk"),
        "price": (F("price_points").asc(nulls_last=True), "pk"),
        "rating": (F(f"{PROFILE}__rating").asc(nulls_last=True), "pk"),
        "name": (OrderBy(in_active_language("skill__name")), "pk"),
    }


class OfferFilterSet(FilterSet):
    """What can be asked of offers."""

    q = TextFilter(method="about", label="Words of the listing, or of any name of its skill.")
    skill = KeyFilter(model=Skill, field_name="skill", label="A skill.")
    category = KeyFilter(model=Category, method="below", label="A category, or one above it.")
    level = filters.ChoiceFilter(choices=Level.choices, label="A level.")
    language = TextFilter(method="taught_in", label="Code of the language of teaching.")
    remote = BooleanFilter(method="reachable", label="true: possible online; false: possible in person.")
    place = TextFilter(method="by_owner", field_name="search_place", label="Words of the owner's place.")
    owner = UserFilter(field_name="owner", label="The owner's id.")
    member = TextFilter(method="by_owner", field_name="search_name", label="Words of the owner's name.")
    price_min = IntegerFilter(field_name="price_points", lookup_expr="gte", label="Lowest price in points.")
    price_max = IntegerFilter(field_name="price_points", lookup_expr="lte", label="Highest price in points.")
    mine = BooleanFilter(method="own", label="true: one's own, with those that others do not see.")

    def own(self, queryset: ListingQuerySet, name: str, mine: bool) -> ListingQuerySet:
        return queryset.filter(owner=self.request.user.pk) if mine else queryset.active()

    def about(self, queryset: ListingQuerySet, name: str, query: str) -> ListingQuerySet:
        for term in search_terms(query):
            skills = Skill.objects.filter(search_text__contains=term)
            queryset = queryset.filter(Q(search_text__contains=term) | Q(skill__in=skills.values("pk")))
        return queryset

    def below(self, queryset: ListingQuerySet, name: str, category: int) -> ListingQuerySet:
        skills = Skill.objects.filter(category__in=Category.objects.subtree(category))
        return queryset.filter(skill__in=skills.values("pk"))

    def by_owner(self, queryset: ListingQuerySet, name: str, query: str) -> ListingQuerySet:
        owners = Profile.objects.filter(search_filter(name, query))
        return queryset.filter(owner__in=owners.values("user"))

    def taught_in(self, queryset: ListingQuerySet, name: str, code: str) -> ListingQuerySet:
        return queryset.filter(language=code.lower())

    def reachable(self, queryset: ListingQuerySet, name: str, remote: bool) -> ListingQuerySet:
        return queryset.filter(mode__in=[Mode.BOTH, Mode.REMOTE if remote else Mode.IN_PERSON])


class ListingFilterSet(OfferFilterSet):
    kind = filters.ChoiceFilter(choices=Listing.Kind.choices, label="offer or want.")
