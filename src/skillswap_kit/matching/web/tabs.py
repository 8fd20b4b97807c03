"""The pages of the matching as tabs of one another: the header names the first of them alone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skillswap_kit.exchange.web.pages import ExchangePage

TABS = {
    "matches": _("Matches"),
    "circles": _("Circles"),
    "learn": pgettext_lazy("tab", "Learn"),
    "dismissed": _("Not for me"),
}


class TabbedPage(ExchangePage):
    """``tab`` names the tab that it belongs to."""

    tab: str

    def get_context(self) -> dict[str, Any]:
        tabs = [
            {"url": reverse(f"skillswap_matching:{name}"), "label": label, "is_current": name == self.tab}
            for name, label in TABS.items()
        ]
        return {**super().get_context(), "tabs": tabs}
