"""What an action asks of the person, named in a view's ``access``. Rows are guarded by ``visible_to``, not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ..permissions import has_permission, is_signed_in, may_browse

if TYPE_CHECKING:
    # Not at run time: a host may name a class of this module in its REST_FRAMEWORK defaults.
    from rest_framework.views import APIView


class Browse(BasePermission):
    """Reading: members always, strangers only where PUBLIC_BROWSING allows it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS and may_browse(request.user)


class SignedIn(BasePermission):
    """A person with an account that is not deactivated."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return is_signed_in(request.user)


class HasPerm(SignedIn):
    """A signed-in person who holds a permission: ``HasPerm("skillswap_exchange.change_skill")``."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self) -> HasPerm:
        # A view builds its permissions by calling what ``access`` names, class or not.
        return self

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and has_permission(request.user, self.permission)


class Nobody(BasePermission):
    """What an action gets that its view's ``access`` does not name."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False
