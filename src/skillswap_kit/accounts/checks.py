"""The traps of signing in by tokens fail at start-up. Nothing here changes a setting: they are the host's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from allauth import app_settings as allauth_settings
from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.headless import app_settings as headless_settings
from allauth.headless.tokens.strategies.jwt.strategy import JWTTokenStrategy
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_backends
from django.core.cache import caches
from django.core.checks import CheckMessage, Error, Warning, register
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import URLPattern, URLResolver, get_resolver

from skillswap_kit.core.composition import is_routed

from .adapter import SignInAdapterMixin
from .guard import MARK

LABEL = "skillswap_accounts"
STRATEGY = "allauth.headless.tokens.strategies.jwt.strategy.JWTTokenStrategy"
HOOK = "skillswap_kit.accounts.api.openapi.add_sign_in"
CONTEXT = "skillswap_kit.core.web.context.page_context"
MOST_NEEDED_LIMITS = ("login", "login_failed", "signup", "reset_password")


@register(LABEL)
def check_token_strategy(**kwargs: Any) -> list[CheckMessage]:
    """Without it signing in answers no access token and no refresh token."""
    if isinstance(headless_settings.TOKEN_STRATEGY, JWTTokenStrategy):
        return []
    hint = f'HEADLESS_TOKEN_STRATEGY = "{STRATEGY}"'
    return [Error("allauth's token strategy makes no access tokens.", hint=hint, id="skillswap_accounts.E001")]


@register(LABEL)
def check_stateful_validation(**kwargs: Any) -> list[CheckMessage]:
    if headless_settings.JWT_STATEFUL_VALIDATION_ENABLED:
        return []
    return [
        Error(
            "Access tokens stay good after their owner has signed out.",
            hint="HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True",
            id="skillswap_accounts.E002",
        )
    ]


@register(LABEL)
def check_session_engine(**kwargs: Any) -> list[CheckMessage]:
    """Tokens refer to a session that the server keeps."""
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.signed_cookies":
        return []
    return [
        Error(
            "Sessions in signed cookies cannot be ended, and no token finds them.",
            hint="Leave SESSION_ENGINE out, or use one of the database or the cache.",
            id="skillswap_accounts.E003",
        )
    ]


@register(LABEL)
def check_authentication_classes(**kwargs: Any) -> list[CheckMessage]:
    from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
    from rest_framework.settings import api_settings

    classes: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    if any(issubclass(found, JWTTokenAuthentication) for found in classes):
        return []
    path = f"{JWTTokenAuthentication.__module__}.{JWTTokenAuthentication.__qualname__}"
    return [
        Error(
            "The API reads no access tokens: no authentication class knows them.",
            hint=f'Add "{path}" to REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"].',
            id="skillswap_accounts.E004",
        )
    ]


@register(LABEL)
def check_authentication_backend(**kwargs: Any) -> list[CheckMessage]:
    if any(isinstance(backend, AuthenticationBackend) for backend in get_backends()):
        return []
    return [
        Error(
            "Nobody can sign in by e-mail address: allauth's backend is missing.",
            hint='AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]',
            id="skillswap_accounts.E005",
        )
    ]


@register(LABEL)
def check_signing_key(**kwargs: Any) -> list[CheckMessage]:
    """allauth's default algorithm needs a key that nobody has; without it every sign-in crashes."""
    from allauth.headless.tokens.strategies.jwt.internal import _get_jwt_config

    try:
        _get_jwt_config()
    except (ValueError, TypeError, ImportError) as error:
        return [
            Error(
                f"Tokens cannot be signed with {headless_settings.JWT_ALGORITHM}: {error or type(error).__name__}.",
                hint='HEADLESS_JWT_ALGORITHM = "HS256" signs with SECRET_KEY; RS256 needs HEADLESS_JWT_PRIVATE_KEY.',
                id="skillswap_accounts.E006",
            )
        ]
    return []


@register(LABEL)
def check_cache_counts(**kwargs: Any) -> list[CheckMessage]:
    """Limits are counted in the default cache."""
    if type(caches["default"]).__name__ not in {"DummyCache", "FileBasedCache"}:
        return []
    return [
        Error(
            f"The default cache ({type(caches['default']).__name__}) cannot count: sign-in has no limit.",
            hint="Use Redis, Memcached or the database as CACHES['default'].",
            id="skillswap_accounts.E007",
        )
    ]


@register(LABEL)
def check_order_of_apps(**kwargs: Any) -> list[CheckMessage]:
    """Templates are taken from the first app that has them."""
    names = [config.name for config in apps.get_app_configs()]
    if names.index("skillswap_kit.accounts") < min(names.index("allauth"), names.index("allauth.account")):
        return []
    return [
        Warning(
            '"skillswap_kit.accounts" stands after allauth in INSTALLED_APPS, whose bare pages are shown instead.',
            hint='Move "skillswap_kit.accounts" before "allauth".',
            id="skillswap_accounts.W001",
        )
    ]


