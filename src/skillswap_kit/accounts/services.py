"""What people do with their account besides what allauth does."""

from __future__ import annotations

from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User


@kit_atomic()
def sign_out_everywhere(*, by: User) -> None:
    """End every session of a person, on every device; access and refresh tokens end with their session.

    Needs ``allauth.usersessions``, which knows the sessions of whoever signed in while it was installed.
    """
    from allauth.usersessions.adapter import get_adapter
    from allauth.usersessions.models import UserSession

    get_adapter().end_sessions(UserSession.objects.filter(user_id=by.pk))
