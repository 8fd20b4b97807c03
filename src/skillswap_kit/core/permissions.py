"""Who may look, and who holds which permission: the questions that services, pages and API ask in the same words."""

from __future__ import annotations

from .conf import core_settings
from .types import Viewer


def is_signed_in(viewer: Viewer) -> bool:
    """Whether this is a person with an account that is not deactivated."""
    return bool(viewer.is_authenticated and viewer.is_active)


def may_browse(viewer: Viewer) -> bool:
    """Whether this viewer may read what is meant for everybody."""
    return is_signed_in(viewer) or (core_settings.PUBLIC_BROWSING and not viewer.is_authenticated)


def has_permission(viewer: Viewer, permission: str) -> bool:
    """Whether the host's authentication backends grant it; on a user model without permissions nobody holds one."""
    has_perm = getattr(viewer, "has_perm", None)
    return bool(has_perm and has_perm(permission))
