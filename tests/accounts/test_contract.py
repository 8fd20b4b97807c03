"""What the kit uses of allauth is half private there: if it moves, this fails and says what."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.metadata import requires, version

import pytest
from django.urls import get_resolver

from tests.security.operations import routes

USED = {
    "allauth.headless.account.views": ("LoginView", "SignupView", "SessionView"),
    "allauth.headless.tokens.views": ("RefreshTokenView",),
    "allauth.headless.base.views": ("AuthenticatedAPIView", "APIView.as_api_view"),
    "allauth.headless.base.response": ("APIResponse",),
    "allauth.headless.constants": ("Client.APP", "Client.BROWSER"),
    "allauth.headless.app_settings": ("TOKEN_STRATEGY", "CLIENTS", "JWT_STATEFUL_VALIDATION_ENABLED"),
    "allauth.headless.contrib.rest_framework.authentication": ("JWTTokenAuthentication", "XSessionTokenAuthentication"),
    "allauth.headless.tokens.strategies.jwt.strategy": ("JWTTokenStrategy.refresh_token",),
    "allauth.headless.tokens.strategies.jwt.internal": ("_get_jwt_config", "validate_access_token"),
    "allauth.headless.spec.internal.schema": (
        "specify_user", "drop_unused_paths", "specify_signup_fields", "specify_custom_signup_form",
    ),
    "allauth.headless.urls": ("app_name", "urlpatterns"),
    "allauth.account.adapter": (
        "DefaultAccountAdapter._get_login_attempts_cache_key", "DefaultAccountAdapter.authenticate",
        "DefaultAccountAdapter.send_account_already_exists_mail", "DefaultAccountAdapter.logout",
    ),
    "allauth.account.utils": ("filter_users_by_email",),
    "allauth.account.auth_backends": ("AuthenticationBackend",),
    "allauth.core.internal.ratelimit": ("cache_lock", "consume"),
    "allauth.account.app_settings": ("RATE_LIMITS", "PREVENT_ENUMERATION", "LOGIN_METHODS", "EMAIL_VERIFICATION"),
    "allauth.app_settings": ("TRUSTED_PROXY_COUNT", "TRUSTED_CLIENT_IP_HEADER"),
}  # fmt: skip


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in USED.items() for name in names])
def test_what_the_kit_uses_is_where_it_was(module, name):
    found = import_module(module)
    for part in name.split("."):
        assert hasattr(found, part), f"allauth {version('django-allauth')} has moved {module}.{name}"
        found = getattr(found, part)


ADDRESSES = {
    "config", "auth/login", "auth/signup", "auth/session", "auth/reauthenticate", "auth/email/verify",
    "auth/email/verify/resend", "auth/password/request", "auth/password/reset", "auth/provider/token",
    "auth/provider/signup", "auth/2fa/authenticate", "auth/2fa/reauthenticate", "auth/sessions", "account/email",
    "account/password/change", "account/providers", "account/authenticators", "account/authenticators/totp",
    "account/authenticators/recovery-codes", "tokens/refresh",
}  # fmt: skip
"""What docs/how-to/sign-in-api.md speaks of."""


def test_the_addresses_of_allauth_are_where_they_were():
    prefix = "/_allauth/app/v1/"
    found = {route.removeprefix(prefix) for route, _ in routes(get_resolver().url_patterns) if route.startswith(prefix)}
    assert found >= ADDRESSES, f"allauth {version('django-allauth')} has moved {ADDRESSES - found}"


def test_the_hooks_of_the_adapter_are_still_called():
    """Each is overridden by the kit: one that nobody calls protects nothing."""
    from allauth.account import adapter
    from allauth.account.internal.flows import email_verification

    assert "self._get_login_attempts_cache_key(request, **credentials)" in inspect.getsource(adapter)
    assert "send_account_already_exists_mail(" in inspect.getsource(email_verification)
    assert ".pre_authenticate(request" in inspect.getsource(adapter.DefaultAccountAdapter.authenticate)


def test_the_next_major_version_is_not_taken_unseen():
    pins = [line for line in requires("skillswap-kit") or () if line.startswith("django-allauth")]
    assert all("<66" in pin for pin in pins)
    assert pins
    assert version("django-allauth").startswith("65.")
