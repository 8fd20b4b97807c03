"""Proposing a swap to a member, and sending a changed proposal back."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import key_field, parse_key
from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import FormPage

from ...exceptions import AlreadyProposed, InvalidTransition
from ...models import Listing, Profile, Swap
from ...policies import get_settlement
from ...services import LegTerms, change_swap, propose_swap
from ...services.proposals import terms_key
from ..pages import ExchangePage
from .base import SwapActionPage
from .buttons import swap_url
from .forms import ChangedTermsForm, TermsForm, show_version
from .terms import Side, sides_between


class TermsPage(ExchangePage, FormPage):
    """A form with what two people give each other. A double is shown with the way to the open proposal."""

    open_swap: Swap | None = None

    @property
    def partner(self) -> User:
        raise NotImplementedError

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        return sides_between(self.person, self.partner)

    def get_form_options(self) -> dict[str, Any]:
        get, give = self.sides
        return {"get": get, "give": give}

    def perform(self, data: dict[str, Any]) -> Swap:
        try:
            return self.send(legs=data["legs"], message=data["message"], days=data["days"])
        except AlreadyProposed:
            self.open_swap = self._open_swap(data["legs"])
            raise

    def send(self, **terms: Any) -> Swap:
        """Call the service."""
        raise NotImplementedError

    def _open_swap(self, legs: list[LegTerms]) -> Swap | None:
        key = terms_key([self.person.pk, self.partner.pk], [leg.skill.pk for leg in legs])
        return Swap.objects.visible_to(self.person).filter(open_key=key).first()

    def next_url(self, result: Swap) -> str:
        return swap_url(result)

    def get_context(self) -> dict[str, Any]:
        open_url = swap_url(self.open_swap) if self.open_swap else ""
        return {
            **super().get_context(),
            "partner": self.people.show(self.partner),
            "open_url": open_url,
            "kinds": get_settlement().kinds,
        }


class ProposePage(TermsPage):
    """Ask a member for a swap; ``?listing=`` names what it is about."""

    template_name = "skillswap_exchange/swaps/propose.html"
    form_class = TermsForm
    submit = _("Send the proposal")
    done = _("Your proposal is sent.")

    @cached_property
    def partner(self) -> User:
        others = self.rows(Profile).exclude(user=self.person.pk).select_related("user")
        profile = self.find(others, self.kwargs["pk"], lookup="user")
        return cast("User", profile.user)

    def get_title(self) -> Any:
        name = self.people.show(self.partner).name
        return _("Propose a swap to %(name)s") % {"name": isolated(name)}

    def get_initial(self) -> dict[str, Any]:
        named = self._named_listing()
        if named is None:
            return {}
        get, give = self.sides
        is_learnt = (named.kind == Listing.Kind.OFFER) == (named.owner_id == self.partner.pk)
        name, side = ("get", get) if is_learnt else ("give", give)
        return {name: side.keys_of([named.skill_id])}

    def _named_listing(self) -> Listing | None:
        """A link to one that is gone by now still leads to the form."""
        try:
            key = parse_key(key_field(Listing), self.request.GET.get("listing", ""))
        except ValueError:
            return None
        owners = [self.person.pk, self.partner.pk]
        return cast("Listing | None", self.rows(Listing).filter(pk=key, owner__in=owners).first())

    def send(self, **terms: Any) -> Swap:
        return propose_swap(by=self.person, **terms)


class ChangePage(SwapActionPage, TermsPage):
    """Answer a proposal of two people with a changed one."""

    action = "change"
    template_name = "skillswap_exchange/swaps/change.html"
    form_class = ChangedTermsForm
    title = _("Change the proposal")
    submit = _("Send the changed proposal")
    done = _("Your changed proposal is sent.")

    def check(self) -> None:
        super().check()
        if not self.shown.can_be_rewritten:
            raise InvalidTransition(_("Only a proposal between two members can be changed here."))

    @property
    def partner(self) -> User:
        return cast("User", self.shown.others[0].user)

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        return sides_between(self.person, self.partner, self.row.legs.all())

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {"version": self.row.version}
        for name, side, legs in zip(("get", "give"), self.sides, (self.shown.gets, self.shown.gives), strict=True):
            initial[name] = side.keys_of(leg.skill_id for leg in legs)
            initial[f"{name}_points"] = max((leg.points for leg in legs), default=0)
        return initial

    def perform(self, data: dict[str, Any]) -> Swap:
        self.version = data["version"]
        try:
            return super().perform(data)
        finally:
            self.reread()

    def send(self, **terms: Any) -> Swap:
        return change_swap(swap=self.row, by=self.person, version=self.version, **terms)

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        show_version(context.get("form"), self.row.version)
        return super().render(status=status, **context)
