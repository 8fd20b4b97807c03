"""The matchers that the host configured."""

from __future__ import annotations

from skillswap_kit.core.backends import BackendRegistry

from .backends.base import BaseMatcher

matchers = BackendRegistry("MATCHING_BACKENDS", BaseMatcher)  # type: ignore[type-abstract]


DEFAULT = "default"
"""Of pages and API: the places in their lists are of its order."""


def get_matcher(alias: str = DEFAULT) -> BaseMatcher:
    """The one of this alias in this process. Raises ImproperlyConfigured."""
    return matchers[alias]
