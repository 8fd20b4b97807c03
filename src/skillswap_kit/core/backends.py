"""One of several algorithms or providers, chosen by alias as in Django's CACHES."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from .conf import SETTINGS_NAME, declared_settings

B = TypeVar("B")


class BackendRegistry(Generic[B]):
    """The backends that a setting of the form ``{alias: {"BACKEND": dotted path, "OPTIONS": {}}}`` names.

    Each is built once per alias and process, on first use, and again after the setting changed. Raises
    ImproperlyConfigured for an unknown alias or a class that cannot be built.
    """

    instances: list[BackendRegistry[Any]] = []

    def __init__(self, key: str, base: type[B]) -> None:
        self.key, self.base = key, base
        self._built: dict[str, B] = {}
        self._lock = threading.Lock()
        BackendRegistry.instances.append(self)
        setting_changed.connect(self._reset)

    def _reset(self, *, setting: str, **kwargs: Any) -> None:
        if setting == SETTINGS_NAME:
            self._built = {}

    @property
    def configured(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", declared_settings()[self.key].value)

    def __iter__(self) -> Iterator[str]:
        return iter(self.configured)

    def __getitem__(self, alias: str) -> B:
        with self._lock:
            if alias not in self._built:
                self._built[alias] = self._build(alias)
            return self._built[alias]

    def _build(self, alias: str) -> B:
        where = f'{SETTINGS_NAME}["{self.key}"]'
        try:
            entry = self.configured[alias]
        except KeyError:
            raise ImproperlyConfigured(f"{where} has no alias {alias!r}; it has {sorted(self.configured)}.") from None
        if not isinstance(entry, Mapping) or not isinstance(entry.get("BACKEND"), str):
            raise ImproperlyConfigured(f'{where}["{alias}"] must be a dict with a dotted path under "BACKEND".')
        try:
            backend_class = import_string(entry["BACKEND"])
            backend = backend_class(alias, **entry.get("OPTIONS", {}))
        except (ImportError, TypeError, ValueError) as error:
            raise ImproperlyConfigured(f'{where}["{alias}"] cannot be built: {error}') from error
        if not isinstance(backend, self.base):
            raise ImproperlyConfigured(f'{where}["{alias}"]: {entry["BACKEND"]} is no {self.base.__name__}.')
        return backend
