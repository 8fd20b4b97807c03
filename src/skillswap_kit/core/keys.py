"""Keys of rows as they stand in URLs and bodies: parsed by the model's own key field, whatever its type.

Text keys may have a slash, which no part of a path can: it is written ``~1``, and ``~`` itself ``~0``, as in JSON
Pointers (RFC 6901).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Field, ForeignKey, Model
from django.http import Http404

MAX_KEY_LENGTH = 255


def written_key(key: Any) -> int | str:
    """How the API writes a key: a number as a number, anything else as text that a path can carry."""
    return key if isinstance(key, int) else str(key).replace("~", "~0").replace("/", "~1")


def parse_key(field: Field[Any, Any], raw: Any) -> Any:
    """The key that ``raw`` (a string, or a number from JSON) writes. Raises ValueError.

    One key has one spelling: what the field reads as the same value ("+7", "٧", "1_0") is refused.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueError("A key is a string or a number.")
    text = str(raw)
    if not 0 < len(text) <= MAX_KEY_LENGTH or "\0" in text:
        raise ValueError("No key looks like this.")
    try:
        key = field.to_python(text.replace("~1", "/").replace("~0", "~"))
        field.run_validators(key)
    except (ValidationError, OverflowError, TypeError) as error:
        raise ValueError("No key looks like this.") from error
    if str(written_key(key)).lower() != text.lower():
        raise ValueError("No key is written like this.")
    return key


def key_field(model: type[Model], lookup: str = "pk") -> Field[Any, Any]:
    """The field by whose type a lookup's value is parsed; for a relation, the key that it points to."""
    field: Any = model._meta.pk if lookup == "pk" else model._meta.get_field(lookup)
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field  # type: ignore[no-any-return]


def user_key_field() -> Field[Any, Any]:
    return key_field(get_user_model())


def key_or_404(field: Field[Any, Any], raw: Any) -> Any:
    """As parse_key, for keys in paths: what cannot be a key is not there."""
    try:
        return parse_key(field, raw)
    except ValueError as error:
        raise Http404 from error
