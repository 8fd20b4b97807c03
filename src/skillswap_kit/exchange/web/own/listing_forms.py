"""The forms of one's own listings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.fields import PlainTextField

from ...conf import exchange_settings
from ...languages import language_choices, language_name
from ...models import Category, Listing
from ...models.listings import MAX_PRICE, Level, Mode
from ..searching import Choices, category_choices
from ..suggesting import SUGGESTING

PRIORITIES = [
    (5, _("5: most of all")),
    (4, _("4: very much")),
    (3, _("3: gladly")),
    (2, _("2: some day")),
    (1, _("1: little")),
]


class LanguageField(forms.ChoiceField):
    """A language, or none. A form keeps one that was written by another way by ``keep``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=_languages_or_none, **kwargs)

    def keep(self, code: str) -> None:
        if code not in dict(_languages_or_none()):
            self.choices = [*_languages_or_none(), (code, language_name(code))]


def _languages_or_none() -> Choices:
    return [("", _("Any language")), *((code, capfirst(name)) for code, name in language_choices())]


def _capitalised(choices: Choices) -> list[tuple[Any, Any]]:
    return [(value, capfirst(label)) for value, label in choices]


class ListingForm(forms.Form):
    """What offers and wants have in common; its fields are named as the model's."""

    title = PlainTextField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("Left empty, the name of the skill stands there."),
    )
    description = PlainTextField(label=_("Description"), max_length=4000, multiline=True, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=_capitalised(Level.choices))
    mode = forms.ChoiceField(label=_("Where"), choices=_capitalised(Mode.choices))
    language = LanguageField(label=_("Language of teaching"))

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.initial.setdefault(name, getattr(listing, name, None))
            if isinstance(field, LanguageField):
                field.keep(listing.language)


class OfferForm(ListingForm):
    price_points = forms.IntegerField(
        label=_("Price in points"),
        min_value=0,
        max_value=MAX_PRICE,
        required=False,
        help_text=_("Where this site has points. Left empty, you only swap."),
    )
    duration_minutes = forms.IntegerField(label=_("Usual length in minutes"), min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = exchange_settings.SESSION_MAX_MINUTES
        length = self.fields["duration_minutes"]
        length.validators.append(MaxValueValidator(longest))
        length.widget.attrs["max"] = longest


class WantForm(ListingForm):
    priority = forms.TypedChoiceField(
        label=_("How much I want it"),
        choices=PRIORITIES,
        coerce=int,
        help_text=_("It decides who is suggested to you first."),
    )


class SkillNameForm(forms.Form):
    """The skill of a new listing, by any of its names."""

    skill = PlainTextField(
        label=_("Skill"),
        max_length=80,
        help_text=_("Its name in any language, for example guitar or Python."),
        widget=forms.TextInput(attrs=SUGGESTING),
    )


class NewOfferForm(OfferForm, SkillNameForm):
    pass


class NewWantForm(WantForm, SkillNameForm):
    pass


class PictureForm(forms.Form):
    """A picture of an offer. What is wrong with a file is for the service to say."""

    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        help_text=_("A JPEG, PNG, WebP or GIF file."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/gif", "data-ssk-preview": "new-picture"}
        ),
    )
    caption = PlainTextField(
        label=_("What the picture shows"),
        max_length=160,
        help_text=_("Read out to people who do not see it."),
    )


class QuestionForm(forms.Form):
    """A question that learners ask about an offer, with its answer."""

    question = PlainTextField(label=_("Question"), max_length=200)
    answer = PlainTextField(label=_("Answer"), max_length=2000, multiline=True)
    language = LanguageField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if present := self.initial.get("language"):
            self.fields["language"].keep(present)  # type: ignore[attr-defined]


def _shelves() -> Iterator[tuple[Any, Any]]:
    _none, *shelves = category_choices()
    yield "", _("Choose one")
    yield from shelves


class ProposeSkillForm(forms.Form):
    """A skill that the vocabulary lacks."""

    name = PlainTextField(label=_("Name"), max_length=80)
    category = forms.TypedChoiceField(label=_("Category"), choices=_shelves)

    def clean_category(self) -> Category:
        category: Category = Category.objects.get(pk=self.cleaned_data["category"])
        return category
