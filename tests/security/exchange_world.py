"""What the people of the world have made in the exchange: by services, in every state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Connection, Listing, Profile, Session, Swap
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    add_listing_faq,
    add_listing_image,
    confirm_legs,
    create_listing,
    pause_listing,
    propose_skill,
    propose_swap,
    remove_listing,
    set_avatar,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_review, make_session, make_swap

from .world import EXACT_PLACE, MEMBERS, World, make_account, person_name, world_of

Things = dict[str, Any]


def picture(name: str = "photo.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


@world_of("exchange")
def build(world: World) -> Mapping[str, Any]:
    for role in (*MEMBERS, "deactivated"):
        if role != "newcomer":
            place = Coordinates(**EXACT_PLACE)
            name = person_name(role)
            make_member(world[role], display_name=name, place_name="Giza", location=place, languages=["ar"])
    set_avatar(by=world["owner"], upload=picture())
    things = dict(_vocabulary(world))
    things |= _recluse(world, things)
    things |= _listings(world, things)
    things |= _swaps(world)
    things |= _sessions(world, things)
    things |= _reviews(world, things)
    things |= _connections(world)
    return things


def _vocabulary(world: World) -> Iterator[tuple[str, Any]]:
    music = make_category(name="Music")
    yield "category", music
    yield "closed_category", make_category(name="Closed", is_active=False)
    guitar = make_skill("Guitar", category=music, aliases=["قيثارة", "Axe"])
    oud = make_skill("Oud", category=music)
    guitar.related.add(oud)
    yield "guitar", guitar
    yield "oud", oud
    yield "python", make_skill("Python")
    yield "spanish", make_skill("Spanish")
    yield "unlisted", make_skill("Unlisted")
    yield "proposed_skill", propose_skill(by=world["owner"], name="Juggling", category=music, aliases=["Poi"])


def _recluse(world: World, things: Things) -> Things:
    """Somebody whom only the people they are connected with may find: the counterparty."""
    recluse = make_account("recluse")
    make_member(recluse, display_name="recluse", visibility=Profile.Visibility.CONNECTIONS)
    set_avatar(by=recluse, upload=picture())
    make_swap([recluse, world["counterparty"]], status=Swap.Status.ACCEPTED)
    offer = make_listing(recluse, skill=things["python"])
    return {
        "recluse": recluse,
        "recluse_offer": offer,
        "recluse_image": add_listing_image(by=recluse, listing=offer, upload=picture()),
        "recluse_faq": add_listing_faq(by=recluse, listing=offer, question="Why?", answer="Because."),
    }


def _listings(world: World, things: Things) -> Things:
    owner = world["owner"]
    offer = make_listing(owner, skill=things["guitar"], title="Chords", price_points=5)
    paused = make_listing(owner, skill=things["spanish"])
    removed = make_listing(owner, skill=things["oud"])
    made = {
        "offer": offer,
        "want": create_listing(by=owner, kind=Listing.Kind.WANT, skill=things["python"], priority=4),
        "paused": paused,
        "removed": removed,
    }
    for name, listing in (("", offer), ("paused_", paused), ("removed_", removed)):
        made[f"{name}image"] = add_listing_image(by=owner, listing=listing, upload=picture(), caption="Me")
        made[f"{name}faq"] = add_listing_faq(by=owner, listing=listing, question="Why?", answer="Because.")
    made["paused"] = pause_listing(by=owner, listing=paused)
    remove_listing(by=owner, listing=removed)
    return made


def _swaps(world: World) -> Things:
    owner, other, third, ex = (world[name] for name in ("owner", "counterparty", "third", "ex_participant"))
    trio, circle, status = [owner, other, third], Swap.Kind.CIRCLE, Swap.Status
    return {
        "incoming": make_swap([other, owner], message="Shall we?"),
        "outgoing": make_swap([owner, other], message="And this?"),
        "circle_proposed": make_swap([other, owner, third], kind=circle),
        "running": make_swap(trio, kind=circle, status=status.ACCEPTED),
        "started": make_swap(trio, kind=circle, status=status.IN_PROGRESS),
        "completed": make_swap(trio, kind=circle, status=status.COMPLETED),
        "reviewed": make_swap(trio, kind=circle, status=status.COMPLETED),
        "declined": make_swap([owner, ex], status=status.DECLINED),
        "cancelled": make_swap([owner, other], status=status.CANCELLED),
        "expired": make_swap([owner, other], status=status.EXPIRED),
        "shared_with_blocked": make_swap([owner, world["blocked"]], status=status.COMPLETED),
    }


def _sessions(world: World, things: Things) -> Things:
    owner, other, status = world["owner"], world["counterparty"], Session.Status
    made = {
        f"session_{state}": make_session(things["running"], by=other, recipient=owner, status=state, days=days)
        for days, state in enumerate(Session.Status.values, start=2)
    }
    held = make_session(things["running"], by=other, recipient=owner, status=status.ACCEPTED)
    Session.objects.filter(pk=held.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    return made | {"session_held": held}


def _reviews(world: World, things: Things) -> Things:
    owner, other = world["owner"], world["counterparty"]
    leg = LegTerms(giver=owner, receiver=other, skill=things["guitar"], listing=things["offer"])
    taught = propose_swap(by=other, legs=[leg])
    accept_swap(swap=taught, by=owner)
    confirm_legs(swap=taught, by=other)
    make_review(taught, by=owner, about=other)
    return {
        "taught": taught,
        "review_published": make_review(taught, by=other, about=owner, comment="Patient."),
        "review_pending": make_review(things["reviewed"], by=owner, about=other, rating=4),
    }


def _connections(world: World) -> Things:
    both = {world["owner"].pk, world["counterparty"].pk}, {world["owner"].pk, world["blocked"].pk}
    found = {frozenset((row.first_id, row.second_id)): row for row in Connection.objects.all()}
    return {"connection": found[frozenset(both[0])], "connection_with_blocked": found[frozenset(both[1])]}
