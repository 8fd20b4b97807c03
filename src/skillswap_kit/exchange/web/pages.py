"""What the pages of the exchange have in common."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property

from skillswap_kit.core.permissions import is_signed_in
from skillswap_kit.core.web.pages import KitPage

from ..people import People
from ..services import profile_of


class ExchangePage(KitPage):
    """Times are those of the viewer's time zone; people are shown as the viewer may see them.

    Templates show a user by ``{{ user|shown_by:people }}``. A page that shows many adds them all first
    (``self.people.add(users)``), or each costs a query.
    """

    @cached_property
    def people(self) -> People:
        return People(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(self._time_zone()):
            return super().dispatch(request, *args, **kwargs)

    def _time_zone(self) -> ZoneInfo | None:
        viewer = self.request.user
        return ZoneInfo(profile_of(viewer).time_zone) if is_signed_in(viewer) else None  # type: ignore[arg-type]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "people": self.people}
