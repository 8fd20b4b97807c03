"""How the kit's views describe themselves to drf-spectacular, whatever the host's DEFAULT_SCHEMA_CLASS is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import AutoField, Field, IntegerField, UUIDField
from rest_framework.schemas.inspectors import ViewInspector

Action = TypeVar("Action", bound=Callable[..., Any])


def described(**facts: Any) -> Callable[[Action], Action]:
    """What a document says of an action beyond what its view tells: ``parameters``, ``responses``, ``filters``.

    Not drf-spectacular's ``extend_schema``, which builds upon the DEFAULT_SCHEMA_CLASS of the host, and that need not
    be one of drf-spectacular's.
    """

    def note(action: Action) -> Action:
        action.described = facts  # type: ignore[attr-defined]
        return action

    return note


class KitSchema(ViewInspector):
    """The ``schema`` of a view: finds its class when a document is drawn, as nothing else needs drf-spectacular."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        found = super().__get__(instance, owner)
        if found is not self:
            return found
        from .openapi import auto_schema_class

        inspector = auto_schema_class()()
        inspector.view = instance
        return inspector


def key_schema(field: Field[Any, Any]) -> dict[str, Any]:
    """The schema of a key. Without bounds: they differ between databases, and the document should not."""
    if isinstance(field, AutoField | IntegerField):
        return {"type": "integer"}
    return {"type": "string", "format": "uuid"} if isinstance(field, UUIDField) else {"type": "string"}
