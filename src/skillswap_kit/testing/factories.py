"""Rows for tests, written by the same services as everything else. Users come from the host's own tests."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Any, Unpack

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.exchange.services import create_listing, save_skill, set_aliases, update_profile
from skillswap_kit.exchange.services.listings import ListingFields
from skillswap_kit.exchange.services.members import ProfileChanges

_numbers = count(1)


def make_member(user: User, **fields: Unpack[ProfileChanges]) -> Profile:
    """The profile of ``user``, with whatever ``update_profile`` takes."""
    fields.setdefault("display_name", f"Member {next(_numbers)}")
    return update_profile(by=user, **fields)


def make_category(**fields: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(**{"name": f"Category {number}", "slug": f"category-{number}", **fields})


def make_skill(
    name: str = "", *, aliases: Collection[str] = (), category: Category | None = None, **fields: Any
) -> Skill:
    """An approved skill unless ``fields`` say otherwise, in a category of its own unless one is given."""
    skill = Skill(name=name or f"Skill {next(_numbers)}", category=category or make_category(), **fields)
    save_skill(skill=skill)
    set_aliases(skill=skill, names=aliases)
    return skill


def make_listing(
    owner: User, *, skill: Skill | None = None, kind: str = Listing.Kind.OFFER, **fields: Unpack[ListingFields]
) -> Listing:
    """An active offer of a new skill unless told otherwise."""
    return create_listing(by=owner, kind=kind, skill=skill or make_skill(), **fields)
