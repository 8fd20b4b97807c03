from __future__ import annotations

from django_filters import ChoiceFilter
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.filters import BooleanFilter, KeyFilter

from ...models import Session, Swap
from ...models.sessions import SessionQuerySet


class SessionFilter(FilterSet):
    status = ChoiceFilter(choices=Session.Status.choices)
    upcoming = BooleanFilter(method="filter_upcoming", help_text="Whether it is still to come and not called off.")
    swap = KeyFilter(model=Swap)

    def filter_upcoming(self, queryset: SessionQuerySet, name: str, value: bool) -> SessionQuerySet:
        return queryset.upcoming() if value else queryset.exclude(pk__in=queryset.upcoming().values("pk"))
