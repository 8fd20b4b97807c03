"""A host with the stock user model, a session and nothing else: what is measured is the kit."""

from tests.settings.base import *  # noqa: F403
from tests.settings.base import DJANGO_APPS, KIT_APPS

INSTALLED_APPS = ["modeltranslation", *DJANGO_APPS, *KIT_APPS]
ROOT_URLCONF = "benchmarks.urls"
ALLOWED_HOSTS = ["testserver"]
