"""Whom swaps have connected me with."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import CommandPage, ListPage, RowMixin

from ...models import Connection
from ...services import remove_connection
from ..pages import ExchangePage


class ConnectionsPage(ExchangePage, ListPage):
    """With whom, since when, and through which swap."""

    template_name = "skillswap_exchange/connections/connections.html"
    title = _("Connections")

    def get_rows(self) -> QuerySet[Any, Any]:
        connections = cast("Any", self.rows(Connection)).with_people().prefetch_related("swap__legs__skill")
        return cast("QuerySet[Any, Any]", connections.order_by("-created_at", "-pk"))

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        connections = context["page"].rows
        partners = [partner_in(connection, self.person) for connection in connections]
        self.people.add(partners)
        pairs = [(connection, self.people.show(user)) for connection, user in zip(connections, partners, strict=True)]
        return super().render(status=status, connections=pairs, **context)


class RemovePage(RowMixin, ExchangePage, CommandPage):
    model = Connection
    explanation = _(
        "Your swaps and what you wrote to each other stay. "
        "The next swap that you both accept connects the two of you again."
    )
    submit = pgettext_lazy("button", "Remove")
    done = _("The connection is removed.")

    def related(self, rows: Any) -> Any:
        return rows.with_people()

    def get_title(self) -> Any:
        name = self.people.show(partner_in(self.row, self.person)).name
        return gettext("Remove the connection with %(name)s?") % {"name": isolated(name)}

    def perform(self, data: dict[str, Any]) -> None:
        remove_connection(connection=self.row, by=self.person)

    def next_url(self, result: None) -> str:
        return reverse("skillswap_exchange:connections")

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().render(status=status, **{"back_url": self.next_url(None), **context})


def partner_in(connection: Connection, person: User) -> User:
    """The one of the two who is not looking."""
    return connection.second if connection.first_id == person.pk else connection.first
