"""Fields of serializers that are used everywhere: keys of rows that one may see, bounded text, zones, moments."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import global_settings, settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import DateTimeField, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from ..keys import key_field, parse_key, user_key_field, written_key
from ..policies import without_hidden
from ..text import is_blank, is_plain, with_plain_line_breaks
from ..types import User

Row = TypeVar("Row", bound=Model)

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


class UserKeyField(serializers.Field[Any, Any, Any, Any]):
    """The key of a user as JSON: a number if the user model's keys are numbers, else a string.

    It shows users and bare keys alike, so ``source="owner_id"`` costs no query. What it reads becomes a key; whether
    anybody has it is another question: see :class:`UserField`.
    """

    default_error_messages = {"invalid": _("This is no id of a member.")}

    def to_internal_value(self, data: Any) -> Any:
        try:
            return parse_key(user_key_field(), data)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: Any) -> int | str:
        key = value.pk if isinstance(value, Model) else value
        return written_key(key)


class UserField(UserKeyField):
    """A user whom the sender may reach. Nobody, deactivated and hidden give the same error."""

    def to_internal_value(self, data: Any) -> User:
        key = super().to_internal_value(data)
        seen = without_hidden(self.context["request"].user, "pk")
        user: User | None = get_user_model()._default_manager.filter(seen, pk=key).first()
        if user is None or not user.is_active:
            self.fail("invalid")
        return user


class ScopedPrimaryKeyRelatedField(serializers.PrimaryKeyRelatedField[Any]):
    """A row of ``model`` that the sender may see; one that they may not see does not exist."""

    default_error_messages = {
        "does_not_exist": _("There is no such thing."),
        "incorrect_type": _("There is no such thing."),
    }

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        # A form of the browsable API offers so many rows and no more.
        kwargs.setdefault("html_cutoff", 50)
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        request = self.context.get("request")
        # Without a request (drawing the OpenAPI document) nobody is looking.
        rows: QuerySet[Any] = manager.visible_to(request.user) if request else manager.none()
        return rows

    def to_internal_value(self, data: Any) -> Any:
        queryset = self.get_queryset()
        try:
            return queryset.get(pk=parse_key(key_field(queryset.model), data))
        except (ValueError, ObjectDoesNotExist):
            self.fail("does_not_exist")


class PlainTextField(serializers.CharField):
    """Text of at most ``max_length`` characters, trimmed, without control characters; ``multiline`` allows line breaks.

    Invisible characters alone are blank. What reorders the text around it (U+202D, U+202E) is refused.
    """

    default_error_messages = {
        "control_characters": _("Remove the control characters."),
    }

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        if multiline:
            kwargs.setdefault("style", {"base_template": "textarea.html"})
        super().__init__(max_length=max_length, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and is_blank(data):
            data = ""
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if self.multiline:
            text = with_plain_line_breaks(text)
        if not is_plain(text, multiline=self.multiline):
            self.fail("control_characters")
        return text


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


class TimeZoneField(serializers.CharField):
    """The name of an IANA time zone, for instance "Africa/Cairo"."""

    default_error_messages = {
        "unknown_zone": _("Name a time zone of the IANA database, for example Africa/Cairo."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in _zone_names():
            self.fail("unknown_zone")
        return name


def known_languages() -> dict[str, str]:
    """The languages that members may name, code to name: those that Django knows and those of the site."""
    return {code.lower(): str(name) for code, name in [*global_settings.LANGUAGES, *settings.LANGUAGES]}


class LanguageCodeField(serializers.CharField):
    """The code of a language, for instance "ar" or "pt-br"."""

    default_error_messages = {"unknown_language": _("Name a language by its code, for example ar.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).lower().replace("_", "-")
        if code and code not in known_languages():
            self.fail("unknown_language")
        return code


class MomentField(serializers.DateTimeField):
    """A moment in ISO 8601, shown in UTC. What is read must say its offset: a bare time means another moment to each.

    ``allow_naive`` lets a bare time through, for serializers that are told the time zone apart and call
    :func:`moment_in_zone`.
    """

    default_error_messages = {
        "no_offset": _("Give the offset from UTC as well, for example 2030-01-31T18:00:00+02:00."),
        "out_of_range": _("Give a year from {earliest} to {latest}."),
    }

    def __init__(self, *, allow_naive: bool = False, **kwargs: Any) -> None:
        self.allow_naive = allow_naive
        # Named here because the framework's defaults come from the host's settings.
        super().__init__(format="iso-8601", input_formats=["iso-8601"], default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            return value
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self._fail_out_of_range()

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            self._fail_out_of_range()
        if timezone.is_naive(moment) and not self.allow_naive:
            self.fail("no_offset")
        return moment

    def _fail_out_of_range(self) -> NoReturn:
        self.fail("out_of_range", earliest=EARLIEST_YEAR, latest=LATEST_YEAR)


class KitModelSerializer(serializers.ModelSerializer[Row]):
    """A model's serializer whose moments are shown alike on all sites."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, DateTimeField: MomentField}


class WallTimeError(ValueError):
    """Clocks in that zone never show this time, or show it twice."""


def moment_in_zone(wall_time: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in ``zone`` show this time. Raises WallTimeError when they skip or repeat it."""
    moments = {wall_time.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(moments) > 1:
        raise WallTimeError(wall_time)
    return moments.pop()
