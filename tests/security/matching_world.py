"""What the people of the world teach and want, so that some of them fit the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillswap_kit.exchange.models import Listing, Skill
from skillswap_kit.matching.services import dismiss_member
from skillswap_kit.testing.factories import make_listing, make_skill

from .world import World, world_of

WEAVERS = ("stranger", "blocked")
"""Who learns from the clerk what the owner does not teach: the clerk learns from the owner, and the owner from them."""
FITTING = ("stranger", "counterparty", "blocked")
"""Who teaches what the owner wants, and wants what they teach."""


@world_of("matching")
def build(world: World) -> Mapping[str, Any]:
    offers = {role: make_listing(world[role], skill=world["python"]) for role in FITTING}
    for role in FITTING:
        make_listing(world[role], skill=world["guitar"], kind=Listing.Kind.WANT)
    weaving = _join_in_a_circle(world)
    dismiss_member(by=world["third"], member=world["owner"])
    return {"weaving": weaving} | {f"{role}_python": offer for role, offer in offers.items()}


def _join_in_a_circle(world: World) -> Skill:
    weaving = make_skill("Weaving")
    make_listing(world["clerk"], skill=weaving)
    make_listing(world["clerk"], skill=world["guitar"], kind=Listing.Kind.WANT)
    for role in WEAVERS:
        make_listing(world[role], skill=weaving, kind=Listing.Kind.WANT)
    return weaving
