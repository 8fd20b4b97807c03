"""Offers and wants: looking for them, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.api.ordering import Ordering
from skillswap_kit.core.permissions import may_browse
from skillswap_kit.core.web.pages import ListPage, RowMixin, ShowPage, labelled

from ...filters.listings import PROFILE, listing_orderings
from ...models import Listing, Profile, Skill
from ..pages import ExchangePage
from ..reviewed import ReviewedMixin
from ..searching import Narrowed, address_with, narrowed_by
from .forms import OfferSearch, WantSearch

TITLES = {
    Listing.Kind.OFFER: _("What members teach"),
    Listing.Kind.WANT: _("What members want to learn"),
}
TABS = {Listing.Kind.OFFER: _("Offers"), Listing.Kind.WANT: _("Wants")}
ORDER_LABELS = {
    "newest": _("Newest first"),
    "-rating": _("Best rated members first"),
    "level": _("Beginners first"),
    "-level": _("Experts first"),
    "price": _("Cheapest first"),
    "name": _("By the name of the skill"),
}


class ListingsPage(ExchangePage, ListPage):
    """Offers, or wants with ``?kind=want``."""

    access = staticmethod(may_browse)
    template_name = "skillswap_exchange/listings/listings.html"

    @property
    def kind(self) -> Listing.Kind:
        return Listing.Kind.WANT if self.request.GET.get("kind") == Listing.Kind.WANT else Listing.Kind.OFFER

    def get_title(self) -> Any:
        return TITLES[self.kind]

    def get_filterset_class(self) -> type[FilterSet]:
        return WantSearch if self.kind == Listing.Kind.WANT else OfferSearch

    def get_orderings(self) -> dict[str, tuple[Any, Ordering]]:
        orderings = labelled(listing_orderings(), ORDER_LABELS)
        if self.kind == Listing.Kind.WANT:
            del orderings["price"]
        return orderings

    def get_rows(self) -> QuerySet[Any, Any]:
        # Active is said apart from who may see what, so that the index of the newest can be used.
        rows = self.rows(Listing).filter(kind=self.kind, status=Listing.Status.ACTIVE)
        return rows.select_related("skill__category", PROFILE).prefetch_related("images")

    def prepare(self, rows: list[Any]) -> None:
        self.people.add(listing.owner for listing in rows)

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "kind": self.kind,
            "tabs": self._tabs(),
            "narrowed": list(self._narrowed()),
        }

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().render(status=status, kind_to_add=self._kind_to_add(context["is_filtered"]), **context)

    def _kind_to_add(self, is_filtered: bool) -> Listing.Kind:
        """What helps where nothing is found: a want of what was looked for among offers, and the reverse."""
        other = Listing.Kind.OFFER if self.kind == Listing.Kind.WANT else Listing.Kind.WANT
        return other if is_filtered else self.kind

    def _tabs(self) -> list[dict[str, Any]]:
        """Either kind, with the same search."""
        return [
            {"url": address_with(self.request, kind=kind), "label": label, "is_current": kind == self.kind}
            for kind, label in TABS.items()
        ]

    def _narrowed(self) -> Iterator[Narrowed]:
        yield from narrowed_by(self.request, "skill", self.rows(Skill))
        yield from narrowed_by(self.request, "owner", self.rows(Profile), "user")


class ListingPage(ReviewedMixin, ExchangePage, RowMixin, ShowPage):
    """One offer or want; a paused one is shown to its owner alone."""

    access = staticmethod(may_browse)
    template_name = "skillswap_exchange/listings/listing.html"
    model = Listing

    def related(self, rows: Any) -> Any:
        return rows.select_related("skill__category", PROFILE).prefetch_related("images", "faqs")

    def get_title(self) -> str:
        return str(self.row)

    @cached_property
    def reviews(self) -> Any:
        """What those said who learned what an offer teaches; about a want there is nothing to say."""
        return self.published_reviews().of_offer(self.row) if self.row.kind == Listing.Kind.OFFER else None

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "listing": self.row}
