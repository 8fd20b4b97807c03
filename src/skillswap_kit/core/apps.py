from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .navigation import NavItem


class KitAppConfig(AppConfig):
    """Base of the kit's app configurations: says which apps an app stands on, and does not start without them."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"
    needs_apps: ClassVar[tuple[str, ...]] = ()
    """Apps that must be installed too, in whatever order."""
    contact_policies: ClassVar[tuple[str, ...]] = ()
    """Dotted paths of the contact policies that this app contributes."""
    navigation: ClassVar[tuple[NavItem, ...]] = ()
    """What this app adds to the header of the pages."""
    slots: ClassVar[Mapping[str, str]] = {}
    """Dotted paths of functions that draw what this app adds to pages of others, by the names of ``{% slot %}``."""

    def import_models(self) -> None:
        missing = [name for name in self.needs_apps if not apps.is_installed(name)]
        if missing:
            names = ", ".join(map(repr, missing))
            raise ImproperlyConfigured(f"{self.name!r} needs {names} in INSTALLED_APPS.")
        super().import_models()


class CoreConfig(KitAppConfig):
    default = True
    name = "skillswap_kit.core"
    label = "skillswap_core"
    verbose_name = _("SkillSwap: core")

    def ready(self) -> None:
        from . import checks  # noqa: F401
        from .api import checks as api_checks  # noqa: F401
        from .translation.sync import connect_translation_sync
        from .web import checks as web_checks  # noqa: F401

        connect_translation_sync()
