"""Fields for a date and time on somebody's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.api.fields import EARLIEST_YEAR, LATEST_YEAR, MomentField

from ..own.zones import zone_choices


class DateInput(forms.DateInput):
    input_type = "date"


class TimeInput(forms.TimeInput):
    input_type = "time"


class WallTimeWidget(forms.MultiWidget):
    """A date and a time, each as browsers ask for it: their formats are those of HTML, whatever the language."""

    def __init__(self) -> None:
        super().__init__(
            {
                "date": DateInput(attrs={"aria-label": _("Date")}, format="%Y-%m-%d"),
                "time": TimeInput(attrs={"aria-label": _("Time")}, format="%H:%M"),
            }
        )

    def decompress(self, value: datetime | None) -> list[Any]:
        return [value.date(), value.time()] if value else [None, None]


class WallTimeField(forms.MultiValueField):
    """What clocks show, without a zone."""

    default_error_messages = {"required": _("Give a date and a time.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields=(forms.DateField(), forms.TimeField()), widget=WallTimeWidget(), **kwargs)

    def compress(self, data_list: Any) -> datetime:
        day, time = data_list
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            message = str(MomentField.default_error_messages["out_of_range"])
            raise forms.ValidationError(message.format(earliest=EARLIEST_YEAR, latest=LATEST_YEAR))
        return datetime.combine(day, time)


class TimeZoneField(forms.ChoiceField):
    """A zone of the IANA database. ``put_first`` fills it."""

    def put_first(self, near: Iterable[str]) -> None:
        """Offer all zones, those of ``near`` on top."""
        top = [(name, name.replace("_", " ")) for name in dict.fromkeys(near)]
        self.choices = [(_("Yours and theirs"), top), *zone_choices("UTC")]


def possible_moments(wall_time: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """What a time that clocks skip or repeat can mean, by the offset from UTC that is meant."""
    readings = [wall_time.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    return {_offset(reading): reading.astimezone(UTC) for reading in readings}


def moment_choices(moments: dict[str, datetime], zone: ZoneInfo) -> list[tuple[str, str]]:
    """Each moment as clocks in ``zone`` will show it."""
    return [(offset, _shown(moment.astimezone(zone))) for offset, moment in moments.items()]


def _shown(local: datetime) -> str:
    date, time = formats.date_format(local, "DATE_FORMAT"), formats.time_format(local, "TIME_FORMAT")
    return f"{date}, {time} (UTC{_offset(local)})"


def _offset(moment: datetime) -> str:
    """As ISO 8601 ends with: +02:00."""
    return moment.isoformat(timespec="minutes")[-6:]
