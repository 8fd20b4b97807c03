"""What happened to a swap, as its participants read it: the event log in their words, and every proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.events import DomainSignal
from skillswap_kit.core.models import Event, subject_key

from . import signals
from .models import Session, Skill, Swap

_LABELS: Mapping[DomainSignal, Any] = {
    signals.swap_proposed: _("Swap proposed"),
    signals.swap_suggested: _("Suggested by the site"),
    signals.swap_changed: _("Changed proposal sent"),
    signals.swap_agreed: _("Agreed"),
    signals.swap_accepted: _("Everybody agreed"),
    signals.swap_declined: _("Declined"),
    signals.swap_cancelled: _("Cancelled"),
    signals.swap_expired: _("The time to answer ran out"),
    signals.swap_started: _("Started"),
    signals.leg_confirmed: _("Confirmed what was received"),
    signals.swap_completed: _("Completed"),
    signals.session_requested: _("Asked for a session"),
    signals.session_accepted: _("Session accepted"),
    signals.session_declined: _("Session declined"),
    signals.session_rescheduled: _("Session moved to another time"),
    signals.session_cancelled: _("Session cancelled"),
    signals.session_completed: _("Session took place"),
    signals.session_missed: _("Session did not take place"),
}
LABELS = {signal.name: label for signal, label in _LABELS.items()}


def history_of(swap: Swap) -> QuerySet[Event]:
    """The events of a swap and of its sessions, oldest first, with who did it."""
    sessions = swap.sessions.order_by("pk").values_list("pk", flat=True)
    of_sessions = Event.objects.filter(subject__in=[subject_key(Session._meta.label, pk) for pk in sessions])
    return (Event.objects.about(swap) | of_sessions).select_related("by__skillswap_profile").order_by("pk")


def label_of(event: Event) -> str:
    """The event in the reader's language; its bare name for one that an app of the host added."""
    return str(LABELS.get(event.name, event.name))


def show_proposals(swap: Swap) -> None:
    """Give the swap its proposals with people and skills in place of positions and keys, in two queries."""
    people = {participant.position: participant for participant in swap.participants.all()}
    proposals = list(swap.proposals.all())
    skills = Skill.objects.in_bulk({leg["skill"] for proposal in proposals for leg in proposal.terms})
    for proposal in proposals:
        proposal.by = next((person for person in people.values() if person.pk == proposal.by_id), None)
        proposal.shown_terms = [  # type: ignore[attr-defined]
            {
                **leg,
                "giver": people[leg["giver"]],
                "receiver": people[leg["receiver"]],
                "skill": skills.get(leg["skill"]),
            }
            for leg in proposal.terms
        ]
    swap.shown_proposals = proposals  # type: ignore[attr-defined]
