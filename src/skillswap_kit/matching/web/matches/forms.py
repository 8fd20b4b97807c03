"""What can be asked of matches, and said with a proposal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_filters.rest_framework import FilterSet

from skillswap_kit.core.conf import core_settings
from skillswap_kit.core.web.fields import PlainTextField
from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.web.searching import (
    SearchForm,
    any_language_choices,
    category_choices,
    level_choices,
    mode_choices,
)
from skillswap_kit.exchange.web.swaps.forms import MESSAGE_LENGTH

from ...filters import match_filterset

LOWEST_RATINGS = (3, 4)
DAYS_AGO = {
    1: _("In the last 24 hours"),
    7: _("In the last week"),
    30: _("In the last month"),
    90: _("In the last three months"),
}


def rating_choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("Any rating")
    for stars in LOWEST_RATINGS:
        yield stars, ngettext("%(stars)s star or more", "%(stars)s stars or more", stars) % {"stars": stars}


def seen_choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("At any time")
    yield from ((days, name) for days, name in DAYS_AGO.items() if days <= core_settings.EVENT_RETENTION_DAYS)


class MatchSearchForm(SearchForm):
    """The filters of the kit, and below them those that the host added, as their own labels and widgets say."""

    labels = {
        "skill": _("To learn"),
        "category": _("Category"),
        "level": _("Level"),
        "language": _("Language"),
        "remote": _("Where"),
        "distance_km": _("At most so many km away"),
        "rating_min": _("Rating"),
        "seen_within_days": _("Last here"),
    }
    choices = {
        "category": category_choices,
        "level": level_choices,
        "language": any_language_choices,
        "remote": mode_choices,
        "rating_min": rating_choices,
        "seen_within_days": seen_choices,
    }
    first = ("skill", "category", "remote")

    def get_labels(self) -> Mapping[str, Any]:
        added = {name: field.label for name, field in self.fields.items() if name not in self.labels}
        return {**self.labels, **added}

    def name_wants(self, wants: Iterable[Skill]) -> None:
        """What can be asked for is what the viewer wants. A site may do without that filter."""
        choices = [("", _("Anything I want")), *((skill.pk, skill.name) for skill in wants)]
        if "skill" in self.fields:
            self.fields["skill"].widget = forms.Select(choices=choices)


def match_search() -> type[FilterSet]:
    """The filters of matches with a form for people. Raises ImproperlyConfigured."""
    filters = match_filterset()
    return type("MatchSearch", (filters,), {"Meta": type("Meta", (), {"form": MatchSearchForm})})


class MessageForm(forms.Form):
    """What goes with a proposal whose terms are made."""

    message = PlainTextField(label=_("Message"), max_length=MESSAGE_LENGTH, multiline=True, required=False)
