from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.apps import KitAppConfig


class MatchingConfig(KitAppConfig):
    default = True
    name = "skillswap_kit.matching"
    label = "skillswap_matching"
    verbose_name = _("SkillSwap: matching")
    needs_apps: ClassVar[tuple[str, ...]] = ("skillswap_kit.core", "skillswap_kit.exchange")

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401
