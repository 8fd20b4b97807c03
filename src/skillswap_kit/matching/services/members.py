"""Whom commands may be about."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile


def check_other_member(by: User, member: User) -> None:
    """Raises NotFound for a member whom one may not find, InvalidInput for oneself."""
    if member.pk == by.pk:
        raise InvalidInput(fields={"member": [_("This is you.")]})
    if not Profile.objects.visible_to(by).filter(user=member.pk).exists():
        raise NotFound
