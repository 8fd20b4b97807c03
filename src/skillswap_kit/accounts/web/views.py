"""The pages about one's own account that allauth does not have; its own are linked from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.apps import apps
from django.contrib.auth import logout
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skillswap_kit.core.web.pages import CommandPage, ShowPage

from ..services import sign_out_everywhere


@dataclass(frozen=True, kw_only=True)
class Door:
    """A part of the account that has a page of its own."""

    title: Any
    about: Any
    url_name: str

    @property
    def url(self) -> str | None:
        """None where the host has not installed that part. Asked each time: below i18n_patterns it differs."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


CHANGE_PASSWORD = Door(
    title=_("Password"),
    about=_("Choose another one. You are asked for the present one first."),
    url_name="account_change_password",
)
SET_PASSWORD = Door(
    title=_("Password"),
    about=_("You have none yet. Choose one to sign in without another service."),
    url_name="account_set_password",
)
LINKED_ACCOUNTS = Door(
    title=_("Linked accounts"),
    about=_("Accounts of other services that you sign in with."),
    url_name="socialaccount_connections",
)
DOORS = (
    Door(
        title=_("E-mail addresses"),
        about=_("Where mail for you goes, and with which you sign in."),
        url_name="account_email",
    ),
    Door(
        title=_("Phone number"),
        about=_("The number that codes are sent to."),
        url_name="account_change_phone",
    ),
    Door(
        title=_("Second factor"),
        about=_("An app, a security key or recovery codes, so that a stolen password opens nothing."),
        url_name="mfa_index",
    ),
    LINKED_ACCOUNTS,
    Door(
        title=pgettext_lazy("signed in", "Sessions"),
        about=_("Where you are signed in, and since when."),
        url_name="usersessions_list",
    ),
    Door(
        title=_("Sign out everywhere"),
        about=_("For a lost phone, or a computer that is not yours: ends every session, this one too."),
        url_name="skillswap_accounts:sign-out-everywhere",
    ),
)


class SettingsPage(ShowPage):
    """What one can change about one's account: each part that the host has installed."""

    template_name = "skillswap_accounts/settings.html"
    title = _("Account")

    def doors(self) -> Iterator[Door]:
        yield CHANGE_PASSWORD if self.person.has_usable_password() else SET_PASSWORD
        yield from (door for door in DOORS if door is not LINKED_ACCOUNTS or self._has_providers())

    def _has_providers(self) -> bool:
        """Whether there is any service that one can sign in with."""
        if not apps.is_installed("allauth.socialaccount"):
            return False
        from allauth.socialaccount.adapter import get_adapter as get_social_adapter

        return bool(get_social_adapter().list_providers(self.request))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "doors": [door for door in self.doors() if door.url]}


class SignOutEverywherePage(CommandPage):
    """Ends the person's sessions on every device."""

    title = _("Sign out everywhere?")
    explanation = _("Every device and every app that uses your account has to sign in again, this browser too.")
    submit = _("Sign out everywhere")
    done = _("You are signed out everywhere.")

    def perform(self, data: dict[str, Any]) -> None:
        sign_out_everywhere(by=self.person)
        logout(self.request)

    def next_url(self, result: None) -> str:
        return str(get_adapter().get_logout_redirect_url(self.request))
