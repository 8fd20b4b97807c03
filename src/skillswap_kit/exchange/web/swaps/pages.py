"""My swaps, and each of them with all that belongs to it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.pages import ListPage, ShowPage

from ...conf import exchange_settings
from ...history import history_of, label_of, show_proposals
from ...models import Review, Session, Swap
from ...models.swaps import SwapQuerySet
from ..badges import waiting_proposals
from ..pages import ExchangePage
from .base import SwapPage, joined
from .shown import ShownSwap

TABS = {
    "incoming": _("Incoming"),
    "outgoing": _("Outgoing"),
    "running": _("Running"),
    "past": _("Past"),
}
MOST_EVENTS = 60
MOST_SESSIONS = 30


class SwapsPage(ExchangePage, ListPage):
    """One of the viewer's boxes: ``?show=running``."""

    template_name = "skillswap_exchange/swaps/swaps.html"
    title = _("My swaps")

    @cached_property
    def box(self) -> str:
        """The one that is asked for, else the first that holds something."""
        asked = self.request.GET.get("show", "")
        own = Swap.objects.visible_to(self.person)
        filled = (box for box in TABS if own.in_box(box, self.person).exists())
        return asked if asked in TABS else next(filled, next(iter(TABS)))

    def get_rows(self) -> SwapQuerySet:
        return joined(Swap.objects.visible_to(self.person).in_box(self.box, self.person), self.person)

    def prepare(self, rows: list[Any]) -> None:
        self.people.add(participant.user for swap in rows for participant in swap.participants.all())
        rows[:] = [ShownSwap(swap, self.person, self.people) for swap in rows]

    def get_context(self) -> dict[str, Any]:
        address = reverse("skillswap_exchange:swaps")
        counts = {"incoming": waiting_proposals(self.person)}
        tabs = [
            {"url": f"{address}?show={box}", "label": label, "count": counts.get(box), "is_current": box == self.box}
            for box, label in TABS.items()
        ]
        return {**super().get_context(), "tabs": tabs, "box": self.box}


class OneSwapPage(SwapPage, ShowPage):
    """Terms, next step, sessions, reviews, earlier versions and what happened."""

    template_name = "skillswap_exchange/swaps/swap.html"

    def get_title(self) -> str:
        return self.shown.title

    def get_context(self) -> dict[str, Any]:
        # The newest of both; who needs more has the lists of sessions and the API.
        events = list(history_of(self.row).reverse()[:MOST_EVENTS])
        self.people.add(event.by for event in events)
        show_proposals(self.row)
        sessions = self.rows(Session).filter(swap=self.row).with_people()  # type: ignore[attr-defined]
        reviews = self.rows(Review).filter(swap=self.row).with_people()  # type: ignore[attr-defined]
        return {
            **super().get_context(),
            "events": [(event, label_of(event)) for event in events],
            "refuser": self.row.replaces.refuser if self.row.goes_on_from else None,
            "earlier": [one for one in reversed(self.row.shown_proposals) if one.version < self.row.version],
            "sessions": sessions.order_by("-starts_at", "-pk")[:MOST_SESSIONS],
            "reviews": reviews,
            "confirm_days": exchange_settings.AUTO_CONFIRM_DAYS,
        }
