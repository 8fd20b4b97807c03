"""Places in pages that other apps fill, so that an app need not know what stands above it.

An app contributes by ``slots`` of its configuration: the name of a slot, and the dotted path of a function of the
request and of what the page says of the thing shown. It answers with markup that is marked as safe, as
``render_to_string`` does, or with an empty string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.utils.module_loading import import_string

from .composition import APPS

SlotFunction = Callable[..., str]
"""``contribute(request, **what) -> str``; ``what`` may grow, so that it takes more than it reads."""


def contributions() -> Iterator[tuple[str, str, str]]:
    """App, slot and dotted path of what is contributed: the kit's apps in their order, then the host's in its own."""
    for app_config in sorted(apps.get_app_configs(), key=lambda app_config: _place(app_config.name)):
        for name, path in getattr(app_config, "slots", {}).items():
            yield app_config.name, name, path


def slot_functions(slot: str) -> list[SlotFunction]:
    """What fills this slot. Raises ImportError for a path that leads nowhere, which a check has said at start-up."""
    return [import_string(path) for _app, name, path in contributions() if name == slot]


def _place(app: str) -> int:
    own = [f"skillswap_kit.{name}" for name in APPS]
    return own.index(app) if app in own else len(own)
