from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.apps import KitAppConfig
from skillswap_kit.core.navigation import NavItem


class AccountsConfig(KitAppConfig):
    default = True
    name = "skillswap_kit.accounts"
    label = "skillswap_accounts"
    verbose_name = _("SkillSwap: accounts")
    needs_apps: ClassVar[tuple[str, ...]] = (
        "skillswap_kit.core",
        "skillswap_kit.exchange",
        "allauth",
        "allauth.account",
        "allauth.headless",
    )
    navigation: ClassVar[tuple[NavItem, ...]] = (
        NavItem(label=_("Sign up"), url_name="account_signup", audience="strangers", section="account"),
        NavItem(label=_("Account"), url_name="skillswap_accounts:settings", section="account"),
        NavItem(label=_("Sign out"), url_name="account_logout", section="account", method="post"),
    )

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401
