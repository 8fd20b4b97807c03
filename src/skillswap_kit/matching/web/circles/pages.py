"""Circles: what three can teach each other that two cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import key_field, key_or_404
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import CommandPage, ShowPage
from skillswap_kit.core.web.redirects import safe_next
from skillswap_kit.exchange.models import Profile, Skill, Swap
from skillswap_kit.exchange.web.circle_picture import circle_picture
from skillswap_kit.exchange.web.pages import ExchangePage

from ...services import propose_circle, suggest_circles
from ...services.circles import PEOPLE
from ..matches.forms import MessageForm
from ..tabs import TabbedPage
from .shown import ToldLeg, show_circles

MOST_CIRCLES = 6


class CirclesPage(TabbedPage, ShowPage):
    """The best circles of the viewer, each as a picture and in words."""

    template_name = "skillswap_matching/circles/circles.html"
    title = _("Circles")
    tab = "circles"

    def get_context(self) -> dict[str, Any]:
        circles = suggest_circles(by=self.person, limit=MOST_CIRCLES)
        return {**super().get_context(), "circles": show_circles(circles, self.people)}


class ProposeCirclePage(ExchangePage, CommandPage):
    """``?teacher=…&pupil=…&skills=…&skills=…&skills=…``: what the teacher, the pupil and the viewer teach."""

    template_name = "skillswap_matching/circles/propose.html"
    title = _("Propose this circle")
    form_class = MessageForm
    submit = _("Propose this circle")
    done = _("Your proposal is sent to both.")

    @cached_property
    def others(self) -> tuple[User, User]:
        """The teacher and the pupil."""
        return self._member("teacher"), self._member("pupil")

    def _member(self, name: str) -> User:
        others = self.rows(Profile).exclude(user=self.person.pk).select_related("user")
        member: User = self.find(others, self.request.GET.get(name, ""), lookup="user").user
        return member

    @cached_property
    def skills(self) -> list[Skill]:
        """In the order of the legs."""
        keys = [key_or_404(key_field(Skill), key) for key in self.request.GET.getlist("skills")[: PEOPLE + 1]]
        found = self.rows(Skill).in_bulk(keys)
        if len(keys) != PEOPLE or any(key not in found for key in keys):
            raise Http404
        return [found[key] for key in keys]

    def perform(self, data: dict[str, Any]) -> Swap:
        teacher, pupil = self.others
        skills = [skill.pk for skill in self.skills]
        return propose_circle(by=self.person, teacher=teacher, pupil=pupil, skills=skills, **data)

    def next_url(self, result: Swap) -> str:
        return reverse("skillswap_exchange:swap", kwargs={"pk": result.pk})

    def get_context(self) -> dict[str, Any]:
        legs = self._legs()
        others = [self.people.show(user) for user in self.others]
        return {**super().get_context(), "legs": legs, "picture": circle_picture(legs), "others": others}

    def _legs(self) -> list[ToldLeg]:
        teacher, pupil = self.others
        self.people.add(self.others)
        circle: Sequence[User] = (teacher, pupil, self.person)
        receivers = (self.person, teacher, pupil)
        return [
            ToldLeg(giver=self.people.show(giver), receiver=self.people.show(receiver), skill=skill.name)
            for giver, receiver, skill in zip(circle, receivers, self.skills, strict=True)
        ]

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        back_url = safe_next(self.request) or reverse("skillswap_matching:circles")
        return super().render(status=status, **{"back_url": back_url, **context})
