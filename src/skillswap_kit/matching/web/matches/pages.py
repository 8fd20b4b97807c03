"""Who fits: the cards of matches, and those who are not suggested any more."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.conf import core_settings
from skillswap_kit.core.web.pages import ListPage
from skillswap_kit.exchange.models import Listing, Profile, Skill
from skillswap_kit.exchange.web.searching import address_with

from ...cursors import read_cursor, write_cursor
from ...matchers import DEFAULT
from ...models import Dismissal
from ...services import count_matches, recommend
from ...services.counting import MOST_COUNTED
from ..tabs import TabbedPage
from .forms import match_search
from .shown import match_address, show_matches
from .undoing import UndoMixin

AFTER = "after"


class MatchesPage(UndoMixin, TabbedPage):
    """The members who fit, best first, with reasons; narrowed by the filters of the API."""

    template_name = "skillswap_matching/matches/matches.html"
    title = _("Matches")
    tab = "matches"

    def get(self, request: HttpRequest) -> HttpResponse:
        search = match_search()(request.GET, queryset=Profile.objects.none(), request=request)
        form: Any = search.form
        kinds = self._own_kinds()
        form.name_wants(self._wanted())
        is_filtered = any(request.GET.get(name) for name in form.fields)
        found = self._found(search) if search.is_valid() else {"matches": [], "count": None}
        return self.render(filters=form, is_filtered=is_filtered, kinds=kinds, **found)

    def _found(self, search: FilterSet) -> dict[str, Any]:
        text = self.request.GET.get(AFTER, "")
        after = read_cursor(text, DEFAULT, name=AFTER) if text else None
        narrow = search.filter_queryset
        page = recommend(
            by=self.person, limit=core_settings.PAGE_SIZE, after=after, narrow=narrow, explain=True, matcher=DEFAULT
        )
        more = address_with(self.request, after=write_cursor(page.next, DEFAULT), dismissed=None) if page.next else ""
        return {
            "matches": show_matches(page.rows, self.people),
            "count": count_matches(by=self.person, narrow=narrow, most=MOST_COUNTED, matcher=DEFAULT),
            "more_url": more,
            "start_url": address_with(self.request, after=None, dismissed=None) if text else "",
        }

    def _wanted(self) -> QuerySet[Skill]:
        wants = Listing.objects.advertised().wants().filter(owner=self.person.pk)
        return Skill.objects.filter(pk__in=wants.values("skill"))

    def _own_kinds(self) -> set[str]:
        """Which of offers and wants the viewer has that count."""
        own = Listing.objects.advertised().filter(owner=self.person.pk)
        return set(own.order_by().values_list("kind", flat=True).distinct())


class DismissedPage(TabbedPage, ListPage):
    """Whom one said to be not for oneself; each is suggested again at a press."""

    template_name = "skillswap_matching/matches/dismissed.html"
    title = _("Not for me")
    tab = "dismissed"

    def get_rows(self) -> QuerySet[Any, Any]:
        found = self.rows(Profile).values("user")
        return self.rows(Dismissal).filter(about__in=found).select_related("about__skillswap_profile")

    def prepare(self, rows: list[Any]) -> None:
        self.people.add(dismissal.about for dismissal in rows)
        for dismissal in rows:
            dismissal.undo_url = match_address("match-undo", dismissal.about_id)
