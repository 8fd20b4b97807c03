"""Settings of the kit for a test, a class of tests, or a fixture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.test.utils import override_settings

from skillswap_kit.core.conf import SETTINGS_NAME, declared_settings, host_settings


def override_skillswap(**values: Any) -> override_settings:
    """Like Django's ``override_settings``, for single keys of ``SKILLSWAP_KIT``: what the site sets besides stays.

    As ``with override_skillswap(PUBLIC_BROWSING=False):``, as decorator of a function or of a ``SimpleTestCase``
    class; a fixture puts its ``yield`` into the ``with``. Raises ImproperlyConfigured for a key that no app declares,
    when it comes into force.
    """
    return _Merged(values)


class _Merged(override_settings):
    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.values = values

    def enable(self) -> None:
        self._merge_into(host_settings())
        super().enable()

    def save_options(self, test_func: Any) -> None:
        overridden = test_func._overridden_settings or {}
        self._merge_into(overridden.get(SETTINGS_NAME, host_settings()))
        super().save_options(test_func)

    def _merge_into(self, present: Mapping[str, Any]) -> None:
        if unknown := self.values.keys() - declared_settings().keys():
            raise ImproperlyConfigured(f"{SETTINGS_NAME} has no setting {', '.join(map(repr, sorted(unknown)))}.")
        self.options = {SETTINGS_NAME: {**present, **self.values}}
