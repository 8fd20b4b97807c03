"""One's own listings: the list of them, adding, editing, pausing, resuming and removing."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Count, QuerySet
from django.forms import BaseForm
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.text import isolated
from skillswap_kit.core.web.pages import ListPage

from ...conf import exchange_settings
from ...exceptions import LimitReached, ListingExists
from ...models import Listing, Skill
from ...services import (
    create_listing,
    pause_listing,
    profile_of,
    remove_listing,
    resume_listing,
    update_listing,
)
from ..pages import ExchangePage
from .listing_forms import NewOfferForm, NewWantForm, OfferForm, WantForm
from .pages import OwnCommandPage, OwnFormPage, OwnListingMixin, address, asked_kind
from .skills import nearest_skills, skill_named

KIND_LABELS = {Listing.Kind.OFFER: _("What I teach"), Listing.Kind.WANT: _("What I want to learn")}
ADD_TITLES = {
    Listing.Kind.OFFER: _("Offer something that you can teach"),
    Listing.Kind.WANT: _("Say what you want to learn"),
}


class OwnListingsPage(ExchangePage, ListPage):
    """What one offers or, with ``?kind=want``, wants; paused listings among them."""

    template_name = "skillswap_exchange/own/listings.html"
    title = _("My listings")

    def get_rows(self) -> QuerySet[Any, Any]:
        rows: Any = self.rows(Listing).filter(owner=self.person.pk, kind=asked_kind(self.request))
        counts = {"image_count": Count("images", distinct=True), "faq_count": Count("faqs", distinct=True)}
        return cast(
            "QuerySet[Any, Any]", rows.select_related("skill").annotate(**counts).order_by("-created_at", "-pk")
        )

    def get_context(self) -> dict[str, Any]:
        kind = asked_kind(self.request)
        tabs = [
            {"url": address("own-listings", kind=one.value), "label": label, "is_current": one == kind}
            for one, label in KIND_LABELS.items()
        ]
        return {
            **super().get_context(),
            "tabs": tabs,
            "kind": kind,
            "add_url": address("listing-add", kind=kind.value),
            "add_want_url": address("listing-add", kind=Listing.Kind.WANT.value),
            "has_wants": self.rows(Listing).filter(owner=self.person.pk, kind=Listing.Kind.WANT).exists(),
            "has_name": bool(profile_of(self.person).display_name),
        }


class AddListingPage(OwnFormPage):
    """``?kind=want`` adds a want; ``?skill=`` fills in the name of the skill."""

    template_name = "skillswap_exchange/own/add_listing.html"
    submit = _("Add this listing")
    done = _("Your listing is added.")
    existing: Listing | None = None
    typed = ""
    """A name that stands for no skill."""

    @cached_property
    def kind(self) -> Listing.Kind:
        return asked_kind(self.request)

    def get_title(self) -> Any:
        return ADD_TITLES[self.kind]

    def home(self) -> str:
        return address("own-listings", kind=self.kind.value)

    def get_form_class(self) -> type[BaseForm]:
        return NewWantForm if self.kind == Listing.Kind.WANT else NewOfferForm

    def get_initial(self) -> dict[str, Any]:
        return {"skill": self.request.GET.get("skill", "")}

    def get_form_options(self) -> dict[str, Any]:
        return {"listing": Listing()}

    def get_context(self) -> dict[str, Any]:
        nearest = nearest_skills(self.typed, viewer=self.person) if self.typed else []
        propose = address("skill-propose", kind=self.kind.value, name=self.typed) if self.typed else ""
        return {
            **super().get_context(),
            "kind": self.kind,
            "existing": self.existing,
            "nearest": nearest,
            "propose_url": propose,
        }

    def perform(self, data: dict[str, Any]) -> Listing:
        self.typed = data.pop("skill")
        skill = skill_named(self.typed, viewer=self.person)
        self.typed = ""
        try:
            return create_listing(by=self.person, kind=self.kind, skill=skill, **data)
        except ListingExists as error:
            self.existing = self._existing(skill)
            raise ListingExists(fields={"skill": [error.message]}) from error
        except LimitReached as error:
            message = gettext("You have %(limit)s already, as many as there may be. Remove one first.")
            raise LimitReached(message % {"limit": exchange_settings.MAX_LISTINGS}) from error

    def _existing(self, skill: Skill) -> Listing | None:
        own = self.rows(Listing).filter(owner=self.person.pk)
        return own.filter(kind=self.kind, skill=skill).first()


class EditListingPage(OwnListingMixin, OwnFormPage):
    """Kind and skill stay as they are; below the form of an offer are its pictures and questions."""

    template_name = "skillswap_exchange/own/edit_listing.html"
    title = _("Edit this listing")
    done = _("Your listing is saved.")

    def related(self, rows: Any) -> Any:
        return super().related(rows).prefetch_related("images", "faqs")

    def home(self) -> str:
        return address("own-listings", kind=self.row.kind)

    def get_form_class(self) -> type[BaseForm]:
        return WantForm if self.row.kind == Listing.Kind.WANT else OfferForm

    def get_form_options(self) -> dict[str, Any]:
        return {"listing": self.row}

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "listing": self.row,
            "max_images": exchange_settings.MAX_LISTING_IMAGES,
            "max_faqs": exchange_settings.MAX_LISTING_FAQS,
        }

    def perform(self, data: dict[str, Any]) -> Listing:
        return update_listing(by=self.person, listing=self.row, **data)


class ListingCommandPage(OwnListingMixin, OwnCommandPage):
    def home(self) -> str:
        return address("own-listings", kind=self.row.kind)


class PausePage(ListingCommandPage):
    explanation = _("Others no longer see it until you resume it. Swaps that run go on.")
    submit = _("Pause")
    done = _("Your listing is paused: only you see it.")

    def get_title(self) -> Any:
        return _("Pause “%(listing)s”?") % {"listing": isolated(self.row)}

    def perform(self, data: dict[str, Any]) -> Listing:
        return pause_listing(by=self.person, listing=self.row)


class ResumePage(ListingCommandPage):
    explanation = _("Others see it again.")
    submit = _("Resume")
    done = _("Your listing is shown again.")

    def get_title(self) -> Any:
        return _("Resume “%(listing)s”?") % {"listing": isolated(self.row)}

    def perform(self, data: dict[str, Any]) -> Listing:
        return resume_listing(by=self.person, listing=self.row)


class RemovePage(ListingCommandPage):
    explanation = _("It is gone for good, with its pictures and questions. Swaps that refer to it go on.")
    submit = pgettext_lazy("button", "Remove")
    is_final = True
    done = _("Your listing is removed.")

    def get_title(self) -> Any:
        return _("Remove “%(listing)s”?") % {"listing": isolated(self.row)}

    def perform(self, data: dict[str, Any]) -> None:
        remove_listing(by=self.person, listing=self.row)
