"""The example site: every app of the kit on, embedded defaults. Take it as a start for a site of your own.

What differs between machines comes from the environment, or from a file `.env`: `.env.example` explains each variable.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .environment import (
    caches,
    database,
    flag,
    mail_settings,
    number,
    read_env_file,
    secret_key,
    social_providers,
    text,
    words,
)

BASE_DIR = Path(__file__).resolve().parent.parent
read_env_file(Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env"))
DATA_DIR = Path(text("EXAMPLE_DATA", default=str(BASE_DIR / "var"))).resolve()

SECRET_KEY = secret_key(DATA_DIR / "secret_key")
DEBUG = flag("DEBUG", default=True)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", default=[])
SOCIALACCOUNT_PROVIDERS = social_providers()
SIGN_IN_HOSTS = {"google": "https://accounts.google.com", "facebook": "https://www.facebook.com"}

ROOT_URLCONF = "example.urls"
ASGI_APPLICATION = "example.asgi.application"
WSGI_APPLICATION = "example.wsgi.application"

INSTALLED_APPS = [
    "daphne",  # makes `runserver` serve ASGI
    "modeltranslation",  # before the admin, whose forms it extends
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "example",  # before the framework, whose pages it names
    "skillswap_kit.accounts",  # before allauth, whose pages it dresses
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS),
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "skillswap_kit.core",
    "skillswap_kit.exchange",
    "skillswap_kit.matching",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "example.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "skillswap_kit.core.web.middleware.PagesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "skillswap_kit.core.web.context.page_context",
            ],
        },
    },
]

DATABASES = {"default": database(DATA_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = caches()

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["demo.backends.DemoBackend"]  # a site of your own takes allauth's
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "skillswap_matching:home"
LOGOUT_REDIRECT_URL = "landing"
# Newcomers have no swaps yet: they begin with themselves.
ACCOUNT_SIGNUP_REDIRECT_URL = "skillswap_exchange:own-profile"
ACCOUNT_ADAPTER = "skillswap_kit.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "skillswap_kit.accounts.forms.SignupForm"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_VERIFICATION = text("EMAIL_VERIFICATION", default="optional" if DEBUG else "mandatory")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# Who comes from another service is asked for name and picture too.
SOCIALACCOUNT_AUTO_SIGNUP = False
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.strategy.JWTTokenStrategy"
# Nobody but this site reads the tokens: they are signed with SECRET_KEY.
HEADLESS_JWT_ALGORITHM = "HS256"
# Whoever signs out is out: each use of a token looks for its session.
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True

HTTPS = flag("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HTTPS, True, "Lax"
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", default=3600) if HTTPS else 0
# Both promise something for every name below this one, which a single site cannot know.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", default=0)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    # ReDoc draws itself with inline styles and a script of its own making. It shows nothing that people wrote.
    "EXCLUDE_URL_PREFIXES": ["/api/redoc/"],
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # The button of a social sign-in is a form that is answered by a redirect to that service.
        "form-action": ["'self'", *(SIGN_IN_HOSTS[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
# A skill that somebody proposed in Arabic only is shown by that name in English too.
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "ar")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Without MEDIA_URL: uploads are served by views of the kit, which ask who may see them.
MEDIA_ROOT = DATA_DIR / "media"

globals().update(mail_settings())  # MAILERS from Django 6.1 on, EMAIL_HOST and so on before
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("DEFAULT_FROM_EMAIL", default="SkillSwap example <noreply@example.com>")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "DEFAULT_THROTTLE_RATES": {"anon": "300/min", "user": "1200/min"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "SkillSwap Kit",
    "DESCRIPTION": "Members teach one another what they know. Commands are sub-resources, lists are paginated.",
    "VERSION": "1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "skillswap_kit.accounts.api.openapi.add_sign_in",
    ],
    # Served by this site itself, so that both work offline.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "/api/redoc",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True, "displayRequestDuration": True},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # "django" has a console of its own: named here it loses it, and says everything once.
    "loggers": {"skillswap": {"level": "INFO"}, "django": {"level": "INFO"}},
}

# Of all accounts of the demo data. With DEBUG off they get none, and this one lets nobody in who got it before.
PUBLISHED_PASSWORD = "learn-together"
DEMO_PASSWORD = PUBLISHED_PASSWORD if DEBUG else None

# Everything of the kit has a default; see docs/reference/settings.
SKILLSWAP_KIT: dict[str, object] = {
    "SITE_NAME": "SkillSwap Kit",
    "HOME_URL": "landing",
    "MATCHING_SNAPSHOT_DIR": str(DATA_DIR / "matching"),
    "PUBLIC_BROWSING": flag("PUBLIC_BROWSING", default=True),
}
