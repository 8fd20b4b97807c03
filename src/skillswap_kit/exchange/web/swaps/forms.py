"""What people fill in to propose, change and answer a swap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.web.fields import PlainTextField

from ...conf import exchange_settings
from ...exceptions import ProposalChanged
from ...models import Skill, Swap, SwapLeg, SwapProposal
from ...models.listings import MAX_PRICE
from ...policies import get_settlement
from ...services import resolve_skill
from ..suggesting import SUGGESTING
from .terms import Side

MESSAGE_LENGTH = SwapProposal._meta.get_field("message").max_length or 0
LARGEST_VERSION = 2**31 - 1
SKILL_LENGTH = 100


class SkillNameField(forms.CharField):
    """A skill of the vocabulary by any of its names; empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=SKILL_LENGTH, required=False, empty_value=None, **kwargs)
        self.widget.attrs["dir"] = "auto"

    def clean(self, value: Any) -> Skill | None:
        name = super().clean(value)
        skill = resolve_skill(name) if name else None
        if name and skill is None:
            raise ValidationError(_("This skill is not in the vocabulary."))
        return skill


def _points_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MAX_PRICE)


class TermsForm(forms.Form):
    """What one gets and what one gives; ``legs`` of the cleaned data are what the services take."""

    get = forms.MultipleChoiceField(label=_("What I learn"), required=False, widget=forms.CheckboxSelectMultiple)
    get_skill = SkillNameField(label=_("Another skill that I would learn"))
    get_points = _points_field(_("Points that I pay for each of these"))
    give = forms.MultipleChoiceField(label=_("What I teach"), required=False, widget=forms.CheckboxSelectMultiple)
    give_skill = SkillNameField(label=_("Another skill that I would teach"))
    give_points = _points_field(_("Points that I ask for each of these"))
    message = PlainTextField(label=_("Message"), max_length=MESSAGE_LENGTH, multiline=True, required=False)
    days = forms.IntegerField(label=_("Days to answer"), required=False, min_value=1)

    def __init__(self, *args: Any, get: Side, give: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {"get": get, "give": give}
        for name, side in self.sides.items():
            self.fields[f"{name}_skill"].widget.attrs |= SUGGESTING
            self.fields[name].choices = [(choice.key, choice) for choice in side.choices]  # type: ignore[attr-defined]
        if Swap.Kind.POINTS not in get_settlement().kinds:
            del self.fields["get_points"], self.fields["give_points"]
        longest = exchange_settings.PROPOSAL_DAYS
        self.fields["days"] = forms.IntegerField(
            label=_("Days to answer"), min_value=1, max_value=longest, initial=longest
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["legs"] = [
            leg
            for name, side in self.sides.items()
            for leg in side.legs(
                data.get(name, []), skill=data.get(f"{name}_skill"), points=data.get(f"{name}_points") or 0
            )
        ]
        return data


class ChangedTermsForm(TermsForm):
    """The same in answer to the version that one has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_VERSION)

    def clean(self) -> dict[str, Any]:
        check_hidden(self, "version", ProposalChanged.default_message)
        return super().clean()


class AcceptForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_VERSION)

    def clean(self) -> dict[str, Any]:
        check_hidden(self, "version", ProposalChanged.default_message)
        return self.cleaned_data


class ConfirmForm(forms.Form):
    """Which leg was received, where there are several; none means all."""

    leg = forms.ChoiceField(label=_("What I received"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, legs: Sequence[SwapLeg], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legs = {str(leg.pk): leg for leg in legs}
        field: Any = self.fields["leg"]
        field.choices = [("", _("All of it")), *((key, leg.skill.name) for key, leg in self.legs.items())]
        if len(legs) == 1:
            field.widget, field.initial = forms.HiddenInput(), next(iter(self.legs))

    def clean_leg(self) -> SwapLeg | None:
        return self.legs.get(self.cleaned_data["leg"])

    def clean(self) -> dict[str, Any]:
        if self.fields["leg"].widget.is_hidden:
            check_hidden(self, "leg", _("This leg is confirmed already."))
        return self.cleaned_data


def check_hidden(form: forms.Form, name: str, message: Any) -> None:
    """Raises ValidationError for a wrong value of a hidden field, beside which no error could stand."""
    if name in form.errors:
        raise ValidationError(message)


def show_version(form: forms.BaseForm | None, version: int) -> None:
    """The next press answers what the page shows now, whichever version this one answered."""
    if form is not None and form.is_bound:
        data = cast("QueryDict", form.data).copy()
        data["version"] = str(version)
        form.data = data
