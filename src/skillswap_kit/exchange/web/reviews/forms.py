"""What an author says of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.types import User
from skillswap_kit.core.web.fields import PlainTextField

from ...people import People

STARS: dict[int, str | Promise] = {
    1: _("1 star: poor"),
    2: _("2 stars: fair"),
    3: _("3 stars: good"),
    4: _("4 stars: very good"),
    5: _("5 stars: excellent"),
}


def _choices() -> Iterator[tuple[Any, Any]]:
    # The style sheet draws a star in front of each; the words are for those who listen.
    for stars, words in STARS.items():
        yield stars, format_html('<span class="ssk-hidden">{}</span>', words)


def _optional_choices() -> Iterator[tuple[Any, Any]]:
    yield from _choices()
    yield "", _("Not said")


class StarsField(forms.TypedChoiceField):
    """1 to 5 stars: radio buttons that look like stars."""

    def __init__(self, **kwargs: Any) -> None:
        is_required = kwargs.get("required", True)
        super().__init__(
            choices=_choices if is_required else _optional_choices,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect(attrs={"class": "ssk-stars"}),
            **kwargs,
        )


class ReviewForm(forms.Form):
    rating = StarsField(label=_("How was it in all?"))
    communication = StarsField(label=_("Communication"), required=False)
    quality = StarsField(label=_("Quality"), required=False)
    delivery = StarsField(label=_("Delivery"), required=False)
    comment = PlainTextField(label=_("Comment"), max_length=2000, multiline=True, required=False)


class NewReviewForm(ReviewForm):
    """Where the swap joined its author with more than one, also whom it is about."""

    def __init__(self, *args: Any, partners: list[User], shown: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = {str(written_key(partner.pk)): partner for partner in partners}
        if len(partners) > 1:
            choices = [(key, shown.show(partner).name) for key, partner in self.partners.items()]
            self.fields["about"] = forms.ChoiceField(label=_("Whom is it about?"), choices=choices)
            self.order_fields(["about"])

    def clean_about(self) -> User:
        return self.partners[self.cleaned_data["about"]]
