"""What the people of the world teach and want, so that some of them fit the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillswap_kit.exchange.models import Listing
from skillswap_kit.matching.services import dismiss_member
from skillswap_kit.testing.factories import make_listing

from .world import World, world_of

FITTING = ("stranger", "counterparty", "blocked")
"""Who teaches what the owner wants, and wants what they teach."""


@world_of("matching")
def build(world: World) -> Mapping[str, Any]:
    for role in FITTING:
        make_listing(world[role], skill=world["python"])
        make_listing(world[role], skill=world["guitar"], kind=Listing.Kind.WANT)
    dismiss_member(by=world["third"], member=world["owner"])
    return {}
