"""What every move of a swap shares: locking, permission, the state map, and compare-and-set."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import NotAllowed
from skillswap_kit.core.types import User

from ..exceptions import InvalidTransition
from ..models import Session, Swap, SwapParticipant
from .cleaning import check_fields
from .rules import check_move


def lock_swap(swap: Swap) -> Swap:
    """The present row, locked until the transaction ends. Every change of a swap or of what hangs on it starts here."""
    return Swap.objects.select_for_update().get(pk=swap.pk)


def participant_of(swap: Swap, by: User) -> SwapParticipant:
    """The acting person's place in the swap. Raises NotAllowed for anybody else."""
    participant = swap.participants.filter(user=by.pk).first()
    if participant is None:
        raise NotAllowed
    return participant


def move_swap(swap: Swap, *, to: str, before_deadline: bool = False, **changes: Any) -> None:
    """Compare and set: the row leaves its present state once, whatever else runs. Raises InvalidTransition."""
    rows = Swap.objects.filter(pk=swap.pk, status=swap.status)
    if before_deadline:
        rows = rows.filter(deadline__gt=timezone.now())
    _move(swap, rows, to=to, open_key=None, **changes)


def move_session(session: Session, *, to: str, **changes: Any) -> None:
    """The same for a session. Its swap is locked by the caller. Raises InvalidInput for a reason that is too long."""
    session.reason = changes.get("reason", session.reason)
    check_fields(session, ["reason"])
    _move(session, Session.objects.filter(pk=session.pk, status=session.status), to=to, **changes)


def _move(row: Swap | Session, rows: QuerySet[Any], *, to: str, **changes: Any) -> None:
    check_move(row, to)
    if not rows.update(status=to, **changes):
        raise InvalidTransition(_("Somebody was faster. Look again."))
    for name, value in {"status": to, **changes}.items():
        setattr(row, name, value)
