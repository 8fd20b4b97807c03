"""The same with Django's own user model."""

from .default import *  # noqa: F403
from .default import ACCOUNT_APPS, DJANGO_APPS, KIT_APPS, TRANSLATION_APPS

INSTALLED_APPS = [*TRANSLATION_APPS, *DJANGO_APPS, *ACCOUNT_APPS, *KIT_APPS]
AUTH_USER_MODEL = "auth.User"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
