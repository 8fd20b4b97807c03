"""What can be asked of answers that are no filtered rows: the views read it."""

from __future__ import annotations

from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.filters import IntegerFilter, KeyFilter
from skillswap_kit.exchange.models import Listing, Skill

CIRCLES, MOST_CIRCLES = 5, 20
"""So many are answered unless another number is asked for, and at most."""
WAYS, MOST_WAYS = 6, 20
SIMILAR, TRENDING, MOST_LISTED = 6, 10, 50
DAYS, MOST_DAYS = 30, 90
"""The more days, the more listings are counted for each answer."""


class CircleFilterSet(FilterSet):
    limit = IntegerFilter(
        min_value=1, max_value=MOST_CIRCLES, label=f"How many at most; {CIRCLES} if it is not said, the best ones."
    )
    skill = KeyFilter(
        model=Skill, label="Only circles in which you learn this skill, or what helps with it, listed or not."
    )


class WaysFilterSet(FilterSet):
    limit = IntegerFilter(min_value=1, max_value=MOST_WAYS, label=f"How many of each way at most; {WAYS} if not said.")


class SimilarOfferFilterSet(FilterSet):
    listing = KeyFilter(model=Listing, required=True, label="The listing beside which they stand.")
    limit = IntegerFilter(min_value=1, max_value=MOST_LISTED, label=f"How many at most; {SIMILAR} if not said.")


class TrendFilterSet(FilterSet):
    days = IntegerFilter(min_value=1, max_value=MOST_DAYS, label=f"Of how many days; {DAYS} if not said.")
    limit = IntegerFilter(min_value=1, max_value=MOST_LISTED, label=f"How many at most; {TRENDING} if not said.")
