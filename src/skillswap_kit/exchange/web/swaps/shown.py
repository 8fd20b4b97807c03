"""A swap from the side of one of its participants: what they teach and learn, and what they can do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User

from ...models import Swap, SwapLeg, SwapParticipant
from ...people import People, ShownPerson
from ...services.rules import swap_actions
from ..circle_picture import CirclePicture, circle_picture
from .buttons import LOOKS, Button, buttons_for, swap_url

TONES: Mapping[str, str] = {
    Swap.Status.PROPOSED: "wait",
    Swap.Status.ACCEPTED: "ok",
    Swap.Status.IN_PROGRESS: "ok",
    Swap.Status.COMPLETED: "ok",
    Swap.Status.DECLINED: "bad",
}
LEG_TONES: Mapping[str, str] = {SwapLeg.Status.CONFIRMED: "ok"}

TITLES: Mapping[str, Any] = {
    Swap.Kind.BARTER: gettext_lazy("Swap with %(names)s"),
    Swap.Kind.POINTS: gettext_lazy("Swap for points with %(names)s"),
    Swap.Kind.CIRCLE: gettext_lazy("Circle with %(names)s"),
}
MEANINGS: Mapping[str, Any] = {
    Swap.Kind.BARTER: gettext_lazy("A swap: you teach and you learn."),
    Swap.Kind.POINTS: gettext_lazy("Whoever learns pays with points."),
    Swap.Kind.CIRCLE: gettext_lazy("A circle: everybody teaches one member and learns from another."),
}
ENDS: Mapping[str, Any] = {
    Swap.Status.DECLINED: gettext_lazy("This proposal was declined."),
    Swap.Status.CANCELLED: gettext_lazy("This was cancelled."),
    Swap.Status.EXPIRED: gettext_lazy("Nobody answered in time."),
}


@dataclass(frozen=True, kw_only=True)
class ShownLeg:
    """A leg as the viewer may see its people."""

    giver: ShownPerson
    receiver: ShownPerson
    skill: str


class ShownSwap:
    """``swap`` is one of ``joined``; the viewer takes part in it."""

    leg_tones: ClassVar[Mapping[str, str]] = LEG_TONES

    def __init__(self, swap: Swap, viewer: User, people: People) -> None:
        self.swap = swap
        self.viewer = viewer
        self.people = people
        participants = list(swap.participants.all())
        self.me = next(participant for participant in participants if participant.user_id == viewer.pk)
        self.others = [participant for participant in participants if participant.pk != self.me.pk]

    @property
    def url(self) -> str:
        return swap_url(self.swap)

    @property
    def tone(self) -> str:
        return TONES.get(self.swap.status, "")

    @cached_property
    def gives(self) -> list[SwapLeg]:
        return [leg for leg in self.swap.legs.all() if leg.giver_id == self.me.pk]

    @cached_property
    def gets(self) -> list[SwapLeg]:
        return [leg for leg in self.swap.legs.all() if leg.receiver_id == self.me.pk]

    @cached_property
    def between_others(self) -> list[SwapLeg]:
        return [leg for leg in self.swap.legs.all() if self.me.pk not in (leg.giver_id, leg.receiver_id)]

    @cached_property
    def picture(self) -> CirclePicture | None:
        """Of a circle, beginning with the viewer."""
        if self.swap.kind != Swap.Kind.CIRCLE:
            return None
        given = {leg.giver_id: leg for leg in self.swap.legs.all()}
        turn = self.gives[:1]
        while len(turn) < len(given):
            turn.append(given[turn[-1].receiver_id])
        return circle_picture([self._show_leg(leg) for leg in turn])

    def _show_leg(self, leg: SwapLeg) -> ShownLeg:
        giver, receiver = (self.people.show(side.user) for side in (leg.giver, leg.receiver))
        return ShownLeg(giver=giver, receiver=receiver, skill=leg.skill.name)

    @cached_property
    def actions(self) -> list[str]:
        """What the viewer may do now. The page for a change is for two."""
        allowed = swap_actions(self.swap, self.viewer)
        return [action for action in LOOKS if action in allowed and (action != "change" or self.can_be_rewritten)]

    @property
    def can_be_rewritten(self) -> bool:
        return len(self.others) == 1 and self.others[0].user is not None

    @cached_property
    def title(self) -> str:
        if self.swap.kind == Swap.Kind.GIFT:
            text = _("Gift for %(names)s") if self.gives else _("Gift from %(names)s")
        else:
            text = str(TITLES[self.swap.kind])
        return text % {"names": self.names_of(self.others)}

    @property
    def meaning(self) -> str:
        """What kind of agreement it is, in a sentence."""
        if self.swap.kind == Swap.Kind.GIFT:
            if self.gives:
                return _("A gift: you teach and ask for nothing in return.")
            return _("A gift: you learn and give nothing in return.")
        return str(MEANINGS[self.swap.kind])

    @cached_property
    def buttons(self) -> list[Button]:
        return buttons_for(self)

    @cached_property
    def quick_buttons(self) -> list[Button]:
        return buttons_for(self, is_list=True)

    @property
    def next_step(self) -> str:
        """What it waits for, in a sentence."""
        match self.swap.status:
            case Swap.Status.PROPOSED:
                return _next_answer(self)
            case Swap.Status.ACCEPTED | Swap.Status.IN_PROGRESS:
                return _next_confirmation(self)
            case Swap.Status.COMPLETED:
                return _("Completed. Say how it was.") if "review" in self.actions else _("Completed.")
        return str(ENDS[self.swap.status])

    @property
    def has_begun(self) -> bool:
        """By somebody's word, or because the viewer has met another."""
        return self.swap.status == Swap.Status.IN_PROGRESS or bool(getattr(self.swap, "has_met", False))

    def names_of(self, participants: Iterable[SwapParticipant]) -> str:
        """In one phrase, each as the viewer may see it."""
        names = [isolated(self.people.show(participant.user).name) for participant in participants]
        if len(names) < 2:
            return "".join(names)
        # Not get_text_list: Arabic writes its "and" without a space before the last name.
        return _("%(names)s and %(last)s") % {"names": _(", ").join(names[:-1]), "last": names[-1]}


def _next_answer(shown: ShownSwap) -> str:
    if shown.swap.deadline <= timezone.now():
        return _("The time to answer is over.")
    if "accept" in shown.actions:
        return _("Waiting for your answer")
    waiting = [other for other in shown.others if other.decision == SwapParticipant.Decision.PENDING]
    return _("Waiting for an answer from %(names)s") % {"names": shown.names_of(waiting)}


def _next_confirmation(shown: ShownSwap) -> str:
    if "confirm" not in shown.actions:
        receivers = {leg.receiver_id for leg in shown.swap.legs.all() if leg.status == SwapLeg.Status.OPEN}
        waiting = [other for other in shown.others if other.pk in receivers]
        return _("Waiting until %(names)s confirms") % {"names": shown.names_of(waiting)}
    if not shown.has_begun:
        return _("Everybody agreed. Find a time to meet.")
    return _("Under way. Confirm once you have learnt what you agreed on.")
