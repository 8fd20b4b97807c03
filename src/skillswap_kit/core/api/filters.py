"""Filters that refuse what they cannot read: a wrong name or value is a 400, never an unfiltered list."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import filters
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from django_filters.utils import translate_validation
from django_filters.widgets import SuffixedMultiWidget
from drf_spectacular.drainage import set_override
from rest_framework.request import Request
from rest_framework.settings import api_settings

from ..conf import core_settings
from ..errors import InvalidInput
from ..keys import key_field, parse_key
from ..text import MAX_QUERY_LENGTH, search_filter
from .schema import key_schema

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from django.utils.functional import _StrPromise
    from rest_framework.views import APIView

_TRUTH = {"true": True, "1": True, "false": False, "0": False}
LARGEST_NUMBER = 2**31 - 1
MOST_NAMED = 10


class KitFilterBackend(DjangoFilterBackend):
    """Filters a list by the view's ``filterset_class``. Every filter in it is named; nothing is derived from models."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """The rows that were asked for. Raises InvalidInput for a parameter that nothing reads."""
        filterset = self.checked_filterset(request, queryset, view)
        return queryset if filterset is None else filterset.qs

    def checked_filterset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> FilterSet | None:
        """The view's filters with what was asked of them, None where that is nothing. Raises as above."""
        others = _parameters_of_others(view)
        asked = request.query_params.keys() - others
        if not asked and _does_nothing_unasked(self.get_filterset_class(view, queryset)):
            return None
        filterset = self.get_filterset(request, queryset, view)
        names = set(_names_read(filterset)) if filterset else set()
        _refuse_unknown(asked - names, names | others)
        if filterset is not None and not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return filterset

    def to_html(self, request: Request, queryset: QuerySet[Any], view: APIView) -> str | None:
        # The form's template is found only where the host installed django_filters as an app.
        return super().to_html(request, queryset, view) if apps.is_installed("django_filters") else None

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Nothing, for hosts with the framework's own generator: drf-spectacular reads the filters themselves."""
        return []


def _parameters_of_others(view: APIView) -> set[str]:
    """What orders, pages, the framework and the host read from the address."""
    readers = [*(backend() for backend in view.filter_backends), view.paginator]  # type: ignore[attr-defined]
    declared = (reader.get_schema_operation_parameters(view) for reader in readers if reader)
    names = {parameter["name"] for parameters in declared for parameter in parameters}
    of_framework = {api_settings.URL_FORMAT_OVERRIDE, api_settings.VERSION_PARAM}
    return names | of_framework | {*core_settings.API_OTHER_PARAMETERS}


def _does_nothing_unasked(filterset_class: type[FilterSet] | None) -> bool:
    """Whether a request for none of the filters can do without their set: building it costs much."""
    return filterset_class is None or filterset_class.filter_queryset is FilterSet.filter_queryset


def _names_read(filterset: FilterSet) -> Iterator[str]:
    """The parameters of the filters: a range has two."""
    for name, field in filterset.form.fields.items():
        match field.widget:
            case SuffixedMultiWidget() as widget:
                yield from (widget.suffixed(name, suffix) for suffix in widget.suffixes)
            case _:
                yield name


def _refuse_unknown(unknown: Collection[str], known: Collection[str]) -> None:
    """Raises InvalidInput that names the first few, each with the nearest known one."""
    if unknown:
        named = sorted(unknown)[:MOST_NAMED]
        raise InvalidInput(fields={name: [_unknown_message(name, known)] for name in named})


def _unknown_message(name: str, known: Collection[str]) -> str | _StrPromise:
    # What is much longer than any name resembles none, and would be slow to compare.
    close = difflib.get_close_matches(name[:100], known, n=1)
    if not close:
        return _("This list has no such parameter.")
    return _("This list has no such parameter. Did you mean %(name)s?") % {"name": close[0]}


class TextFilter(filters.CharFilter):
    """A short text that is compared as it is. NUL and more than ``max_length`` characters are refused."""

    def __init__(self, *args: Any, max_length: int = MAX_QUERY_LENGTH, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)
        set_override(self, "field", {"type": "string", "maxLength": max_length})


class SearchFilter(TextFilter):
    """Rows whose normalised column ``field_name`` contains every word, in any spelling that folds to the same."""

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(search_filter(self.field_name, value)) if value else queryset


class StrictBooleanField(forms.Field):
    """ "true", "false", "1" or "0"."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        try:
            return _TRUTH[str(value).lower()]
        except KeyError:
            raise ValidationError(_("Give true or false."), code="invalid") from None


class BooleanFilter(filters.BooleanFilter):
    """Stock filters take any other word for "not asked"; this one refuses it."""

    field_class = StrictBooleanField


class IntegerFilter(filters.NumberFilter):
    """A whole number, from 0 unless ``min_value`` says otherwise, that fits every database."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, min_value: int = 0, max_value: int = LARGEST_NUMBER, **kwargs: Any) -> None:
        super().__init__(*args, min_value=min_value, max_value=max_value, **kwargs)
        set_override(self, "field", {"type": "integer", "minimum": min_value, "maximum": max_value})

    def get_max_validator(self) -> None:
        # The bound above is tighter.
        return None


class KeyField(forms.Field):
    """The key of a row of ``model``, spelled as the API spells it."""

    widget = forms.TextInput

    def __init__(self, *args: Any, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_key(key_field(self.model), value)
        except ValueError:
            raise ValidationError(_("This is no id."), code="invalid") from None


class KeyFilter(filters.Filter):
    """Rows that point to the row of ``model`` with this key. A key that nothing has finds nothing."""

    field_class = KeyField

    def __init__(self, *args: Any, model: type[Model], **kwargs: Any) -> None:
        super().__init__(*args, model=model, **kwargs)
        set_override(self, "field", key_schema(key_field(model)))


class UserFilter(KeyFilter):
    """Rows of the user with this key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, model=get_user_model(), **kwargs)
