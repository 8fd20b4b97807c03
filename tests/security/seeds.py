"""As many rows as one likes in everything that lists rows. Written past the services: lists only have to show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from skillswap_kit.core.models import Event, IdempotencyRecord, TranslatedColumn, subject_key
from skillswap_kit.exchange.models import (
    Category,
    Connection,
    Listing,
    ListingFAQ,
    ListingImage,
    Profile,
    ProfileLanguage,
    Review,
    Session,
    Skill,
    SkillAlias,
    Swap,
    SwapLeg,
    SwapParticipant,
    SwapProposal,
)
from skillswap_kit.exchange.models.listings import listing_open_key
from skillswap_kit.matching.models import Dismissal, RankedProposal, SkillSimilarity

from .world import World, make_account

Seeder = Callable[[World, int], None]
SEEDERS: list[Seeder] = []
WORD = "Row"
"""Begins every name here, for searches."""


def seeds(seeder: Seeder) -> Seeder:
    """Registers a function that adds one row, with this number, to everything that an app shows the owner."""
    SEEDERS.append(seeder)
    return seeder


def grow(world: World, numbers: Iterable[int]) -> None:
    for number in numbers:
        for seeder in SEEDERS:
            seeder(world, number)


def largest(world: World, model: type[Model]) -> Model:
    """The row of a model on which the most other rows hang."""
    for name in ("running", "offer", "guitar", "category"):
        if isinstance(world[name], model):
            return world[name]
    return Profile.objects.get(user=world["owner"]) if model is Profile else model._base_manager.earliest("pk")


@seeds
def grow_core(world: World, number: int) -> None:
    Event.objects.create(
        name="exchange.swap_agreed", subject=subject_key(Swap._meta.label, world["running"].pk), by=world["owner"]
    )
    IdempotencyRecord.objects.create(scope="test", key=str(number))
    TranslatedColumn.objects.create(column=f"row_{number}", field="name")


@seeds
def grow_exchange(world: World, number: int) -> None:
    person = make_account(f"row{number}")
    profile = Profile.objects.create(user=person, display_name=f"{WORD} {number}", avatar="avatars/row.png", rating=4)
    ProfileLanguage.objects.create(profile=profile, code="ar")
    skill = _grow_vocabulary(world, number)
    for owner in (person, world["owner"]):
        _grow_listings(owner, skill)
    ListingImage.objects.create(listing=world["offer"], file="listings/row.png", position=number)
    ListingFAQ.objects.create(listing=world["offer"], question="Why?", answer="Because.", position=number)
    _grow_swaps(world, number, person, skill)
    _grow_running_swap(world, number, person, skill)


@seeds
def grow_matching(world: World, number: int) -> None:
    """Somebody who fits the owner better than all whom the owner has met, who closes a circle with them as well, and
    somebody whom they dismissed."""
    fitting, dismissed = make_account(f"fits{number}"), make_account(f"dismissed{number}")
    Profile.objects.bulk_create(Profile(user=person, display_name=WORD) for person in (fitting, dismissed))
    for kind, name in (("offer", "python"), ("want", "guitar"), ("want", "weaving")):
        skill = world[name]
        key = listing_open_key(fitting.pk, kind, skill.pk)
        Listing.objects.create(owner=fitting, kind=kind, skill=skill, open_key=key, level="expert", priority=5)
    Dismissal.objects.create(by=world["owner"], about=dismissed)
    skill = Skill.objects.get(slug=f"row-{number}")
    SkillSimilarity.objects.create(wanted=world["guitar"], taught=skill, weight=1, source="learnt")
    RankedProposal.objects.create(swap=Swap.objects.filter(terms_key=f"in {number}").latest("pk"), rank=1)


def _grow_vocabulary(world: World, number: int) -> Skill:
    name = f"{WORD} {number:03}"
    category = Category.objects.create(name=name, slug=f"row-{number}", parent=world["category"])
    search = f"\n{name.lower()}\n"
    skill = Skill.objects.create(name=name, slug=f"row-{number}", category=category, search_text=search)
    for named in (skill, world["guitar"]):
        SkillAlias.objects.create(skill=named, name=f"{name} alias", key=f"{name} alias", key_hash=name)
    world["guitar"].related.add(skill)
    return skill


def _grow_listings(owner: Any, skill: Skill) -> None:
    for kind in Listing.Kind.values:
        key = listing_open_key(owner.pk, kind, skill.pk)
        listing = Listing.objects.create(owner=owner, kind=kind, skill=skill, open_key=key)
        ListingImage.objects.create(listing=listing, file="listings/row.png")
        ListingFAQ.objects.create(listing=listing, question="Why?", answer="Because.")


def _grow_swaps(world: World, number: int, person: Any, skill: Skill) -> None:
    """One asked of the owner, one asked by them, one that runs, and one that is over with all that belongs to it."""
    owner, now = world["owner"], timezone.now()
    _swap(f"in {number}", [person, owner], skill)
    _swap(f"out {number}", [owner, person], skill)
    _swap(f"runs {number}", [owner, person], skill, status="accepted")
    done = _swap(f"done {number}", [owner, person], world["guitar"], status="completed", listing=world["offer"])
    giver, receiver = done.participants.all()
    _session(done, giver, receiver, number)
    _session(done, receiver, giver, number, status=Session.Status.COMPLETED)
    Connection.objects.create(pair_key=f"row {number}", first=owner, second=person, swap=done)
    said = {"rating": 5, "publish_at": now, "published_at": now}
    for swap, author, about in ((done, person, owner), (done, owner, person), (world["reviewed"], person, owner)):
        Review.objects.create(swap=swap, author=author, about=about, **said)


def _swap(key: str, people: list[Any], skill: Skill, *, status: str = "proposed", listing: Any = None) -> Swap:
    deadline = timezone.now() + timedelta(days=1)
    swap = Swap.objects.create(
        kind="gift", status=status, deadline=deadline, terms_key=key, proposed_by=people[0], open_key=None
    )
    decisions = (SwapParticipant.Decision.ACCEPTED, SwapParticipant.Decision.PENDING)
    first, second = (
        SwapParticipant.objects.create(swap=swap, user=user, position=position, decision=decision)
        for position, (user, decision) in enumerate(zip(people, decisions, strict=True))
    )
    leg_status = SwapLeg.Status.CONFIRMED if status == "completed" else SwapLeg.Status.OPEN
    SwapLeg.objects.create(swap=swap, giver=first, receiver=second, skill=skill, listing=listing, status=leg_status)
    SwapProposal.objects.create(swap=swap, version=1, by=first, message="Hello", terms=[])
    return swap


def _grow_running_swap(world: World, number: int, person: Any, skill: Skill) -> None:
    swap = world["running"]
    owner, other = (swap.participants.get(user=world[name]) for name in ("owner", "counterparty"))
    newcomer = SwapParticipant.objects.create(swap=swap, user=person, position=number + 10)
    leg = SwapLeg.objects.create(swap=swap, giver=newcomer, receiver=owner, skill=skill, position=number + 10)
    SwapProposal.objects.create(swap=swap, version=number + 10, by=newcomer, terms=[leg.as_terms()])
    session = _session(swap, other, owner, number)
    Event.objects.create(
        name="exchange.session_requested", subject=subject_key(Session._meta.label, session.pk), by=person
    )


def _session(
    swap: Swap, asking: SwapParticipant, asked: SwapParticipant, number: int, *, status: str = "pending"
) -> Session:
    starts_at = timezone.now() + timedelta(hours=number + 1)
    return Session.objects.create(
        swap=swap,
        requester=asking,
        recipient=asked,
        topic="Start",
        starts_at=starts_at,
        duration_minutes=60,
        time_zone="UTC",
        status=status,
    )
