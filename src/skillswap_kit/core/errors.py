"""Errors that a caller may handle. Wrong configuration is ``ImproperlyConfigured``, outside this family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

Messages = Mapping[str, Sequence[Any]]


class SkillSwapError(Exception):
    """Base of all errors of the kit: a ``code`` for machines, a ``status_code`` for HTTP, a message for people."""

    code: ClassVar[str] = "error"
    status_code: ClassVar[int] = 400
    default_message: ClassVar[Any] = _("This is not possible.")

    def __init__(self, message: Any = None, *, fields: Messages | None = None) -> None:
        self.message = message or self.default_message
        self.fields: Messages = fields or {}
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(SkillSwapError):
    """What was sent cannot be used; ``fields`` says which part and why."""

    code, status_code = "invalid", 400
    default_message = _("Some of what you sent cannot be used.")


class NotAllowed(SkillSwapError):
    """The person may see this but not do that."""

    code, status_code = "not_allowed", 403
    default_message = _("You may not do this.")


class NotFound(SkillSwapError):
    """It does not exist, or not for this person."""

    code, status_code = "not_found", 404
    default_message = _("There is nothing here.")


class Conflict(SkillSwapError):
    """It was possible once, or will be later, but not in the present state."""

    code, status_code = "conflict", 409
    default_message = _("This is not possible at the moment.")
