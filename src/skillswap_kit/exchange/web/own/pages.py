"""What the pages of one's own things have in common."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from skillswap_kit.core.web.pages import CommandPage, FormPage, RowMixin
from skillswap_kit.core.web.redirects import safe_next

from ...models import Listing
from ..pages import ExchangePage


def address(name: str, /, *keys: Any, **query: Any) -> str:
    """Of a page of the exchange, with ``?name=value`` for each of ``query``."""
    path = reverse(f"skillswap_exchange:{name}", args=keys)
    return f"{path}?{urlencode(query)}" if query else path


def asked_kind(request: HttpRequest) -> Listing.Kind:
    """``?kind=want``, or else an offer."""
    return Listing.Kind.WANT if request.GET.get("kind") == Listing.Kind.WANT else Listing.Kind.OFFER


class OwnFormPage(ExchangePage, FormPage):
    """A form that leads back to the page it belongs to, by its button and by its link."""

    def home(self) -> str:
        """The address of that page."""
        raise NotImplementedError

    def next_url(self, result: Any) -> str:
        return self.home()

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        back_url = safe_next(self.request) or self.home()
        return super().render(status=status, **{"back_url": back_url, **context})


class OwnCommandPage(OwnFormPage, CommandPage):
    """A command about something of one's own."""


class OwnListingMixin(RowMixin):
    """About a listing of one's own: those of others, and removed ones, are not here."""

    model = Listing

    def related(self, rows: Any) -> Any:
        return rows.filter(owner=self.person.pk).select_related("skill")  # type: ignore[attr-defined]


class OwnOfferMixin(OwnListingMixin):
    """About one's own offer: wants have no pictures and no questions."""

    def related(self, rows: Any) -> Any:
        return super().related(rows).filter(kind=Listing.Kind.OFFER)
