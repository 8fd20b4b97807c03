"""Who may do what belongs to everybody."""

from __future__ import annotations

from skillswap_kit.core.errors import NotAllowed
from skillswap_kit.core.permissions import has_permission
from skillswap_kit.core.types import User


def require_permission(by: User, permission: str) -> None:
    """Raises NotAllowed."""
    if not has_permission(by, permission):
        raise NotAllowed
