from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.apps import KitAppConfig
from skillswap_kit.core.navigation import NavItem


class MatchingConfig(KitAppConfig):
    default = True
    name = "skillswap_kit.matching"
    label = "skillswap_matching"
    verbose_name = _("SkillSwap: matching")
    needs_apps: ClassVar[tuple[str, ...]] = ("skillswap_kit.core", "skillswap_kit.exchange")

    navigation: ClassVar[tuple[NavItem, ...]] = (
        NavItem(label=_("Home"), url_name="skillswap_matching:home", place=-1),
        NavItem(label=_("Matches"), url_name="skillswap_matching:matches", place=-1),
    )
    slots: ClassVar[Mapping[str, str]] = {
        "listing": "skillswap_kit.matching.web.slots.offers_like_it",
        "member": "skillswap_kit.matching.web.slots.why_you_fit",
    }

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401
