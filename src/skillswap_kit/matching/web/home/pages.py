"""Where a member begins: the next step, who fits them, what is ahead and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import ShowPage
from skillswap_kit.exchange.models import Listing, Session, Swap
from skillswap_kit.exchange.models.swaps import SwapQuerySet
from skillswap_kit.exchange.services import profile_of
from skillswap_kit.exchange.web.sessions.agenda import coming
from skillswap_kit.exchange.web.sessions.pages import MeetingsPage
from skillswap_kit.exchange.web.swaps.base import joined
from skillswap_kit.exchange.web.swaps.shown import ShownSwap

from ...services import recommend, suggest_circles, trending_skills
from ..circles.shown import show_circles
from ..matches.shown import show_matches
from ..matches.undoing import UndoMixin
from .steps import Situation, next_step

MOST_MATCHES = 3
MOST_CIRCLES = 2
MOST_WAITING = 3
"""Requests, sessions and running swaps that are looked at, of each the most urgent."""
MOST_TRENDING = 8


class HomePage(UndoMixin, MeetingsPage, ShowPage):
    template_name = "skillswap_matching/home.html"
    title = _("Home")

    def get_context(self) -> dict[str, Any]:
        situation = self.situation
        return {
            **super().get_context(),
            "profile": profile_of(self.person),
            "step": next_step(situation),
            "situation": situation,
            "trending": trending_skills(viewer=self.person, limit=MOST_TRENDING),
        }

    @cached_property
    def situation(self) -> Situation:
        own = Swap.objects.visible_to(self.person)
        requests = self._swaps(own.incoming(self.person).in_time().order_by("deadline", "pk"))
        running = self._swaps(own.running().order_by("-accepted_at", "-pk"))
        sessions = list(self._sessions()[:MOST_WAITING])
        matches = recommend(by=self.person, limit=MOST_MATCHES, explain=True).rows
        circles = suggest_circles(by=self.person, limit=MOST_CIRCLES) if len(matches) < MOST_MATCHES else []
        self.people.add(_in_swaps(requests + running))
        return Situation(
            kinds={*Listing.objects.active().filter(owner=self.person.pk).order_by().values_list("kind", flat=True)},
            requests=[ShownSwap(swap, self.person, self.people) for swap in requests],
            running=[ShownSwap(swap, self.person, self.people) for swap in running],
            meetings=self.meetings(sessions),
            matches=show_matches(matches, self.people),
            circles=show_circles(circles, self.people),
        )

    def _swaps(self, swaps: SwapQuerySet) -> list[Swap]:
        return list(joined(swaps, self.person)[:MOST_WAITING])

    def _sessions(self) -> Any:
        return coming(self.rows(Session).with_people().select_related("swap"), self.person)  # type: ignore[attr-defined]


def _in_swaps(swaps: Iterable[Swap]) -> set[User | None]:
    return {participant.user for swap in swaps for participant in swap.participants.all()}
