"""Being in INSTALLED_APPS is the switch: the composition modules add whatever is there."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, include, path, reverse

APPS = ("core", "exchange", "matching", "points", "chat", "social", "notifications", "accounts")


def app_includes(module: str) -> list[URLPattern | URLResolver]:
    """An include of ``module`` for every installed app of the kit that has it."""
    installed = [f"skillswap_kit.{app}" for app in APPS if apps.is_installed(f"skillswap_kit.{app}")]
    return [path("", include(f"{app}.{module}")) for app in installed if _has(app, module)]


def _has(app: str, module: str) -> bool:
    package = module.split(".", maxsplit=1)[0]
    return find_spec(f"{app}.{package}") is not None and find_spec(f"{app}.{module}") is not None


def is_routed(name: str) -> bool:
    """Whether the host's URLconf leads to the view of this name."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return False
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
