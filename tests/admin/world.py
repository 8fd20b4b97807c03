"""Rows in every table of the kit. Written past the services, because a page only has to show them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, pairwise
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils import timezone

from skillswap_kit.core.models import Event, IdempotencyRecord, TranslatedColumn
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
from skillswap_kit.matching.models import RankedProposal, SkillSimilarity

_numbers = count(1)


def make_rows(make_user, how_many: int) -> None:
    """So many rows in each table, each with people, skills and swaps of its own."""
    for _ in range(how_many):
        make_row_everywhere(make_user, next(_numbers))


def make_row_everywhere(make_user, number: int) -> None:
    now = timezone.now()
    one, other = (make_user(f"{side}{number}") for side in ("left", "right"))
    profile = Profile.objects.create(user=one, display_name=f"Member {number}")
    ProfileLanguage.objects.create(profile=profile, code="ar")
    category = Category.objects.create(name=f"Shelf {number}", slug=f"shelf-{number}")
    skill = Skill.objects.create(name=f"Skill {number}", slug=f"skill-{number}", category=category, proposed_by=one)
    SkillAlias.objects.create(skill=skill, name=f"Alias {number}", key=f"alias {number}", key_hash=f"{number}")
    helping = Skill.objects.create(name=f"Helping {number}", slug=f"helping-{number}", category=category)
    SkillSimilarity.objects.create(wanted=skill, taught=helping, weight=20, source="learnt")
    listing = Listing.objects.create(owner=one, kind="offer", skill=skill, open_key=f"key {number}")
    ListingImage.objects.create(listing=listing, file=f"{number}.png")
    ListingFAQ.objects.create(listing=listing, question="Why?", answer="Because.")
    swap = Swap.objects.create(kind="barter", deadline=now, proposed_by=one)
    make_parts(swap, [one, other], skill)
    RankedProposal.objects.create(swap=swap, rank=1)
    Connection.objects.create(pair_key=f"{number}", first=one, second=other, swap=swap)
    Review.objects.create(swap=swap, author=one, about=other, rating=4, publish_at=now)
    Event.objects.create(name="exchange.swap_proposed", subject=f"swap:{number}", by=one, state=Event.State.DEAD)
    IdempotencyRecord.objects.create(scope="test", key=f"{number}")
    TranslatedColumn.objects.create(column=f"{number}", field="name")


def make_parts(swap: Swap, people: list[Any], skill: Skill) -> None:
    """What hangs on a swap: for each two neighbours a leg, a session and a proposal."""
    participants = [
        SwapParticipant.objects.create(swap=swap, user=user, position=position) for position, user in enumerate(people)
    ]
    now = timezone.now()
    for position, (giver, receiver) in enumerate(pairwise(participants)):
        SwapLeg.objects.create(swap=swap, position=position, giver=giver, receiver=receiver, skill=skill)
        SwapProposal.objects.create(swap=swap, version=position + 1, by=giver, terms=[], message="Between us")
        starts_at = now + timedelta(days=position)
        Session.objects.create(
            swap=swap, requester=giver, recipient=receiver, topic="Start", starts_at=starts_at, duration_minutes=60
        )


def dump() -> dict[str, list[Any]]:
    """Every row of the kit and of the host's users, to compare before and after."""
    models: list[type[Model]] = [get_user_model()]
    for label in ("skillswap_core", "skillswap_exchange", "skillswap_matching"):
        models += apps.get_app_config(label).get_models(include_auto_created=True)
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}
