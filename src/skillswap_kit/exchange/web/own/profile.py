"""One's own profile and picture."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...conf import exchange_settings
from ...geo import Coordinates
from ...models import Listing, Profile
from ...services import profile_of, remove_avatar, set_avatar, update_profile
from .pages import OwnCommandPage, OwnFormPage, address
from .profile_forms import AvatarForm, ProfileForm

TEXTS = ("display_name", "headline", "bio", "preferred_language", "time_zone", "place_name", "visibility")


class OwnProfilePage(OwnFormPage):
    """What one shows of oneself; before the first write it is empty, and reading writes nothing."""

    template_name = "skillswap_exchange/own/profile.html"
    title = _("My profile")
    form_class = ProfileForm
    done = _("Your profile is saved.")

    @cached_property
    def profile(self) -> Profile:
        return profile_of(self.person)

    def get_form_options(self) -> dict[str, Any]:
        return {"profile": self.profile}

    def get_initial(self) -> dict[str, Any]:
        languages = self.profile.languages.all() if self.profile.pk else ()
        return {
            **{name: getattr(self.profile, name) for name in TEXTS},
            "languages": [language.code for language in languages],
        }

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "profile": self.profile,
            "shown": self.people.show(self.person),
            "has_listings": self.rows(Listing).filter(owner=self.person.pk).exists(),
            "avatar_form": AvatarForm(label_suffix=""),
            "avatar_submit": AvatarPage.submit,
            "grid_km": exchange_settings.GRID_KM,
        }

    def perform(self, data: dict[str, Any]) -> Profile:
        changes: dict[str, Any] = {name: data[name] for name in (*TEXTS, "languages")}
        if data["latitude"] is not None:
            changes["location"] = Coordinates(latitude=data["latitude"], longitude=data["longitude"])
        elif data["geocode"]:
            changes["geocode"] = True
        elif data.get("forget_location"):
            changes["location"] = None
        return update_profile(by=self.person, **changes)

    def home(self) -> str:
        return address("own-profile")


class AvatarPage(OwnFormPage):
    """Set or replace one's own picture."""

    template_name = "skillswap_exchange/own/avatar.html"
    title = _("My picture")
    form_class = AvatarForm
    submit = _("Use this picture")
    done = _("Your picture is saved.")

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "shown": self.people.show(self.person),
        }

    def perform(self, data: dict[str, Any]) -> Profile:
        return set_avatar(by=self.person, upload=data["avatar"])

    def home(self) -> str:
        return address("own-profile")


class RemoveAvatarPage(OwnCommandPage):
    title = _("Remove your picture?")
    explanation = _("Others will see the first letters of your name instead.")
    submit = pgettext_lazy("button", "Remove")
    is_final = True
    done = _("Your picture is removed.")

    def perform(self, data: dict[str, Any]) -> Profile:
        return remove_avatar(by=self.person)

    def home(self) -> str:
        return address("own-profile")
