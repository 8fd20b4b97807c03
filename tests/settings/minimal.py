"""No extras: exchange alone, nothing of modeltranslation even if it is installed."""

from .base import *  # noqa: F403
from .base import DJANGO_APPS, KIT_APPS

INSTALLED_APPS = [*DJANGO_APPS, "tests.people", *KIT_APPS]
AUTH_USER_MODEL = "people.Person"
