"""“Not for me” and taking it back, without a script: the page that follows names the member, and offers to undo it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from skillswap_kit.core.keys import key_field, parse_key
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.people import ShownPerson
from skillswap_kit.exchange.web.pages import ExchangePage

from ...models import Dismissal
from .shown import match_address

DISMISSED = "dismissed"


class UndoMixin(ExchangePage):
    """Pages of cards: ``?dismissed=`` names who has just left them. Templates include ``matches/undo.html``."""

    def get_context(self) -> dict[str, Any]:
        person = self._dismissed()
        undo_url = match_address("match-undo", person.key) if person else ""
        return {
            **super().get_context(),
            "dismissed": person,
            "undo_url": undo_url,
            "here": with_dismissed(self.request.get_full_path(), None),
        }

    def _dismissed(self) -> ShownPerson | None:
        """Nobody, where they are suggested again by now, or may not be found any more."""
        try:
            key = parse_key(key_field(Profile, "user"), self.request.GET.get(DISMISSED, ""))
        except ValueError:
            return None
        about = self.rows(Dismissal).filter(about=key).values("about")
        profile = self.rows(Profile).filter(user__in=about).select_related("user").first()
        return self.people.show(profile.user) if profile else None


def with_dismissed(address: str, key: Any) -> str:
    """An address of this site that names this member, or with None no member, as dismissed."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != DISMISSED]
    if key is not None:
        query.append((DISMISSED, str(key)))
    return parts._replace(query=urlencode(query)).geturl()
