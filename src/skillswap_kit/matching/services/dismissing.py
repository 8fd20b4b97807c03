"""Saying who is not for oneself, and taking it back."""

from __future__ import annotations

from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.services import profile_for_update

from ..models import Dismissal
from ..signals import dismissal_undone, member_dismissed
from .members import check_other_member


@kit_atomic()
def dismiss_member(*, by: User, member: User) -> Dismissal:
    """“Not for me”: do not suggest this member again. To say it twice changes nothing.

    Raises NotFound for somebody whom one may not find, InvalidInput for oneself.
    """
    check_other_member(by, member)
    # One member's dismissals happen one after the other, so that the second of two alike finds the first.
    profile_for_update(by)
    dismissal, is_new = Dismissal.objects.get_or_create(by_id=by.pk, about_id=member.pk)
    if is_new:
        member_dismissed.record(by=by, about_id=member.pk)
    return dismissal


@kit_atomic()
def undo_dismissal(*, by: User, member: User) -> None:
    """Suggest this member again. Who was not dismissed stays as they are."""
    deleted, _rows = Dismissal.objects.visible_to(by).filter(about=member.pk).delete()
    if deleted:
        dismissal_undone.record(by=by, about_id=member.pk)
