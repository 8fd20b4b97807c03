from __future__ import annotations

from django.db.models import QuerySet
from django_filters import filters
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.filters import KeyFilter, SearchFilter

from ...models import Category, Skill


class SkillFilterSet(FilterSet):
    q = SearchFilter(field_name="search_text", label="Words of any name or alias.")
    category = KeyFilter(model=Category, method="below", label="A category, or one above it.")
    status = filters.ChoiceFilter(
        choices=Skill.Status.choices, label="A state; without one, approved and proposed skills are listed."
    )

    def below(self, queryset: QuerySet[Skill], name: str, category: int) -> QuerySet[Skill]:
        return queryset.filter(category__in=Category.objects.subtree(category))
