"""How far two people have come with each other: what a match card says beside the name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Connection, Swap, SwapParticipant

_PENDING, _ACCEPTED = SwapParticipant.Decision.PENDING, SwapParticipant.Decision.ACCEPTED


class Contact(TextChoices):
    """What lies between the viewer and somebody else; where several do, what stands lowest here."""

    NONE = "none", _("no contact yet")
    ASKED = "asked", _("you asked them")
    WAS_ASKED = "was_asked", _("they asked you")
    CONNECTED = "connected", _("connected")


def contacts(viewer: User, users: Collection[Any]) -> dict[Any, Contact]:
    """The contact of the viewer with each of these users, by their keys; two queries."""
    return {**contacts_of_unconnected(viewer, users), **dict.fromkeys(_connected(viewer, users), Contact.CONNECTED)}


def contacts_of_unconnected(viewer: User, users: Collection[Any]) -> dict[Any, Contact]:
    """The same of users of whom it is known that none is connected with the viewer; one query."""
    found = dict.fromkeys(users, Contact.NONE)
    # A join and no subqueries: writing those costs several times what the database needs to answer.
    shared = SwapParticipant.objects.filter(
        user__in=users, swap__status=Swap.Status.PROPOSED, swap__participants__user=viewer.pk
    )
    for user, theirs, own in shared.order_by().values_list("user", "decision", "swap__participants__decision"):
        if own == _PENDING and theirs == _ACCEPTED:
            found[user] = Contact.WAS_ASKED
        elif own == _ACCEPTED and theirs == _PENDING and found[user] == Contact.NONE:
            found[user] = Contact.ASKED
    return found


def _connected(viewer: User, users: Collection[Any]) -> set[Any]:
    standing = Connection.objects.standing().of(viewer).filter(Q(first__in=users) | Q(second__in=users))
    pairs = standing.order_by().values_list("first", "second")
    return {second if first == viewer.pk else first for first, second in pairs} & {*users}
