"""The forms of one's own profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.text import normalise
from skillswap_kit.core.web.fields import PlainTextField

from ...languages import language_choices, language_name
from ...models import Profile
from ...services.members import MAX_LANGUAGES
from .zones import UTC, zone_choices

WIDESPREAD = ("ar", "bn", "de", "en", "es", "fa", "fr", "hi", "id", "it", "ja", "pt", "ru", "sw", "tr", "ur", "zh-hans")
"""Languages to tick; any other can be typed."""

VISIBILITIES = [
    (Profile.Visibility.PUBLIC, _("Everybody: whoever may look around on this site finds you and your listings.")),
    (Profile.Visibility.MEMBERS, _("Members: only people who have signed in find you and your listings.")),
    (
        Profile.Visibility.CONNECTIONS,
        _("People I am connected with: only those with whom you have agreed on a swap find you and your listings."),
    ),
]


class ProfileForm(forms.Form):
    """Everything but the picture. ``clean`` answers with what ``update_profile`` takes."""

    display_name = PlainTextField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("What others call you here. It need not be your full name."),
    )
    headline = PlainTextField(
        label=_("Headline"),
        max_length=160,
        required=False,
        help_text=_("One line below your name, for example: Guitar teacher who wants to learn Arabic."),
    )
    bio = PlainTextField(label=_("About me"), max_length=4000, multiline=True, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages I speak"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more_languages = PlainTextField(
        label=_("Other languages"),
        max_length=400,
        required=False,
        help_text=_("Names or codes with commas between them, for example: suomi, Greek, pt-br."),
    )
    preferred_language = forms.ChoiceField(
        label=_("Language of messages"),
        required=False,
        help_text=_("The language of the e-mails that reach you."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Times are shown to you as the clocks there show them."),
    )
    place_name = PlainTextField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("Your town or part of town, as others read it. Never a street."),
    )
    geocode = forms.BooleanField(label=_("Look up where this place is"), required=False)
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    forget_location = forms.BooleanField(label=_("Forget where I am"), required=False)
    visibility = forms.ChoiceField(label=_("Who finds me"), choices=VISIBILITIES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["languages"].choices = [(code, capfirst(language_name(code))) for code in self._offered(profile)]
        fields["preferred_language"].choices = [("", _("that of the site")), *_site_languages()]
        fields["time_zone"].choices = list(zone_choices(profile.time_zone))
        if profile.time_zone == UTC:
            fields["time_zone"].widget.attrs["data-ssk-zone"] = UTC
        for name in ("latitude", "longitude"):
            fields[name].widget.attrs |= {"step": "any", "dir": "ltr"}
        if profile.latitude is None:
            del self.fields["forget_location"]

    @staticmethod
    def _offered(profile: Profile) -> list[str]:
        own = [language.code for language in profile.languages.all()] if profile.pk else []
        return list(dict.fromkeys([*(code for code, _name in _site_languages()), *WIDESPREAD, *own]))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_point(data)
        data["languages"] = [*data.get("languages", ()), *self._typed_languages(data.pop("more_languages", ""))]
        if len(set(data["languages"])) > MAX_LANGUAGES:
            self.add_error("languages", _("Name at most %(limit)s.") % {"limit": MAX_LANGUAGES})
        return data

    def _check_point(self, data: dict[str, Any]) -> None:
        """Both numbers of a point, or neither."""
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            is_missing = name not in self.errors and data.get(name) is None
            if is_missing and data.get(other) is not None:
                self.add_error(name, _("Give both numbers, or neither."))

    def _typed_languages(self, text: str) -> Iterator[str]:
        names = filter(None, map(str.strip, text.replace("،", ",").split(",")))
        known = _languages_by_name() if text else {}
        for name in names:
            if code := known.get(normalise(name)):
                yield code
            else:
                message = _("“%(name)s” is no language that we know. Try its code, for example pt-br.")
                self.add_error("more_languages", message % {"name": name})


def _site_languages() -> list[tuple[str, str]]:
    return [(code, capfirst(language_name(code))) for code, _name in settings.LANGUAGES]


def _languages_by_name() -> dict[str, str]:
    """Codes by all that people may type: the code, and the language's name in it, in English and in theirs."""
    found: dict[str, str] = {}
    for code, own_name in language_choices():
        for name in (code, own_name, *_names_elsewhere(code)):
            found.setdefault(normalise(name), code)
    return found


def _names_elsewhere(code: str) -> tuple[str, ...]:
    try:
        info = get_language_info(code)
    except KeyError:
        return ()
    return str(info["name"]), str(info["name_translated"])


class AvatarForm(forms.Form):
    """A picture of oneself. What is wrong with a file is for the service to say."""

    avatar = forms.FileField(
        label=_("New picture"),
        allow_empty_file=True,
        help_text=_("A JPEG, PNG, WebP or GIF file. The middle of it is shown, in a circle."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/gif", "data-ssk-preview": "new-picture"}
        ),
    )
