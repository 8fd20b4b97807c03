from __future__ import annotations

from django_filters import ChoiceFilter
from django_filters.rest_framework import FilterSet

from ...models import Swap
from ...models.swaps import SwapQuerySet


class SwapFilter(FilterSet):
    box = ChoiceFilter(choices=[(box, box) for box in SwapQuerySet.BOXES], method="filter_box")
    status = ChoiceFilter(choices=Swap.Status.choices)
    kind = ChoiceFilter(choices=Swap.Kind.choices)

    def filter_box(self, queryset: SwapQuerySet, name: str, value: str) -> SwapQuerySet:
        return queryset.in_box(value, self.request.user)
