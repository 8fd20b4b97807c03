"""A circle as its card shows it to the member for whom it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.text import isolated
from skillswap_kit.exchange.people import People, ShownPerson
from skillswap_kit.exchange.web.circle_picture import CirclePicture, circle_picture
from skillswap_kit.exchange.web.swaps.shown import ShownLeg

from ...services import SuggestedCircle, SuggestedLeg

GOOD, FAIR = 0.6, 0.4
"""What a leg is worth on the average: 1 is a want of full priority met by an offer of the highest level."""


@dataclass(frozen=True, kw_only=True)
class ToldLeg(ShownLeg):
    """In words; ``wanted`` is named where what is taught only helps with it."""

    wanted: str = ""

    @property
    def text(self) -> str:
        """In a sentence, from the viewer's side."""
        words = {
            "giver": isolated(self.giver.name),
            "receiver": isolated(self.receiver.name),
            "skill": isolated(self.skill),
            "wanted": isolated(self.wanted),
        }
        return self._sentence() % words

    def _sentence(self) -> str:
        if self.receiver.is_viewer:
            if self.wanted:
                return _("%(giver)s teaches you %(skill)s, which helps with %(wanted)s.")
            return _("%(giver)s teaches you %(skill)s.")
        if self.giver.is_viewer:
            if self.wanted:
                return _("You teach %(receiver)s %(skill)s, which helps with %(wanted)s.")
            return _("You teach %(receiver)s %(skill)s.")
        if self.wanted:
            return _("%(giver)s teaches %(receiver)s %(skill)s, which helps with %(wanted)s.")
        return _("%(giver)s teaches %(receiver)s %(skill)s.")


class ShownCircle:
    """``suggested`` as the viewer may see its people."""

    def __init__(self, suggested: SuggestedCircle, people: People) -> None:
        self.suggested = suggested
        self.legs = [_shown(leg, people) for leg in suggested.legs]
        self.teacher, self.pupil = people.show(suggested.teacher), people.show(suggested.pupil)

    @property
    def others(self) -> tuple[ShownPerson, ShownPerson]:
        return self.teacher, self.pupil

    @property
    def title(self) -> str:
        return _("Circle with %(teacher)s and %(pupil)s") % {
            "teacher": isolated(self.teacher.name),
            "pupil": isolated(self.pupil.name),
        }

    @property
    def worth(self) -> str:
        """How well it fits, in words."""
        leg = self.suggested.score ** (1 / len(self.legs))
        if leg >= GOOD:
            return _("fits very well")
        return _("fits well") if leg >= FAIR else _("fits")

    @cached_property
    def picture(self) -> CirclePicture:
        return circle_picture(self.legs)

    @property
    def terms(self) -> list[tuple[str, Any]]:
        """The fields that propose it."""
        skills = [("skills", leg.taught.pk) for leg in self.suggested.legs]
        return [("teacher", written_key(self.teacher.key)), ("pupil", written_key(self.pupil.key)), *skills]

    @property
    def propose_url(self) -> str:
        return f"{reverse('skillswap_matching:circle-propose')}?{urlencode(self.terms)}"


def _shown(leg: SuggestedLeg, people: People) -> ToldLeg:
    return ToldLeg(
        giver=people.show(leg.giver),
        receiver=people.show(leg.receiver),
        skill=leg.taught.name,
        wanted=leg.wanted.name if leg.wanted != leg.taught else "",
    )


def show_circles(circles: Iterable[SuggestedCircle], people: People) -> list[ShownCircle]:
    rows = list(circles)
    people.add(leg.giver for circle in rows for leg in circle.legs)
    return [ShownCircle(circle, people) for circle in rows]
