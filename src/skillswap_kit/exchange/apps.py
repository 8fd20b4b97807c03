from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.apps import KitAppConfig
from skillswap_kit.core.navigation import NavItem


class ExchangeConfig(KitAppConfig):
    default = True
    name = "skillswap_kit.exchange"
    label = "skillswap_exchange"
    verbose_name = _("SkillSwap: exchange")
    needs_apps: ClassVar[tuple[str, ...]] = ("skillswap_kit.core",)

    navigation: ClassVar[tuple[NavItem, ...]] = (
        NavItem(label=_("Offers"), url_name="skillswap_exchange:listings", audience="everybody"),
        NavItem(label=_("Members"), url_name="skillswap_exchange:members", audience="everybody"),
        NavItem(
            label=_("My swaps"),
            url_name="skillswap_exchange:swaps",
            badge="skillswap_kit.exchange.web.badges.waiting_proposals",
        ),
        NavItem(label=_("My sessions"), url_name="skillswap_exchange:sessions"),
        NavItem(label=_("My listings"), url_name="skillswap_exchange:own-listings"),
        NavItem(label=_("Connections"), url_name="skillswap_exchange:connections", section="account"),
        NavItem(label=_("Reviews"), url_name="skillswap_exchange:reviews", section="account"),
        NavItem(label=_("My profile"), url_name="skillswap_exchange:own-profile", section="account"),
    )

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401
