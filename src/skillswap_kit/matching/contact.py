"""How far two people have come with each other: what a match card says beside the name."""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, OuterRef, Q, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Connection, Swap, SwapParticipant


class Contact(TextChoices):
    """What lies between the viewer and somebody else; where several do, what stands lowest here."""

    NONE = "none", _("no contact yet")
    ASKED = "asked", _("you asked them")
    WAS_ASKED = "was_asked", _("they asked you")
    CONNECTED = "connected", _("connected")


def contact_with(viewer: User, user: str) -> Case:
    """The contact of the viewer with the user at this path of a row: an annotation, so that it costs no query."""
    decisions, them = SwapParticipant.Decision, OuterRef(user)
    people = SwapParticipant.objects.filter(user=them)
    was_asked = people.filter(decision=decisions.ACCEPTED, swap__in=Swap.objects.incoming(viewer).values("pk"))
    asked = people.filter(decision=decisions.PENDING, swap__in=Swap.objects.outgoing(viewer).values("pk"))
    connected = Connection.objects.standing().of(viewer).filter(Q(first=them) | Q(second=them))
    return Case(
        When(Exists(connected), then=Value(Contact.CONNECTED.value)),
        When(Exists(was_asked), then=Value(Contact.WAS_ASKED.value)),
        When(Exists(asked), then=Value(Contact.ASKED.value)),
        default=Value(Contact.NONE.value),
        output_field=CharField(),
    )
