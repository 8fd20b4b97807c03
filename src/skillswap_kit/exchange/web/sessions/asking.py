"""Asking for a session: of a swap that runs, or to begin with."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import RowMixin

from ... import services
from ...exceptions import InvalidTransition
from ...models import Listing, Profile, Session, Swap
from ...models.listings import ListingQuerySet, Mode
from ...people import ShownPerson
from ...services.rules import check_request_session
from ..checked import CheckedPage
from .forms import AskForm, SwapSessionForm


class AddPage(RowMixin, CheckedPage):
    """Ask somebody of a swap for a meeting."""

    template_name = "skillswap_exchange/sessions/add.html"
    model = Swap
    title, submit = _("Ask for a session"), _("Ask")
    form_class = SwapSessionForm
    done = _("You asked for a session. The other member is told.")

    def related(self, rows: Any) -> Any:
        return rows.with_people()

    def check(self) -> None:
        (own,) = [side for side in self.row.participants.all() if side.user_id == self.person.pk]
        check_request_session(self.row, own)
        if not self.others:
            raise InvalidTransition(_("The other member has left."))

    @cached_property
    def others(self) -> list[User]:
        users = [side.user for side in self.row.participants.all()]
        return [user for user in users if user is not None and user.pk != self.person.pk]

    def get_form_options(self) -> dict[str, Any]:
        self.people.add(self.others)
        near = [other for other in self.others if self.people.show(other).key is not None]
        return {"others": self.others, "shown": self.people, "people": [self.person, *near]}

    def get_context(self) -> dict[str, Any]:
        self.people.add(self.others)
        return {**super().get_context(), "others": [self.people.show(other) for other in self.others]}

    def perform(self, data: dict[str, Any]) -> Session:
        return services.request_session(swap=self.row, by=self.person, **data)

    def home_url(self) -> str:
        return reverse("skillswap_exchange:swap", args=[self.row.pk])

    def next_url(self, result: Session) -> str:
        return reverse("skillswap_exchange:session", args=[result.pk])


class Askable:
    """What one member can ask another for: what that one teaches, and what of their wants one can teach oneself.

    ``named`` is the key of the listing in the address, as it stands there.
    """

    def __init__(self, listings: ListingQuerySet, *, me: User, partner: User, named: str | None) -> None:
        self.listings, self.me, self.partner, self.named = listings, me, partner, named

    def _of(self, owner: User, kind: str) -> list[Listing]:
        rows = self.listings.filter(owner=owner.pk, kind=kind)
        return list(rows.select_related("skill").order_by("-created_at", "-pk"))

    @cached_property
    def offers(self) -> list[Listing]:
        return self._of(self.partner, Listing.Kind.OFFER)

    @cached_property
    def wants(self) -> list[Listing]:
        return self._of(self.partner, Listing.Kind.WANT)

    @cached_property
    def own(self) -> list[Listing]:
        """What the viewer can teach the member: offers that meet a want, and an unmet want that the address names."""
        wanted = {want.skill_id for want in self.wants}
        offers = [offer for offer in self._of(self.me, Listing.Kind.OFFER) if offer.skill_id in wanted]
        met = {offer.skill_id for offer in offers}
        return [*(want for want in self.wants if self._is_named(want) and want.skill_id not in met), *offers]

    def _is_named(self, listing: Listing) -> bool:
        return str(listing.pk) == self.named

    @property
    def chosen(self) -> Listing | None:
        """The listing that the address names; for a want of the member that one's own offer meets, that offer."""
        named = next(filter(self._is_named, [*self.offers, *self.wants, *self.own]), None)
        if named in self.wants:
            return next(listing for listing in self.own if listing.skill_id == named.skill_id)
        return named


class AskPage(RowMixin, CheckedPage):
    """Ask a member directly: this proposes the swap together with its first session."""

    template_name = "skillswap_exchange/sessions/ask.html"
    model = Profile
    lookup = "user"
    submit = _("Ask")
    form_class = AskForm
    done = _("You asked for a session. The other member is told.")

    def related(self, rows: Any) -> Any:
        return rows.exclude(user=self.person.pk).select_related("user__skillswap_profile")

    @property
    def partner(self) -> User:
        return self.row.user  # type: ignore[no-any-return]

    @property
    def shown_partner(self) -> ShownPerson:
        return self.people.show(self.partner)

    def get_title(self) -> Any:
        return gettext("Ask %(name)s for a session") % {"name": isolated(self.shown_partner.name)}

    @cached_property
    def askable(self) -> Askable:
        listings = self.rows(Listing).advertised()  # type: ignore[attr-defined]
        return Askable(listings, me=self.person, partner=self.partner, named=self.request.GET.get("listing"))

    def get_initial(self) -> dict[str, Any]:
        listing = self.askable.chosen
        if listing is None:
            return {}
        initial: dict[str, Any] = {"listing": listing.pk, "topic": str(listing)}
        if listing.duration_minutes:
            initial["duration_minutes"] = listing.duration_minutes
        if listing.mode != Mode.BOTH:
            initial["mode"] = listing.mode
        return initial

    def get_form_options(self) -> dict[str, Any]:
        return {
            "me": self.person,
            "partner": self.partner,
            "offers": self.askable.offers,
            "own": self.askable.own,
            "name": isolated(self.shown_partner.name),
        }

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "partner": self.shown_partner}

    def perform(self, data: dict[str, Any]) -> Session:
        return services.propose_session(by=self.person, **data)

    def home_url(self) -> str:
        return self.shown_partner.url or reverse("skillswap_exchange:members")

    def next_url(self, result: Session) -> str:
        return reverse("skillswap_exchange:session", args=[result.pk])
