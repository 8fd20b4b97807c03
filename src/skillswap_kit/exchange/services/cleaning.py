"""What every service does with input before it is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.models import Model, TextField
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput

_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def one_line(text: str) -> str:
    """``text`` without line breaks and surplus spaces."""
    return " ".join(text.split())


def check_fields(instance: Model, names: Collection[str]) -> None:
    """Raises InvalidInput with what the model's validators, and the lengths of its texts, say about these fields."""
    others = {field.name for field in instance._meta.fields} - set(names)
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        raise InvalidInput(fields=error.message_dict) from error
    # Django checks the length of a TextField in forms only.
    texts = [field for field in instance._meta.fields if field.name in names and isinstance(field, TextField)]
    too_long = {
        field.name: [_("At most %(limit)s characters.") % {"limit": field.max_length}]
        for field in texts
        if field.max_length and len(getattr(instance, field.name)) > field.max_length
    }
    if too_long:
        raise InvalidInput(fields=too_long)


def language_code(code: str, *, field: str) -> str:
    """The folded form of a language code such as ``ar`` or ``pt-br``. Raises InvalidInput."""
    folded = code.strip().lower().replace("_", "-")
    if not _LANGUAGE_CODE.fullmatch(folded):
        raise InvalidInput(fields={field: [_("“%(code)s” is no language code.") % {"code": code}]})
    return folded


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_time_zone(name: str, *, field: str) -> None:
    """Raises InvalidInput unless it is a name of the IANA time zone database."""
    if name not in _time_zones():
        raise InvalidInput(fields={field: [_("“%(name)s” is no time zone.") % {"name": name}]})
