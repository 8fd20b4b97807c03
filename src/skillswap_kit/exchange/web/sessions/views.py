"""My sessions, one of them, and the commands about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.pages import CommandPage, ListPage, ShowPage

from ... import services
from ...models import Session
from ...services.rules import SESSION_RULES, answers_proposal, swap_actions
from ..checked import CheckedPage
from ..forms import ReasonForm
from .agenda import agenda, coming, past
from .forms import RescheduleForm
from .pages import MeetingsPage, SessionRow

COMING, PAST = "coming", "past"


class SessionsPage(MeetingsPage, ListPage):
    """What is ahead as an agenda, what is over in another tab."""

    template_name = "skillswap_exchange/sessions/sessions.html"
    title = _("My sessions")

    @property
    def is_past(self) -> bool:
        return self.request.GET.get("show") == PAST

    def get_rows(self) -> QuerySet[Any, Any]:
        sessions = self.rows(Session).with_people().select_related("swap")  # type: ignore[attr-defined]
        return past(sessions, self.person) if self.is_past else coming(sessions, self.person)

    def get_context(self) -> dict[str, Any]:
        address = reverse("skillswap_exchange:sessions")
        tabs = [
            {"url": f"{address}?show={COMING}", "label": _("Coming"), "is_current": not self.is_past},
            {"url": f"{address}?show={PAST}", "label": _("Past"), "is_current": self.is_past},
        ]
        return {**super().get_context(), "tabs": tabs, "is_past": self.is_past}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        today = timezone.localdate()
        parts = agenda(self.meetings(context["page"].rows))
        return super().render(status=status, agenda=parts, today=today, zone=_zone_name(), **context)


def _zone_name() -> str:
    return timezone.get_current_timezone_name().replace("_", " ")


class SessionPage(SessionRow, MeetingsPage, ShowPage):
    template_name = "skillswap_exchange/sessions/session.html"

    def get_title(self) -> Any:
        return self.row.topic

    def get_context(self) -> dict[str, Any]:
        (meeting,) = self.meetings([self.row])
        return {
            **super().get_context(),
            "meeting": meeting,
            "zone": _zone_name(),
            "can_confirm": self.row.status == Session.Status.COMPLETED and self._has_something_to_confirm(),
        }

    def _has_something_to_confirm(self) -> bool:
        return "confirm" in swap_actions(self.row.swap, self.person)


class SessionCommand(SessionRow, MeetingsPage, CheckedPage, CommandPage):
    """A command about a session; while its rule forbids it, the page says why."""

    template_name = "skillswap_exchange/sessions/command.html"
    command: ClassVar[str]
    service: ClassVar[Callable[..., Session]]

    @property
    def own_side(self) -> Any:
        sides = (self.row.requester, self.row.recipient)
        return next(side for side in sides if side.user_id == self.person.pk)

    def check(self) -> None:
        SESSION_RULES[self.command](self.row, self.own_side)

    def perform(self, data: dict[str, Any]) -> Session:
        return type(self).service(session=self.row, by=self.person, **data)

    def get_context(self) -> dict[str, Any]:
        (meeting,) = self.meetings([self.row])
        return {**super().get_context(), "meeting": meeting}


class AcceptPage(SessionCommand):
    title, submit = _("Accept this session?"), _("Accept")
    command, service = "accept", staticmethod(services.accept_session)
    done = _("You accepted. The session is in your agenda.")


class DeclinePage(SessionCommand):
    title, submit = _("Decline this session?"), _("Decline")
    command, service = "decline", staticmethod(services.decline_session)
    form_class = ReasonForm
    is_final = True
    done = _("You declined the session.")

    def get_context(self) -> dict[str, Any]:
        if not answers_proposal(self.row, self.own_side):
            return super().get_context()
        return {**super().get_context(), "explanation": _("The proposal that it came with is declined too.")}


class ReschedulePage(SessionCommand):
    title, submit = _("Suggest another time"), _("Send")
    explanation = _("The other member is asked again.")
    command, service = "reschedule", staticmethod(services.reschedule_session)
    form_class = RescheduleForm
    done = _("You suggested another time. The other member is asked.")

    def get_form_options(self) -> dict[str, Any]:
        sides = (self.own_side, self.row.requester, self.row.recipient)
        return {"people": [side.user for side in sides if side.user and self.people.show(side.user).key is not None]}

    def get_initial(self) -> dict[str, Any]:
        return {
            "starts_at": self._agreed_time(),
            "time_zone": self.row.time_zone,
            "duration_minutes": self.row.duration_minutes,
        }

    def _agreed_time(self) -> datetime:
        """On the clock in which the time was named, as the form names the zone."""
        return timezone.make_naive(self.row.starts_at, ZoneInfo(self.row.time_zone))


class CancelPage(SessionCommand):
    title, submit = _("Call this session off?"), _("Call off")
    command, service = "cancel", staticmethod(services.cancel_session)
    form_class = ReasonForm
    is_final = True
    done = _("You called the session off.")


class CompletePage(SessionCommand):
    title, submit = _("Did this session take place?"), _("It took place")
    command, service = "complete", staticmethod(services.complete_session)
    done = _("The session is completed.")


class MissedPage(SessionCommand):
    title, submit = _("Did you not meet?"), _("It did not take place")
    command, service = "missed", staticmethod(services.miss_session)
    form_class = ReasonForm
    is_final = True
    done = _("The session is marked as missed.")
