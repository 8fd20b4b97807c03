"""Wrong set-up of the matching fails at start-up. What cannot be built at all is ``skillswap_core.E004``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.module_loading import import_string
from django_filters.filterset import BaseFilterSet

from skillswap_kit.core.backends import BackendRegistry
from skillswap_kit.core.checks import is_readable
from skillswap_kit.core.conf import SETTINGS_NAME
from skillswap_kit.core.transactions import kit_database

from .backends.base import BaseMatcher
from .backends.cosine import CosineMatcher, is_installed
from .backends.sql import Ranking, SqlMatcher
from .conf import matching_settings
from .matchers import matchers
from .scoring import get_scoring, scorings

LABEL = "skillswap_matching"


def _lacks_default(registry: BackendRegistry[Any]) -> bool:
    return is_readable(registry.key) and "default" not in registry.configured


@register(LABEL)
def check_matcher_default(**kwargs: Any) -> list[CheckMessage]:
    if not _lacks_default(matchers):
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["MATCHING_BACKENDS"] has no alias "default", which answers members.',
            hint="Add one, or remove the setting to use the matchers of the kit.",
            id="skillswap_matching.E001",
        )
    ]


@register(LABEL)
def check_scoring_default(**kwargs: Any) -> list[CheckMessage]:
    if not _lacks_default(scorings):
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["MATCHING_SCORING"] has no alias "default", which every exact matcher asks.',
            hint="Add one, or remove the setting to use the scoring of the kit.",
            id="skillswap_matching.E002",
        )
    ]


@register(LABEL)
def check_filters(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("MATCHING_FILTERS"):
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["MATCHING_FILTERS"] names {path!r}: {problem}',
            hint="Name subclasses of django_filters.rest_framework.FilterSet over profiles by their dotted paths.",
            id="skillswap_matching.E003",
        )
        for path in matching_settings.FILTERS
        if (problem := _filter_set_problem(path))
    ]


def _filter_set_problem(path: Any) -> str | None:
    if not isinstance(path, str):
        return "that is no dotted path."
    try:
        filter_set = import_string(path)
    except ImportError as error:
        return str(error)
    is_filter_set = isinstance(filter_set, type) and issubclass(filter_set, BaseFilterSet)
    return None if is_filter_set else "that is no filter set."


@register(LABEL)
def check_reasons(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("MATCHING_REASONS"):
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["MATCHING_REASONS"] names {path!r}: {problem}',
            hint="Name functions of a viewer and profiles by their dotted paths.",
            id="skillswap_matching.E005",
        )
        for path in matching_settings.REASONS
        if (problem := _function_problem(path))
    ]


def _function_problem(path: Any) -> str | None:
    if not isinstance(path, str):
        return "that is no dotted path."
    try:
        return None if callable(import_string(path)) else "that cannot be called."
    except ImportError as error:
        return str(error)


def _built() -> Iterator[BaseMatcher]:
    """The matchers of the site; those that cannot be built are told by ``skillswap_core.E004``."""
    for alias in matchers if is_readable(matchers.key) else ():
        try:
            yield matchers[alias]
        except ImproperlyConfigured:
            continue


def _asks_sql(matcher: BaseMatcher) -> bool:
    """Itself or, as the index does, when it cannot answer: this is told by ``fallback`` without importing numpy."""
    return isinstance(getattr(matcher, "fallback", matcher), SqlMatcher)


@register(LABEL)
def check_cosine_is_installed(**kwargs: Any) -> list[CheckMessage]:
    if is_installed():
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["MATCHING_BACKENDS"]["{matcher.alias}"] needs scikit-learn.',
            hint='pip install "skillswap-kit[matching]"',
            id="skillswap_matching.E004",
        )
        for matcher in _built()
        if isinstance(matcher, CosineMatcher)
    ]


@register(LABEL)
def check_scoring_in_sql(**kwargs: Any) -> list[CheckMessage]:
    """A warning, as another matcher may answer members; the index asks the database while it has no snapshot."""
    if not is_readable(scorings.key) or not any(map(_asks_sql, _built())):
        return []
    try:
        scoring = get_scoring()
    except ImproperlyConfigured:
        return []  # skillswap_core.E004 or E002 says so.
    try:
        Ranking(scoring, connections[kit_database()]).score()
    except ImproperlyConfigured as error:
        hint = "Write the score with + - * / alone."
        return [Warning(str(error), hint=hint, id="skillswap_matching.W001")]
    return []
