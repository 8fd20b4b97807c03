from __future__ import annotations

from django_filters import ChoiceFilter
from django_filters.rest_framework import FilterSet

from ...models.reviews import ReviewQuerySet

RECEIVED, GIVEN = "received", "given"


class ReviewFilter(FilterSet):
    box = ChoiceFilter(choices=[(RECEIVED, RECEIVED), (GIVEN, GIVEN)], help_text="Received, if none is named.")

    def filter_queryset(self, queryset: ReviewQuerySet) -> ReviewQuerySet:
        side = "author" if self.form.cleaned_data["box"] == GIVEN else "about"
        return queryset.filter(**{side: self.request.user.pk})
