"""What people can look for among listings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ...filters.listings import OfferFilterSet
from ..searching import SearchForm, any_language_choices, category_choices, level_choices, mode_choices


class ListingSearchForm(SearchForm):
    labels = {
        "q": _("Skill or words"),
        "category": _("Category"),
        "level": _("Level"),
        "remote": _("Where"),
        "language": _("Language"),
        "place": _("Place"),
        "member": _("Member’s name"),
        "price_min": _("Price from, in points"),
        "price_max": _("Price up to, in points"),
    }
    choices = {
        "category": category_choices,
        "level": level_choices,
        "remote": mode_choices,
        "language": any_language_choices,
    }
    first = ("q", "category")


class OfferSearch(OfferFilterSet):
    """The filters of the API, without the switch to one's own: those have a page."""

    mine = None  # type: ignore[assignment]

    class Meta:
        form = ListingSearchForm


class WantSearch(OfferSearch):
    """Nobody names a price for what they want to learn."""

    price_min = None  # type: ignore[assignment]
    price_max = None  # type: ignore[assignment]
