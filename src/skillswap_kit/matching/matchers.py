"""The matchers that the host configured."""

from __future__ import annotations

from skillswap_kit.core.backends import BackendRegistry

from .backends.base import BaseMatcher

matchers = BackendRegistry("MATCHING_BACKENDS", BaseMatcher)  # type: ignore[type-abstract]


def get_matcher(alias: str = "default") -> BaseMatcher:
    """The one of this alias in this process. Raises ImproperlyConfigured."""
    return matchers[alias]
