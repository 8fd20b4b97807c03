"""What the 200 members show of themselves, entered by themselves over five weeks."""

from __future__ import annotations

from random import Random
from typing import Any

from django.contrib.auth import get_user_model

from skillswap_kit.core.types import User
from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services.members import set_avatar, update_profile

from .accounts import MEMBER_COUNT, usernames
from .clock import Clock
from .pictures import abstract_picture
from .texts import rows

JOINED_FIRST, JOINED_LAST = 85, 50
"""Days before the end of the story."""
OTHER_LANGUAGES = ("de", "es", "fr", "it", "pt", "sw", "tr")


def demo_members() -> list[Any]:
    """The users, in the order in which they joined."""
    names = usernames()
    users = get_user_model()._default_manager.select_related("skillswap_profile")
    by_name = {user.get_username(): user for user in users.filter(username__in=names)}
    return [by_name[name] for name in names]


def language_of(number: int) -> str:
    """Members write English and Arabic by turns."""
    return "ar" if number % 2 else "en"


def days_ago(number: int) -> float:
    """When this member joined."""
    return JOINED_FIRST - (JOINED_FIRST - JOINED_LAST) * number / MEMBER_COUNT


def load_members(clock: Clock) -> str:
    random = Random("members")
    members = demo_members()
    pictures = 0
    for number, user in enumerate(members):
        clock.go_to(days_ago=days_ago(number))
        _join(random, user, number)
        if random.random() < 0.9:
            set_avatar(by=user, upload=abstract_picture(random))
            pictures += 1
    return f"{len(members)} profiles, {pictures} pictures"


def _join(random: Random, user: User, number: int) -> None:
    language = language_of(number)
    place = random.choice([row for row in rows("places.csv") if row["language"] == language])
    visibility = random.choices(Profile.Visibility.values, weights=(80, 15, 5))[0]
    update_profile(
        by=user,
        display_name=_display_name(number, language),
        languages=_spoken(random, language),
        time_zone=place["time_zone"],
        preferred_language=language,
        place_name=place["name"],
        location=Coordinates(latitude=float(place["latitude"]), longitude=float(place["longitude"])),
        visibility=visibility,
    )


def _display_name(number: int, language: str) -> str:
    """A given name and an invented other one, the second time round with the next."""
    given = [row["given"] for row in rows("names.csv") if row["language"] == language]
    surnames = [row[language] for row in rows("surnames.csv")]
    turn, position = divmod(number // 2, len(given))
    return f"{given[position]} {surnames[(position + turn) % len(surnames)]}"


def _spoken(random: Random, language: str) -> list[str]:
    other = "en" if language == "ar" else "ar"
    spoken = [language]
    if random.random() < (0.7 if language == "ar" else 0.3):
        spoken.append(other)
    if random.random() < 0.3:
        spoken.append(random.choice(OTHER_LANGUAGES))
    return spoken
