"""Joining members, and parting them."""

from __future__ import annotations

from django.utils import timezone

from skillswap_kit.core.errors import NotAllowed
from skillswap_kit.core.locking import get_or_insert_locked, lock_row, unique_key
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..exceptions import InvalidTransition
from ..models import Connection, Swap
from ..signals import connection_made, connection_removed


def connect_participants(swap: Swap) -> None:
    """Join every pair of a leg of this swap, for the first time or again. Runs in the accepting transaction."""
    legs = swap.legs.select_related("giver__user", "receiver__user")
    pairs = {ordered_pair(leg.giver.user, leg.receiver.user) for leg in legs if leg.giver.user and leg.receiver.user}
    # In one order for everybody, so that two swaps of the same people cannot wait for each other.
    for first, second in sorted(pairs, key=lambda pair: pair_key(*pair)):
        _connect(first, second, swap)


def ordered_pair(one: User, other: User) -> tuple[User, User]:
    return (one, other) if str(one.pk) <= str(other.pk) else (other, one)


def pair_key(first: User, second: User) -> str:
    return unique_key(first.pk, second.pk)


def _connect(first: User, second: User, swap: Swap) -> None:
    unopened = Connection(
        pair_key=pair_key(first, second), first_id=first.pk, second_id=second.pk, removed_at=timezone.now()
    )
    connection = get_or_insert_locked(unopened, unique=["pair_key"])
    if connection.removed_at is None:
        return
    connection.swap, connection.created_at, connection.removed_at = swap, timezone.now(), None
    connection.save(update_fields=["swap", "created_at", "removed_at"])
    connection_made.record(connection_id=connection.pk, first_id=first.pk, second_id=second.pk)


@kit_atomic()
def remove_connection(*, connection: Connection, by: User) -> Connection:
    """Part from somebody; a new accepted swap connects again. Raises NotAllowed, NotFound, InvalidTransition."""
    connection = lock_row(connection)
    if by.pk not in (connection.first_id, connection.second_id):
        raise NotAllowed
    if connection.removed_at is not None:
        raise InvalidTransition
    connection.removed_at = timezone.now()
    connection.save(update_fields=["removed_at"])
    connection_removed.record(
        by=by, connection_id=connection.pk, first_id=connection.first_id, second_id=connection.second_id
    )
    return connection
