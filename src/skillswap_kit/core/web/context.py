"""What every page is given. Hosts add ``skillswap_kit.core.web.context.page_context`` to their context processors for
templates of their own, or of allauth, that extend ``skillswap_kit/base.html``.
"""

from __future__ import annotations

from typing import Any

from django.conf import global_settings, settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.functional import cached_property

from ..conf import core_settings
from .middleware import has_middleware
from .navigation import NavLink, nav_links

OWN_SITE = "skillswap_kit/site.html"
THEME_COOKIE = "skillswap_theme"
THEMES = ("auto", "light", "dark")


class PageContext:
    """``skillswap`` in templates."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def site_template(self) -> str:
        return core_settings.BASE_TEMPLATE

    @property
    def is_own_site(self) -> bool:
        """Whether the kit draws the whole document, header and all."""
        return self.site_template == OWN_SITE

    @property
    def site_name(self) -> str:
        return core_settings.SITE_NAME

    @property
    def theme(self) -> str:
        """What the person chose: auto follows the device."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else THEMES[0]

    @cached_property
    def navigation(self) -> list[NavLink]:
        return list(nav_links(self.request, "main"))

    @cached_property
    def account_links(self) -> list[NavLink]:
        return list(nav_links(self.request, "account"))

    @property
    def home_url(self) -> str:
        """Where the site begins; its root, if nothing is named and this viewer has no navigation."""
        if core_settings.HOME_URL:
            return resolve_url(core_settings.HOME_URL)
        return self.navigation[0].url if self.navigation else get_script_prefix()

    @property
    def sign_in_url(self) -> str:
        return resolve_url(settings.LOGIN_URL)

    @property
    def other_languages(self) -> list[dict[str, Any]]:
        """What people can switch to, as ``get_language_info`` describes it.

        Nothing where no middleware heeds their choice, or where the site never said which languages it speaks.
        """
        if settings.LANGUAGES == global_settings.LANGUAGES or not has_middleware(LocaleMiddleware):
            return []
        present = translation.get_language()
        return [_language(code, name) for code, name in settings.LANGUAGES if code != present]


def _language(code: str, name: str) -> dict[str, Any]:
    try:
        return {**translation.get_language_info(code), "code": code}
    except KeyError:
        return {"code": code, "name_local": name}  # one that only this host knows


def page_context(request: HttpRequest) -> dict[str, PageContext]:
    """A context processor."""
    return {"skillswap": PageContext(request)}
