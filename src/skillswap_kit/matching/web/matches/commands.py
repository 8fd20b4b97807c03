"""What the buttons of a card do: propose, dismiss and undo."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import key_field, parse_key, written_key
from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import CommandPage, RowMixin
from skillswap_kit.core.web.redirects import safe_next
from skillswap_kit.exchange.models import Profile, Skill, Swap
from skillswap_kit.exchange.web.pages import ExchangePage

from ...reasons import reasons_for
from ...services import dismiss_member, match_terms, propose_match, undo_dismissal
from .forms import MessageForm
from .shown import MatchLinks, ShownTerms
from .undoing import with_dismissed


class MemberCommandPage(RowMixin, ExchangePage, CommandPage):
    """About another member whom the viewer may find."""

    model = Profile
    lookup = "user"

    def related(self, rows: Any) -> Any:
        return rows.exclude(user=self.person.pk).select_related("user")

    @property
    def member(self) -> User:
        return cast("User", self.row.user)

    @property
    def name(self) -> str:
        return isolated(self.people.show(self.member).name)

    def next_url(self, result: Any) -> str:
        return reverse("skillswap_matching:matches")

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        back_url = safe_next(self.request) or reverse("skillswap_matching:matches")
        return super().render(status=status, **{"back_url": back_url, **context})


class ProposePage(MemberCommandPage):
    """One click: what is worth the most to each of the two, as the sender has read it; else it is shown anew."""

    template_name = "skillswap_matching/matches/propose.html"
    form_class = MessageForm
    submit = _("Propose this swap")
    done = _("Your proposal is sent.")

    def get_title(self) -> Any:
        return gettext("Propose a swap to %(name)s") % {"name": self.name}

    def get_context(self) -> dict[str, Any]:
        terms = match_terms(by=self.person, member=self.member)
        return {
            **super().get_context(),
            "partner": self.people.show(self.member),
            "links": MatchLinks(self.member.pk),
            "terms": ShownTerms.of(terms) if terms else None,
            "reasons": reasons_for(self.person, [self.row])[self.row.pk],
        }

    def perform(self, data: dict[str, Any]) -> Swap:
        learn, teach = self._shown("learn"), self._shown("teach")
        return propose_match(by=self.person, member=self.member, learn=learn, teach=teach, **data)

    def _shown(self, name: str) -> int:
        """The key of the skill that the sender has read. No skill has the key that stands for none."""
        try:
            key: int = parse_key(key_field(Skill), self.request.POST.get(name, ""))
        except ValueError:
            return 0
        return key

    def next_url(self, result: Swap) -> str:
        return reverse("skillswap_exchange:swap", kwargs={"pk": result.pk})


class DismissPage(MemberCommandPage):
    """The page that it goes back to offers to undo it."""

    explanation = _("You can take it back at any time. They never learn of it.")
    submit = pgettext_lazy("button", "Not for me")

    def get_title(self) -> Any:
        return gettext("Suggest %(name)s no more?") % {"name": self.name}

    def perform(self, data: dict[str, Any]) -> None:
        dismiss_member(by=self.person, member=self.member)

    def where_next(self, result: Any) -> str:
        return with_dismissed(super().where_next(result), written_key(self.member.pk))


class UndoPage(MemberCommandPage):
    explanation = _("They are among your matches again, where they fit.")
    submit = pgettext_lazy("button", "Suggest again")

    def get_title(self) -> Any:
        return gettext("Suggest %(name)s again?") % {"name": self.name}

    def perform(self, data: dict[str, Any]) -> None:
        undo_dismissal(by=self.person, member=self.member)
