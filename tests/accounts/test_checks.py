"""Every trap of the set-up is named at start-up, and how to get out of it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path

from skillswap_kit.accounts.apps import AccountsConfig

# The host that has mounted allauth without the guard.
urlpatterns = [path("", include("allauth.headless.urls"))]


def found(**options):
    messages = run_checks(tags=["skillswap_accounts"], **options)
    assert all(message.hint for message in messages)
    return {message.id.removeprefix("skillswap_accounts.") for message in messages}


def test_the_tests_own_host_has_no_trap():
    assert found() == set()


REST = "DEFAULT_AUTHENTICATION_CLASSES"
STRATEGY = "allauth.headless.tokens.strategies.sessions.SessionTokenStrategy"
TRAPS = [
    ("E001", {"HEADLESS_TOKEN_STRATEGY": STRATEGY}),
    ("E002", {"HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED": False}),
    ("E003", {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}),
    ("E004", {"REST_FRAMEWORK": {REST: ["rest_framework.authentication.SessionAuthentication"]}}),
    ("E005", {"AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"]}),
    ("E006", {"HEADLESS_JWT_ALGORITHM": "RS256"}),
    ("E006", {"HEADLESS_JWT_ALGORITHM": "ROT13"}),
    ("E007", {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}),
    ("W002", {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}),
    ("W002", {"USE_X_FORWARDED_HOST": True}),
    ("W003", {"ACCOUNT_RATE_LIMITS": False}),
    ("W003", {"ACCOUNT_RATE_LIMITS": {"login_failed": None}}),
    ("W005", {"ACCOUNT_ADAPTER": "allauth.account.adapter.DefaultAccountAdapter"}),
    ("W006", {"ACCOUNT_PREVENT_ENUMERATION": False}),
    ("W006", {"ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False}),
    ("W008", {"ROOT_URLCONF": "tests.accounts.test_checks"}),
    ("W009", {"HEADLESS_JWT_ROTATE_REFRESH_TOKEN": False}),
]


@pytest.mark.parametrize(
    ("trap", "wrong"), TRAPS, ids=lambda value: value if isinstance(value, str) else next(iter(value))
)
def test_each_trap_is_named(trap, wrong, settings):
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert found() == {trap}


def test_a_known_proxy_is_no_trap(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert found() == set()


def test_what_only_a_deployment_can_know(settings):
    assert found(include_deployment_checks=True) == {"W004", "W007"}
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cached"}}
    assert found(include_deployment_checks=True) == set()


def test_standing_after_allauth_is_named(monkeypatch):
    configs = [*apps.get_app_configs()]
    ours = apps.get_app_config("skillswap_accounts")
    configs.remove(ours)
    monkeypatch.setattr(apps, "get_app_configs", lambda: [*configs, ours])
    assert found() == {"W001"}


def test_a_document_without_sign_in_is_named(monkeypatch):
    from drf_spectacular.settings import spectacular_settings

    monkeypatch.setattr(spectacular_settings, "POSTPROCESSING_HOOKS", [])
    assert found() == {"W010"}


def test_pages_without_their_context_are_named(settings):
    (engine,) = settings.TEMPLATES
    processors = engine["OPTIONS"]["context_processors"]
    without = {**engine["OPTIONS"], "context_processors": [name for name in processors if "skillswap" not in name]}
    settings.TEMPLATES = [{**engine, "OPTIONS": without}]
    assert found() == {"W011"}


@pytest.mark.parametrize("missing", ["allauth", "allauth.account", "allauth.headless"])
def test_without_the_apps_of_allauth_nothing_starts(missing, monkeypatch):
    original = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != missing and original(name))
    import skillswap_kit.accounts as module

    with pytest.raises(ImproperlyConfigured, match=f"needs '{missing}'"):
        AccountsConfig(AccountsConfig.name, module).import_models()


def test_without_its_middleware_allauth_itself_does_not_start(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "allauth" not in name]
    with pytest.raises(ImproperlyConfigured, match="AccountMiddleware"):
        apps.get_app_config("account").ready()
