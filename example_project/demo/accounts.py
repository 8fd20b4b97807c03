"""The accounts of members and staff. Users are the host's own rows, so no service of the kit makes them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission

from .clock import Clock
from .people import ADMIN, MODERATOR
from .texts import rows

MEMBER_COUNT = 200
MODERATORS = "Moderators"
MODERATORS_CHANGE = ("category", "listing", "profile", "skill")
"""Models of the exchange that moderators may change."""
MODERATORS_SEE = (*MODERATORS_CHANGE, "listingfaq", "listingimage", "profilelanguage", "review", "skillalias")


def usernames() -> list[str]:
    """200 names, English and Arabic by turns; who comes second under a given name adds the other one."""
    names = rows("names.csv")
    english, arabic = ([row for row in names if row["language"] == language] for language in ("en", "ar"))
    given = [row["username"] for pair in zip(english, arabic, strict=True) for row in pair]
    surnames = [row["username"] for row in rows("surnames.csv")]
    second = [f"{name}.{surnames[number % len(surnames)]}" for number, name in enumerate(given)]
    return [*given, *second]


def load_accounts(clock: Clock) -> str:
    clock.go_to(days_ago=86)
    user_model = get_user_model()
    # Hashed once for all: a good hash takes half a second.
    password = make_password(settings.DEMO_PASSWORD, salt="published-with-the-password")
    users = [user_model(username=name, email=f"{name}@example.com", password=password) for name in usernames()]
    user_model._default_manager.bulk_create(users)
    _load_staff(password)
    return f"{len(users)} members, 2 staff"


def _load_staff(password: str) -> None:
    users = get_user_model()._default_manager
    users.create(
        username=ADMIN.username, email="admin@example.com", password=password, is_staff=True, is_superuser=True
    )
    moderator = users.create(
        username=MODERATOR.username, email="moderator@example.com", password=password, is_staff=True
    )
    group = Group.objects.create(name=MODERATORS)
    group.permissions.set(_moderators_permissions())
    moderator.groups.add(group)


def _moderators_permissions() -> list[Permission]:
    seen, changed = ({f"view_{model}" for model in MODERATORS_SEE}, {f"change_{model}" for model in MODERATORS_CHANGE})
    granted = seen | changed | {"add_skill", "delete_listing"}
    return list(Permission.objects.filter(content_type__app_label="skillswap_exchange", codename__in=granted))
