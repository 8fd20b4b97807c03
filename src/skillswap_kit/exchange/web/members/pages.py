"""Members: looking for them, and the page of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.permissions import is_signed_in, may_browse
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import ListPage, RowMixin, ShowPage, labelled

from ...filters.members import MEMBER_ORDERINGS
from ...models import Connection, Listing, Profile, Skill
from ...models.listings import ListingQuerySet
from ...services import member_statistics, profile_of
from ..pages import ExchangePage
from ..reviewed import ReviewedMixin
from ..searching import Narrowed, narrowed_by
from .forms import MemberSearch

SKILLS_ON_CARD = 4
LISTINGS_ON_PAGE = 12


class MembersPage(ExchangePage, ListPage):
    """The members whom one may find."""

    access = staticmethod(may_browse)
    template_name = "skillswap_exchange/members/members.html"
    title = _("Members")
    filterset_class = MemberSearch
    orderings = labelled(
        MEMBER_ORDERINGS,
        {"newest": _("Newest first"), "-rating": _("Best rated first"), "name": _("By name")},
    )

    def get_rows(self) -> QuerySet[Any, Any]:
        listings = Listing.objects.advertised().select_related("skill")
        return (
            self.rows(Profile)
            .select_related("user")
            .prefetch_related("languages", few("teaches", listings.offers()), few("learns", listings.wants()))
        )

    def prepare(self, rows: list[Any]) -> None:
        self.people.add(profile.user for profile in rows)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "narrowed": list(self._narrowed())}

    def _narrowed(self) -> Iterator[Narrowed]:
        for name in ("skill", "offers", "wants"):
            yield from narrowed_by(self.request, name, self.rows(Skill))


def few(name: str, listings: ListingQuerySet) -> Prefetch[Any]:
    """The first listings of each member, for a card: one query for all members."""
    return Prefetch("user__skillswap_listings", queryset=listings[:SKILLS_ON_CARD], to_attr=name)


class MemberPage(ReviewedMixin, ExchangePage, RowMixin, ShowPage):
    """Somebody as the viewer may see them, and oneself, even before the first write has made a profile."""

    access = staticmethod(may_browse)
    template_name = "skillswap_exchange/members/member.html"
    model = Profile
    lookup = "user"

    def related(self, rows: Any) -> Any:
        return rows.select_related("user").prefetch_related("languages")

    @cached_property
    def row(self) -> Any:
        viewer = self.request.user
        if is_signed_in(viewer) and self.kwargs["pk"] == str(written_key(viewer.pk)):
            return profile_of(self.person)
        return super().row

    @property
    def member(self) -> User:
        user: User = self.row.user
        return user

    def get_title(self) -> str:
        return str(self.row)

    @cached_property
    def reviews(self) -> Any:
        return self.published_reviews().filter(about=self.member.pk)

    def get_context(self) -> dict[str, Any]:
        listings = Listing.objects.advertised().filter(owner=self.member.pk).select_related("skill")
        return {
            **super().get_context(),
            "profile": self.row,
            "person": self.people.show(self.member),
            "languages": self.row.languages.all() if self.row.pk else (),
            "statistics": member_statistics(self.member),
            "connection": self._connection(),
            "offers": listings.offers().prefetch_related("images")[: LISTINGS_ON_PAGE + 1],
            "wants": listings.wants()[: LISTINGS_ON_PAGE + 1],
            "most": LISTINGS_ON_PAGE,
        }

    def _connection(self) -> Connection | None:
        """What joins the viewer and this member."""
        with_member = Q(first=self.member.pk) | Q(second=self.member.pk)
        is_own = self.member.pk == self.request.user.pk
        return None if is_own else self.rows(Connection).filter(with_member).first()
