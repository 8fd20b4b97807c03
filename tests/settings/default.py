"""The suite's usual home: the host has a user model of its own, and the extras i18n and accounts if installed."""

from importlib.util import find_spec

from .base import *  # noqa: F403
from .base import DJANGO_APPS, KIT_APPS, MIDDLEWARE, REST_FRAMEWORK, SPECTACULAR_SETTINGS

# modeltranslation must stand before the admin.
TRANSLATION_APPS = ["modeltranslation"] if find_spec("modeltranslation") else []
# Django brings its own task framework from 6.0 on.
TASK_APPS = ["django_tasks"] if find_spec("django_tasks") and not find_spec("django.tasks") else []
ACCOUNT_APPS = []
if find_spec("allauth"):
    ACCOUNT_APPS = [
        "django.contrib.humanize",
        "skillswap_kit.accounts",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.dummy",
        "allauth.mfa",
        "allauth.usersessions",
        "allauth.headless",
    ]
    MIDDLEWARE = [*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    REST_FRAMEWORK = {
        **REST_FRAMEWORK,
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework.authentication.SessionAuthentication",
            "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication",
        ],
    }
    LOGIN_URL = "account_login"
    LOGIN_REDIRECT_URL = "skillswap_exchange:listings"
    ACCOUNT_USER_MODEL_USERNAME_FIELD = None
    ACCOUNT_USER_MODEL_EMAIL_FIELD = "mail"
    ACCOUNT_ADAPTER = "skillswap_kit.accounts.adapter.AccountAdapter"
    ACCOUNT_LOGIN_METHODS = {"email"}
    ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
    ACCOUNT_SIGNUP_FORM_CLASS = "skillswap_kit.accounts.forms.SignupForm"
    SPECTACULAR_SETTINGS = {
        **SPECTACULAR_SETTINGS,
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "skillswap_kit.accounts.api.openapi.add_sign_in",
        ],
    }
    ACCOUNT_LOGIN_BY_CODE_ENABLED = True
    MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
    MFA_PASSKEY_LOGIN_ENABLED = True
    HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.strategy.JWTTokenStrategy"
    HEADLESS_JWT_ALGORITHM = "HS256"
    HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
INSTALLED_APPS = [*TRANSLATION_APPS, *DJANGO_APPS, "tests.people", *TASK_APPS, *ACCOUNT_APPS, *KIT_APPS]
AUTH_USER_MODEL = "people.Person"
