"""What the pages of sessions have in common."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.pages import RowMixin

from ...models import Session
from ...services.rules import session_actions
from ..pages import ExchangePage
from .times import Meeting

LABELS = {
    "accept": _("Accept"),
    "decline": _("Decline"),
    "reschedule": _("Suggest another time"),
    "cancel": _("Call off"),
    "complete": _("It took place"),
    "missed": _("It did not take place"),
}
AT_ONCE = ("accept", "complete")
"""Commands that need no more words, and are given by pressing the button."""


class MeetingsPage(ExchangePage):
    """Pages that show sessions as meetings of the viewer with somebody."""

    def meetings(self, sessions: list[Session]) -> list[Meeting]:
        self.people.add(side.user for session in sessions for side in (session.requester, session.recipient))
        return [self._meeting(session) for session in sessions]

    def _meeting(self, session: Session) -> Meeting:
        is_asked = session.recipient.user_id == self.person.pk
        other = session.requester if is_asked else session.recipient
        return Meeting(
            session=session,
            other=self.people.show(other.user),
            is_asked=is_asked,
            buttons=[self._button(session, action) for action in self._commands(session)],
        )

    def _commands(self, session: Session) -> list[str]:
        """Whoever can decline needs no second way to say no."""
        actions = session_actions(session, self.person)
        return [action for action in actions if action != "cancel" or "decline" not in actions]

    def _button(self, session: Session, action: str) -> dict[str, Any]:
        """What the elements ``post`` and ``button`` are given."""
        url, here = reverse(f"skillswap_exchange:session-{action}", args=[session.pk]), self.request.get_full_path()
        is_post = action in AT_ONCE
        return {
            "url": url if is_post else f"{url}?{urlencode({'next': here})}",
            "text": LABELS[action],
            "is_post": is_post,
            "next": here,
        }


class SessionRow(RowMixin):
    """Pages about one session."""

    model: ClassVar[type[Session]] = Session

    def related(self, rows: Any) -> Any:
        return rows.with_people().select_related("swap")

    def home_url(self) -> str:
        return reverse("skillswap_exchange:session", args=[self.row.pk])
