"""Plain e-mail to whoever was asked or answered, in their own language and time zone."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from skillswap_kit.core.policies import hidden_among
from skillswap_kit.core.types import User

from .models import Profile
from .models.profiles import name_of
from .services.cleaning import one_line

_SURPLUS_LINES = re.compile(r"\n\s*\n\s*\n")


def send_mail_to(user: User, *, template: str, context_for: Callable[[User], Mapping[str, Any]]) -> bool:
    """Render ``mail/<template>.txt``, whose first line is the subject, and send it; False where there is no address.

    ``context_for`` is called with the user, in their language.
    """
    address = _address(user)
    if not address or not user.is_active:
        return False
    profile = Profile.objects.filter(user=user.pk).first() or Profile(user_id=user.pk)
    with translation.override(_language(profile)), timezone.override(zoneinfo.ZoneInfo(profile.time_zone)):
        text = render_to_string(f"skillswap_exchange/mail/{template}.txt", {**context_for(user), "recipient": profile})
    subject, _newline, body = text.strip().partition("\n")
    EmailMessage(subject=one_line(subject), body=_SURPLUS_LINES.sub("\n\n", body).strip() + "\n", to=[address]).send()
    return True


def names_for(reader: User, people: Iterable[User | None]) -> dict[Any, str]:
    """What this reader may call each of them, by key: as the API names them. None is the key of who has left."""
    known = {person.pk: person for person in people if person is not None}
    hidden = hidden_among(reader, set(known))
    return {None: name_of(None)} | {key: name_of(person, is_hidden=key in hidden) for key, person in known.items()}


def _address(user: User) -> str:
    return getattr(user, get_user_model().get_email_field_name(), "") or ""


def _language(profile: Profile) -> str:
    chosen = profile.preferred_language
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
