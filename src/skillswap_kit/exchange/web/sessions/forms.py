"""What one says to arrange a meeting, to move it, and to answer."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.api.fields import WallTimeError, moment_in_zone
from skillswap_kit.core.keys import written_key
from skillswap_kit.core.types import User
from skillswap_kit.core.web.fields import PlainTextField

from ...conf import exchange_settings
from ...models import Listing
from ...models.listings import Mode
from ...people import People
from ...services import Appointment, LegTerms, profile_of, resolve_skill
from ...services.sessions import SHORTEST_MINUTES
from ..forms import ReasonForm
from ..suggesting import SUGGESTING
from .fields import TimeZoneField, WallTimeField, moment_choices, possible_moments

MODES = [(mode.value, mode.label) for mode in (Mode.REMOTE, Mode.IN_PERSON)]


class TimeForm(forms.Form):
    """When and how long. ``offset`` is asked for only where clocks skip or repeat the time."""

    starts_at = WallTimeField(label=_("Date and time"))
    time_zone = TimeZoneField(label=_("Time zone"))
    offset = forms.CharField(label=_("Which moment do you mean?"), required=False, widget=forms.HiddenInput)
    duration_minutes = forms.IntegerField(label=_("Length in minutes"), min_value=SHORTEST_MINUTES, initial=60)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [profile_of(person).time_zone for person in people]
        present = self.initial.setdefault("time_zone", zones[0])
        self.fields["time_zone"].put_first([present, *zones])  # type: ignore[attr-defined]
        length = self.fields["duration_minutes"]
        length.widget.attrs |= {"max": exchange_settings.SESSION_MAX_MINUTES, "inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "starts_at" in data and "time_zone" in data:
            moment = self._moment(data["starts_at"], ZoneInfo(data["time_zone"]))
            if moment is not None:
                data["starts_at"] = moment
            else:
                said = _("Clocks there skip or repeat this time. Say which moment you mean, or choose another time.")
                self.add_error("starts_at", said)
        data.pop("offset", None)
        return data

    def _moment(self, wall_time: datetime, zone: ZoneInfo) -> datetime | None:
        try:
            return moment_in_zone(wall_time, zone).astimezone(UTC)
        except WallTimeError:
            moments = possible_moments(wall_time, zone)
            self.fields["offset"].widget = forms.RadioSelect(choices=moment_choices(moments, zone))
            return moments.get(self.cleaned_data.get("offset", ""))


class AppointmentForm(TimeForm):
    """When, how long, how and where; put together as ``appointment``."""

    topic = PlainTextField(label=_("Topic"), max_length=160)
    mode = forms.ChoiceField(label=_("How you meet"), choices=MODES, widget=forms.RadioSelect, initial=Mode.REMOTE)
    place = PlainTextField(
        label=_("Place or link"),
        max_length=300,
        required=False,
        help_text=_("Only the two of you see this. You can settle it later."),
    )

    field_order = ("listing", "skill", "with", "topic", "starts_at", "offset", "time_zone", "duration_minutes")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        names = {field.name for field in dataclasses.fields(Appointment)}
        if not self.errors:
            data["appointment"] = Appointment(**{name: data.pop(name) for name in names})
        return data


class SwapSessionForm(AppointmentForm):
    """A meeting of a running swap: among more than two, with whom."""

    def __init__(self, *args: Any, others: list[User], shown: People, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        self.others = {str(written_key(other.pk)): other for other in others}
        if len(others) > 1:
            choices = [(key, shown.show(other).name) for key, other in self.others.items()]
            self.fields["with"] = forms.ChoiceField(label=_("With whom"), choices=choices, widget=forms.RadioSelect)
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "with" in data:
            data["recipient"] = self.others[data.pop("with")]
        return data


class AskForm(AppointmentForm):
    """A meeting to begin with: what it is about is one of the listings, or a skill that the member may teach."""

    listing = forms.ChoiceField(label=_("What it is about"), required=False)
    skill = PlainTextField(label=_("Another skill that you would like to learn"), max_length=200, required=False)
    message = PlainTextField(label=_("Message"), max_length=2000, multiline=True, required=False)

    def __init__(
        self, *args: Any, me: User, partner: User, offers: list[Listing], own: list[Listing], name: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, people=[me, partner], **kwargs)
        self.me, self.partner = me, partner
        self.listings = {str(listing.pk): listing for listing in [*offers, *own]}
        self.fields["listing"].choices = [  # type: ignore[attr-defined]
            ("", _("Another skill, named below")),
            (_("%(name)s teaches you") % {"name": name}, _listed(offers)),
            (_("You teach %(name)s") % {"name": name}, _listed(own)),
        ]
        self.fields["skill"].widget.attrs |= SUGGESTING

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "listing" in data and "skill" in data:
            data["legs"] = [leg for leg in [self._leg(data.pop("listing"), data.pop("skill"))] if leg is not None]
        return data

    def _leg(self, key: str, name: str) -> LegTerms | None:
        if bool(key) == bool(name):
            self.add_error("listing", _("Choose a listing or name a skill."))
            return None
        if not key:
            skill = resolve_skill(name)
            if skill is None:
                self.add_error("skill", _("This skill is not in the vocabulary."))
                return None
            return LegTerms(giver=self.partner, receiver=self.me, skill=skill)
        listing = self.listings[key]
        is_taught_by_me = (listing.owner_id == self.me.pk) is (listing.kind == Listing.Kind.OFFER)
        giver, receiver = (self.me, self.partner) if is_taught_by_me else (self.partner, self.me)
        return LegTerms(giver=giver, receiver=receiver, skill=listing.skill, listing=listing)


def _listed(listings: list[Listing]) -> list[tuple[str, str]]:
    return [(str(listing.pk), str(listing)) for listing in listings]


class RescheduleForm(ReasonForm, TimeForm):
    field_order = ("starts_at", "offset", "time_zone", "duration_minutes", "reason")
