"""How far two people have come with each other: what a match card says beside the name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.prepared import Prepared, given_user, is_among
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Swap, SwapParticipant

_PENDING, _ACCEPTED = SwapParticipant.Decision.PENDING, SwapParticipant.Decision.ACCEPTED


class Contact(TextChoices):
    """What lies between the viewer and somebody else; where several do, what stands lowest here."""

    NONE = "none", _("no contact yet")
    ASKED = "asked", _("you asked them")
    WAS_ASKED = "was_asked", _("they asked you")
    CONNECTED = "connected", _("connected")


@dataclass(frozen=True)
class OpenProposal:
    """A proposal between the viewer and somebody else, which waits for one of the two."""

    contact: Contact
    swap: int


def open_proposals(viewer: User, users: Collection[Any]) -> dict[Any, OpenProposal]:
    """By the keys of these users; where several wait, the newest of those for the viewer's answer. One query.

    What waits for the viewer is theirs to answer whether the other has agreed or is asked as well: the site may have
    suggested it, or a third person proposed a circle.
    """
    found: dict[Any, OpenProposal] = {}
    for user, swap, theirs, own in PROPOSED.rows(viewer=viewer.pk, users=users):
        if own == _PENDING:
            found[user] = OpenProposal(Contact.WAS_ASKED, swap)
        elif own == _ACCEPTED and theirs == _PENDING and not _was_asked(found.get(user)):
            found[user] = OpenProposal(Contact.ASKED, swap)
    return found


def _proposed() -> QuerySet[SwapParticipant, Any]:
    shared = SwapParticipant.objects.filter(
        is_among("user", "users", get_user_model()._meta.pk),
        swap__status=Swap.Status.PROPOSED,
        swap__participants__user=given_user("viewer"),
    )
    return shared.order_by("swap").values_list("user", "swap", "decision", "swap__participants__decision")


PROPOSED = Prepared(_proposed)
"""What these ``users`` and the ``viewer`` have said to open proposals that both take part in."""


def _was_asked(proposal: OpenProposal | None) -> bool:
    return proposal is not None and proposal.contact == Contact.WAS_ASKED