@register(LABEL)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    is_behind_one = settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST
    knows_it = allauth_settings.TRUSTED_PROXY_COUNT or allauth_settings.TRUSTED_CLIENT_IP_HEADER
    if knows_it or not is_behind_one:
        return []
    return [
        Warning(
            "Behind a proxy everybody seems to come from its address, and shares its limits.",
            hint="ALLAUTH_TRUSTED_PROXY_COUNT = 1, or as many proxies of yours as a request passes.",
            id="skillswap_accounts.W002",
        )
    ]


@register(LABEL)
def check_rate_limits(**kwargs: Any) -> list[CheckMessage]:
    missing = [action for action in MOST_NEEDED_LIMITS if not account_settings.RATE_LIMITS.get(action)]
    if not missing:
        return []
    return [
        Warning(
            f"Nothing limits {', '.join(missing)}: passwords can be guessed, accounts made by the thousand.",
            hint="Leave ACCOUNT_RATE_LIMITS out, or give each of them a rate.",
            id="skillswap_accounts.W003",
        )
    ]


@register(LABEL, deploy=True)
def check_cache_is_shared(**kwargs: Any) -> list[CheckMessage]:
    if type(caches["default"]).__name__ != "LocMemCache":
        return []
    return [
        Warning(
            "Each process counts attempts to sign in for itself: with four of them limits are four times as high.",
            hint="Use Redis, Memcached or the database as CACHES['default'], or run one process.",
            id="skillswap_accounts.W004",
        )
    ]


@register(LABEL)
def check_adapter(**kwargs: Any) -> list[CheckMessage]:
    if isinstance(get_adapter(), SignInAdapterMixin):
        return []
    return [
        Warning(
            "Guesses are counted per spelling and not per account, and the time of an answer tells who has one.",
            hint='ACCOUNT_ADAPTER = "skillswap_kit.accounts.adapter.AccountAdapter", or mix SignInAdapterMixin in.',
            id="skillswap_accounts.W005",
        )
    ]


@register(LABEL)
def check_enumeration(**kwargs: Any) -> list[CheckMessage]:
    if account_settings.PREVENT_ENUMERATION and account_settings.EMAIL_UNKNOWN_ACCOUNTS:
        return []
    return [
        Warning(
            "Signing up or resetting a password tells which addresses have an account.",
            hint="Leave ACCOUNT_PREVENT_ENUMERATION and ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS out.",
            id="skillswap_accounts.W006",
        )
    ]


@register(LABEL, deploy=True)
def check_email_verification(**kwargs: Any) -> list[CheckMessage]:
    if account_settings.EMAIL_VERIFICATION == account_settings.EmailVerificationMethod.MANDATORY:
        return []
    return [
        Warning(
            "Whoever signs up is let in at once, so the answer tells which addresses have an account already.",
            hint='ACCOUNT_EMAIL_VERIFICATION = "mandatory"',
            id="skillswap_accounts.W007",
        )
    ]


@register(LABEL)
def check_guard(**kwargs: Any) -> list[CheckMessage]:
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    bare = [view for view in _headless_views(get_resolver().url_patterns) if not getattr(view, MARK, False)]
    if not bare:
        return []
    return [
        Warning(
            f"allauth's JSON API is mounted without the body guard ({len(bare)} views).",
            hint='Include "skillswap_kit.accounts.headless_urls" in place of "allauth.headless.urls".',
            id="skillswap_accounts.W008",
        )
    ]


def _headless_views(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _headless_views(pattern.url_patterns)
        elif (getattr(pattern.callback, "__module__", "") or "").startswith("allauth.headless."):
            yield pattern.callback


@register(LABEL)
def check_rotation(**kwargs: Any) -> list[CheckMessage]:
    if headless_settings.JWT_ROTATE_REFRESH_TOKEN:
        return []
    return [
        Warning(
            "A stolen refresh token stays good: it is not used up.",
            hint="Leave HEADLESS_JWT_ROTATE_REFRESH_TOKEN out.",
            id="skillswap_accounts.W009",
        )
    ]


@register(LABEL)
def check_document(**kwargs: Any) -> list[CheckMessage]:
    from drf_spectacular.settings import spectacular_settings

    from .api.openapi import add_sign_in

    draws_one = apps.is_installed("drf_spectacular")
    if not draws_one or add_sign_in in spectacular_settings.POSTPROCESSING_HOOKS:
        return []
    return [
        Warning(
            "The OpenAPI document does not say how to sign in.",
            hint=f'Add "{HOOK}" to SPECTACULAR_SETTINGS["POSTPROCESSING_HOOKS"], beside those that are there.',
            id="skillswap_accounts.W010",
        )
    ]


@register(LABEL)
def check_context_of_pages(**kwargs: Any) -> list[CheckMessage]:
    """allauth's pages stand in the frame of the kit, which shows a name, links and colours."""
    has_context = any(
        CONTEXT in backend.engine.context_processors
        for backend in engines.all()
        if isinstance(backend, DjangoTemplates)
    )
    if has_context or not is_routed("account_login"):
        return []
    return [
        Warning(
            "allauth's pages have no name, no links and no colours: their context processor is missing.",
            hint=f'Add "{CONTEXT}" to "context_processors" in the OPTIONS of TEMPLATES.',
            id="skillswap_accounts.W011",
        )
    ]
