"""What members can ask of their matches: sets of filters over profiles, which MATCHING_FILTERS joins into one."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.core.validators import MaxValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_filters import filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.drainage import set_override

from skillswap_kit.core.api.filters import BooleanFilter, IntegerFilter, KeyFilter, TextFilter
from skillswap_kit.core.conf import SETTINGS_NAME, core_settings
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.exchange.models.listings import Level, ListingQuerySet, Mode
from skillswap_kit.exchange.models.profiles import ProfileLanguage
from skillswap_kit.exchange.services import profile_of

from .conf import matching_settings
from .matches import Member
from .nearby import MAX_DISTANCE_KM, within
from .rows import read_similar
from .scoring import WEIGHT_UNIT

LONGEST_AGO_DAYS = 365
"""And no longer than EVENT_RETENTION_DAYS: what was done before that is forgotten."""
LOWEST_RATING, HIGHEST_RATING = 1, 5


class RatingFilter(filters.NumberFilter):
    """An average of stars."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        bounds = {"min_value": LOWEST_RATING, "max_value": HIGHEST_RATING}
        super().__init__(*args, **bounds, **kwargs)
        set_override(self, "field", {"type": "number", "minimum": LOWEST_RATING, "maximum": HIGHEST_RATING})


class MatchFilterSet(FilterSet):
    """What can be asked of a match.

    ``skill``, ``category``, ``level``, ``language`` and ``remote`` speak of one and the same offer: of a skill that
    the seeker wants, or of one that helps with it. A subclass may do without any filter: ``distance_km = None``.
    """

    OF_THE_OFFER = ("skill", "category", "level", "language", "remote")

    skill = KeyFilter(
        model=Skill, method="by_offer", label="A skill that you want: who teaches it, or what helps with it."
    )
    category = KeyFilter(
        model=Category, method="by_offer", label="A category, or one above it, of a skill that you could learn."
    )
    level = filters.ChoiceFilter(choices=Level.choices, method="by_offer", label="The offer's level, or a higher one.")
    language = TextFilter(method="by_offer", label="Code of a language of the offer, or that the member speaks.")
    remote = BooleanFilter(method="by_offer", label="true: possible online; false: possible in person.")
    distance_km = IntegerFilter(
        method="near", min_value=1, max_value=MAX_DISTANCE_KM, label="At most so far from your own place."
    )
    rating_min = RatingFilter(field_name="rating", lookup_expr="gte", label="Lowest rating.")
    seen_within_days = IntegerFilter(
        method="seen",
        min_value=1,
        max_value=LONGEST_AGO_DAYS,
        validators=[MaxValueValidator(lambda: core_settings.EVENT_RETENTION_DAYS)],
        label="Signed in or did something in so many days, at most those for which events are kept.",
    )

    def is_valid(self) -> bool:
        if super().is_valid() and self.form.cleaned_data.get("distance_km") and self._cell is None:
            self.form.add_error("distance_km", _("Say in your profile where you are. Then distances can be told."))
        return bool(super().is_valid())

    def by_offer(self, queryset: QuerySet[Profile], name: str, value: Any) -> QuerySet[Profile]:
        given = self.form.cleaned_data
        asked = [condition for condition in self.OF_THE_OFFER if given.get(condition) not in (None, "")]
        # The first one asks for them all.
        return queryset.filter(Exists(self._offers(asked))) if name == asked[0] else queryset

    def _offers(self, asked: list[str]) -> ListingQuerySet:
        """What a profile's owner teaches the seeker, as it was asked for."""
        offers = Listing.objects.advertised().offers().filter(owner=OuterRef("user"), skill__in=self._helpful)
        for name in (condition for condition in asked if condition != "skill"):
            offers = offers.filter(_offer_condition(name, self.form.cleaned_data[name]))
        return offers

    @cached_property
    def _helpful(self) -> set[int]:
        """The skills that the seeker wants, or the one of them that is asked for, and those that help with them."""
        wants = Listing.objects.advertised().wants().filter(owner=self.request.user.pk)
        if skill := self.form.cleaned_data.get("skill"):
            wants = wants.filter(skill=skill)
        wanted = dict.fromkeys(wants.values_list("skill", flat=True), WEIGHT_UNIT)
        return {*wanted}.union(*read_similar(Member(number=0, wants=wanted)).values())

    @cached_property
    def _cell(self) -> Coordinates | None:
        own = profile_of(self.request.user)
        if own.latitude is None or own.longitude is None:
            return None
        return Coordinates(latitude=own.latitude, longitude=own.longitude)

    def near(self, queryset: QuerySet[Profile], name: str, km: int) -> QuerySet[Profile]:
        return within(queryset, self._cell, km) if self._cell else queryset.none()

    def seen(self, queryset: QuerySet[Profile], name: str, days: int) -> QuerySet[Profile]:
        since = timezone.now() - timedelta(days=days)
        was_seen = Q(Exists(Event.objects.filter(by=OuterRef("user"), occurred_at__gte=since)))
        if any(field.name == "last_login" for field in get_user_model()._meta.get_fields()):
            was_seen |= Q(user__last_login__gte=since)
        return queryset.filter(was_seen)


def _offer_condition(name: str, value: Any) -> Q:
    match name:
        case "category":
            return Q(skill__category__in=Category.objects.subtree(value))
        case "level":
            return Q(level__in=Level.values[Level.values.index(value) :])
        case "language":
            spoken = ProfileLanguage.objects.filter(profile__user=OuterRef("owner"), code=value.lower())
            return Q(language=value.lower()) | Q(Exists(spoken))
        case _:
            return Q(mode__in=[Mode.BOTH, Mode.REMOTE if value else Mode.IN_PERSON])


def match_filterset() -> type[FilterSet]:
    """The filters that MATCHING_FILTERS names, in one class. Raises ImproperlyConfigured."""
    return _composed(tuple(matching_settings.FILTERS))


@cache
def _composed(paths: tuple[str, ...]) -> type[FilterSet]:
    try:
        return type("MatchFilters", (*map(import_string, paths), FilterSet), {})
    except (ImportError, TypeError) as error:
        where = f'{SETTINGS_NAME}["{type(matching_settings).FILTERS.key}"]'
        raise ImproperlyConfigured(f"{where} must name filter sets that can be joined: {error}") from error


def _forget_composed(*, setting: str, **kwargs: Any) -> None:
    if setting == SETTINGS_NAME:
        _composed.cache_clear()


setting_changed.connect(_forget_composed)
