"""Names for what the host owns."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

User: TypeAlias = AbstractBaseUser
"""Whatever model ``AUTH_USER_MODEL`` names: no more is assumed than a primary key and ``is_active``."""

Viewer: TypeAlias = AbstractBaseUser | AnonymousUser
"""Who is looking, signed in or not."""
