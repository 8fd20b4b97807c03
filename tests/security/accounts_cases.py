"""Who may do what at the door.

The views of signing in and out are allauth's, and open to everybody; what they do is proved in ``tests/accounts``.
Here they are told apart from what nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps

from .cases import SIGNED_IN, Case, cases_of, just
from .world import EXACT_PLACE

IS_INSTALLED = apps.is_installed("skillswap_kit.accounts")
SIGN_IN = frozenset(f"/api/auth/{name}/" for name in ("register", "login", "logout", "refresh") if IS_INSTALLED)
MOUNTS = ("/_allauth/", "/accounts/")
"""Where the tests' host has put the rest of allauth."""


def is_sign_in(route: str) -> bool:
    """Whether a view of allauth's answers here."""
    return route in SIGN_IN or (IS_INSTALLED and route.startswith(MOUNTS))


def own_profile_cases() -> Iterator[Case]:
    """Second routes to one's own profile."""
    yield Case(operation="GET /api/auth/me/", allowed=SIGNED_IN)
    yield Case(operation="GET /api/auth/profile/", allowed=SIGNED_IN)
    profile = just(display_name="New name", bio="Hello", languages=["ar", "en"], location=EXACT_PLACE)
    for method in ("PUT", "PATCH"):
        yield Case(operation=f"{method} /api/auth/profile/", allowed=SIGNED_IN, body=profile)


if IS_INSTALLED:
    cases_of(own_profile_cases())
