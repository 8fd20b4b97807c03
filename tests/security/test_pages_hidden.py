"""Whom somebody must not find does not exist for them: every page and every answer is what it is without that person.

What a third person's numbers count (swaps, ratings) counts swaps with the hidden one too, and is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.models import Listing, Profile
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    add_listing_faq,
    add_listing_image,
    create_listing,
    propose_swap,
    set_avatar,
)
from skillswap_kit.testing.factories import make_listing, make_member
from skillswap_kit.testing.swaps import make_session

from .cases import pairs
from .exchange_world import picture
from .pages import Page, page_pairs, pages, visit, visit_as_case
from .world import EXACT_PLACE, Blocks, World, content, make_account, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME = "Ghostly Person"


@dataclass(frozen=True)
class Ghost:
    """Somebody with all that others could find of them."""

    user: Any
    offer: Listing
    want: Listing


def make_ghost(world: World) -> Ghost:
    user = make_account("ghost")
    place = Coordinates(**EXACT_PLACE)
    make_member(user, display_name=NAME, place_name="Giza", location=place, languages=["ar", "sw"])
    set_avatar(by=user, upload=picture())
    offer = make_listing(user, skill=world["guitar"], title=f"Chords of {NAME}", price_points=5)
    add_listing_image(by=user, listing=offer, upload=picture(), caption=NAME)
    add_listing_faq(by=user, listing=offer, question=NAME, answer="Because.")
    want = create_listing(by=user, kind=Listing.Kind.WANT, skill=world["python"])
    running, _waiting = (
        propose_swap(by=user, legs=[LegTerms(giver=user, receiver=world[other], skill=world["guitar"])], message=NAME)
        for other in ("counterparty", "owner")
    )
    accept_swap(swap=running, by=world["counterparty"])
    make_session(running, by=user, recipient=world["counterparty"])
    return Ghost(user, offer, want)


def is_blocked(world: World, viewer: str, ghost: Ghost) -> None:
    Blocks.pairs.append((world[viewer], ghost.user))


def blocks(world: World, viewer: str, ghost: Ghost) -> None:
    Blocks.pairs.append((ghost.user, world[viewer]))


def shows_themselves_to(visibility: str) -> Callable[[World, str, Ghost], None]:
    def hide(world: World, viewer: str, ghost: Ghost) -> None:
        Profile.objects.filter(user=ghost.user).update(visibility=visibility)

    return hide


def is_deactivated(world: World, viewer: str, ghost: Ghost) -> None:
    get_user_model()._default_manager.filter(pk=ghost.user.pk).update(is_active=False)


def hides_nothing(world: World, viewer: str, ghost: Ghost) -> None:
    """For the positive control."""


WAYS = {
    "the viewer blocked them": (is_blocked, "stranger"),
    "they blocked the viewer": (blocks, "stranger"),
    "shown to members alone": (shows_themselves_to(Profile.Visibility.MEMBERS), "anonymous"),
    "shown to connections alone": (shows_themselves_to(Profile.Visibility.CONNECTIONS), "stranger"),
    "deactivated": (is_deactivated, "stranger"),
}
ALIKE = ("they blocked the viewer", "shown to connections alone")
"""Decided by the same line as another way."""


@contextmanager
def blocks_as_before() -> Iterator[None]:
    before = list(Blocks.pairs)
    yield
    Blocks.pairs = before


def named(name: str) -> Page:
    return next(page for page in pages() if str(page) == name)


def seen(world: World, viewer: str, ghost: Ghost) -> dict[str, Any]:
    """All that this viewer can open, and what they are told where they look for the ghost."""
    told: dict[str, Any] = {}
    for page, case in page_pairs():
        if not page.writes and viewer in case.allowed:
            told[f"{len(told)} {case}"] = visit_as_case(world, page, case, viewer).told()
    for name, keys, query in looking_for(ghost):
        told[f"{name} {query}"] = visit(world, named(name), viewer, keys, query).told()
    for operation, case in pairs():
        if not operation.writes and viewer in case.allowed:
            answer = world.send(operation, viewer, case.real_keys(world), case.body(world, world.people.get(viewer)))
            told[f"{len(told)} {case}"] = answer.status_code, content(answer)
    return told


def looking_for(ghost: Ghost) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for listing in (ghost.offer, ghost.want):
        yield "GET listing", {"pk": listing.pk}, {}
        for name in ("propose", "session-ask"):
            yield f"GET {name}", {"pk": ghost.user.pk}, {"listing": listing.pk}
        for command in ("edit", "pause", "remove", "pictures"):
            yield f"GET listing-{command}", {"pk": listing.pk}, {}
    yield "GET member", {"pk": ghost.user.pk}, {}
    for text in ("Ghostly", "Chords of"):
        yield "GET members", {}, {"q": text}
        yield "GET listings", {}, {"q": text}
        yield "GET listings", {}, {"member": text}
    for kind in Listing.Kind.values:
        yield "GET listings", {}, {"kind": kind, "owner": ghost.user.pk}
    yield "GET members", {}, {"language": "sw"}


def differing(world: World, hide: Callable[[World, str, Ghost], None], viewer: str) -> set[str]:
    """What is not the same with the ghost hidden and without them."""
    moment = timezone.now()
    with blocks_as_before(), undone():
        with undone():
            ghost = make_ghost(world)
            hide(world, viewer, ghost)
            with patch("django.utils.timezone.now", return_value=moment):
                with_ghost = seen(world, viewer, ghost)
        with patch("django.utils.timezone.now", return_value=moment):
            without = seen(world, viewer, ghost)
    assert len(with_ghost) > 40
    assert with_ghost.keys() == without.keys()
    return {name for name, told in with_ghost.items() if told != without[name]}


@pytest.mark.parametrize("way", [pytest.param(way, marks=[pytest.mark.slow] if way in ALIKE else []) for way in WAYS])
def test_nothing_shows_that_somebody_hidden_exists(way, world):
    assert differing(world, *WAYS[way]) == set()


def test_the_same_person_not_hidden_is_found(world):
    found = differing(world, hides_nothing, "stranger")
    assert {"GET member {}", "GET members {'q': 'Ghostly'}", "GET listing {}"} <= found
    assert len(found) > 12


@pytest.mark.parametrize("viewer", ["owner", "counterparty", "stranger", "moderator", "anonymous"])
def test_where_somebody_lives_stands_on_no_page(viewer, world):
    """Not even the centre of their cell; exact places, addresses and names to sign in with ``visit`` looks for."""
    profile = Profile.objects.get(user=world["owner"])
    cell = [str(profile.latitude), str(profile.longitude)]
    assert all(len(number) > 3 for number in cell)
    opened = [visit_as_case(world, page, case, viewer) for page, case in page_pairs() if not page.writes]
    assert [asked.address for asked in opened if any(number in asked.html for number in cell)] == []
