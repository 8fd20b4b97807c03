"""Somebody who seeks, and people around them who fit or do not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from skillswap_kit.exchange.models import Listing
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap

WANT = Listing.Kind.WANT


def always_fresh() -> Any:
    """Tests of what surrounds the matchers are about no index."""
    return override_skillswap(
        MATCHING_BACKENDS={"default": {"BACKEND": "skillswap_kit.matching.backends.sql.SqlMatcher"}}
    )


def make_seeker(user: Any, **fields: Any) -> SimpleNamespace:
    """Wants the guitar most and Spanish a little, teaches Python."""
    skills = {name: make_skill(name) for name in ("Guitar", "Spanish", "Python")}
    profile = make_member(user, display_name="Sami", **fields)
    make_listing(user, skill=skills["Guitar"], kind=WANT, priority=5)
    make_listing(user, skill=skills["Spanish"], kind=WANT, priority=2)
    make_listing(user, skill=skills["Python"], level="advanced")
    return SimpleNamespace(
        user=user, profile=profile, guitar=skills["Guitar"], spanish=skills["Spanish"], python=skills["Python"]
    )


def make_match(user: Any, seeker: SimpleNamespace, *, skill: Any = None, profile: Any = None, **offer: Any) -> Any:
    """Somebody who teaches the guitar, or ``skill``, to whoever teaches them Python; the user."""
    make_member(user, **(profile or {}))
    make_listing(user, skill=skill or seeker.guitar, **offer)
    make_listing(user, skill=seeker.python, kind=WANT)
    return user
