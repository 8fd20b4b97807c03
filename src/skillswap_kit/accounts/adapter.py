"""What the kit asks of allauth's adapter: guesses are counted per account, and no answer takes longer than another."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, router, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import ResolverMatch

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.types import User

AGAIN = "_skillswap_signed_up_again"
"""Marks a request whose sign-up is done for the second time."""


class SignInAdapterMixin:
    """Mix it into an adapter of your own, before allauth's."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """As allauth does, but a text that may be an address or a name is asked for once.

        Under both names allauth's backend would try an existing account's password twice, and that takes longer.
        """
        if credentials.get("username") and credentials.get("username") == credentials.get("email"):
            credentials.pop("email")
        user: User | None = super().authenticate(request, **credentials)  # type: ignore[misc]
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account that is guessed at, however it is spelled; a text that names none as it is."""
        account = named_account(credentials.get("email"), credentials.get("username"))
        if account is not None:
            return f"account:{written_key(account.pk)}"
        key: str = super()._get_login_attempts_cache_key(request, **credentials)  # type: ignore[misc]
        return key

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """As allauth does, but of two who want the same name at the same moment the second is told so.

        Raises ImmediateHttpResponse with the answer, and IntegrityError if that is not why the database refused.
        """
        try:
            with transaction.atomic(using=router.db_for_write(type(user))):
                saved: User = super().save_user(request, user, form, commit)  # type: ignore[misc]
        except IntegrityError:
            if not commit or hasattr(request, AGAIN) or not request.resolver_match:
                raise
            raise ImmediateHttpResponse(_answered_again(request)) from None
        return saved

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner, and spend the time that a new account would take: that of hashing its password."""
        get_user_model()().set_password(email)
        super().send_account_already_exists_mail(email)  # type: ignore[misc]


class AccountAdapter(SignInAdapterMixin, DefaultAccountAdapter):
    """``ACCOUNT_ADAPTER = "skillswap_kit.accounts.adapter.AccountAdapter"``."""


def _answered_again(request: HttpRequest) -> HttpResponse:
    """The sign-up done once more: now its form finds what is taken, and says or hides it as it always does."""
    setattr(request, AGAIN, True)
    view, args, kwargs = cast("ResolverMatch", request.resolver_match)
    answer: HttpResponse = view(request, *args, **kwargs)
    if isinstance(answer, SimpleTemplateResponse):
        answer.render()
    return answer


def named_account(*names: str | None) -> User | None:
    """The account that these names lead a backend to: by address first, then by what one signs in with."""
    given = [name for name in names if name]
    for name in given:
        if users := filter_users_by_email(name, prefer_verified=True):
            return cast("User", min(users, key=lambda user: str(user.pk)))
    for name in given:
        try:
            account: User = get_user_model()._default_manager.get_by_natural_key(name)
        except ObjectDoesNotExist:
            continue
        return account
    return None
