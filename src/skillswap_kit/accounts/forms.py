"""What people are asked for when they sign up, besides what signing in needs.

``ACCOUNT_SIGNUP_FORM_CLASS = "skillswap_kit.accounts.forms.SignupForm"``: allauth's forms of its pages, of social
sign-up and of its JSON sign-up then inherit from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.files import clean_image
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import set_avatar, update_profile
from skillswap_kit.exchange.services.cleaning import check_fields, one_line
from skillswap_kit.exchange.services.members import AVATAR_SIDE

PICTURES = "image/jpeg,image/png,image/webp,image/gif"


@contextmanager
def refused_beside(field: str) -> Iterator[None]:
    """What a service says of this field, as an error of a form."""
    try:
        yield
    except InvalidInput as error:
        raise ValidationError(list(error.fields[field])) from error


class SignupForm(forms.Form):
    """Display name and picture, both optional. What the services would refuse is refused before there is a user."""

    field_order = ("email", "email2", "phone", "username", "password1", "password2", "display_name", "avatar")

    display_name = forms.CharField(
        label=_("Display name"),
        help_text=_("How others see you."),
        required=False,
        max_length=Profile._meta.get_field("display_name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    avatar = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF. What the file says of where it was taken is left out."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )

    def clean_display_name(self) -> str:
        name = one_line(self.cleaned_data["display_name"])
        with refused_beside("display_name"):
            check_fields(Profile(display_name=name), {"display_name"})
        return name

    def clean_avatar(self) -> Any:
        """The picture as it will be kept."""
        upload = self.cleaned_data["avatar"]
        if not upload:
            return None
        with refused_beside("avatar"):
            return clean_image(upload, field="avatar", max_side=AVATAR_SIDE)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the user that it has just saved."""
        try:
            if name := self.cleaned_data["display_name"]:
                update_profile(by=user, display_name=name)
            if picture := self.cleaned_data["avatar"]:
                set_avatar(by=user, upload=picture)
        except Exception:
            # allauth saves outside of a transaction, and nobody is half registered.
            user.delete()
            raise
