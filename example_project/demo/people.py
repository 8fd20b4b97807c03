"""Who can sign in to the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class SignIn:
    username: str
    about: Any


MEMBERS = (
    SignIn("maya", _("a member who writes English")),
    SignIn("salma", _("a member who writes Arabic")),
    SignIn("omar", _("another member who writes Arabic")),
)
ADMIN = SignIn("admin", _("staff: everything in the admin"))
MODERATOR = SignIn("moderator", _("staff: members and vocabulary only"))
SIGN_INS = (*MEMBERS, ADMIN, MODERATOR)
