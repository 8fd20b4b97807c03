"""Offers in bulk: a site of plausible proportions, the same in every run."""

from __future__ import annotations

import random
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.exchange.models.listings import Level, Mode, listing_open_key

OFFERS_PER_MEMBER = 3
BATCH = 2_000
VISIBILITIES = [Profile.Visibility.PUBLIC] * 18 + [Profile.Visibility.MEMBERS, Profile.Visibility.CONNECTIONS]


def fill(offers: int) -> None:
    """About ``offers`` offers that a stranger may see, among the wants, paused offers and hidden members of a site."""
    dice = random.Random(20)
    skills = _skills(dice)
    members = _members(dice, count=max(400, offers // OFFERS_PER_MEMBER))
    rows = _listings(dice, members, skills, count=round(offers * 1.2))
    Listing.objects.bulk_create(rows, batch_size=BATCH)


def _skills(dice: random.Random) -> list[Skill]:
    categories = [Category(name=f"Category {number}", slug=f"category-{number}") for number in range(40)]
    categories = Category.objects.bulk_create(categories)
    names = [f"Skill {number}" for number in range(300)]
    skills = [Skill(name=name, slug=name.lower().replace(" ", "-"), category=dice.choice(categories)) for name in names]
    return Skill.objects.bulk_create(skills)


def _members(dice: random.Random, *, count: int) -> list[int]:
    user_model = get_user_model()
    users = [user_model(username=f"member{n}", is_active=dice.random() > 0.03, password="!") for n in range(count)]
    users = user_model.objects.bulk_create(users, batch_size=BATCH)
    profiles = [
        Profile(
            user=user,
            display_name=f"Member {user.pk}",
            place_name=dice.choice(["Cairo", "Berlin", "Osaka", ""]),
            visibility=dice.choice(VISIBILITIES),
            rating=dice.choice([None, 3.9, 4.2]),
            rating_count=dice.randrange(5),
        )
        for user in users
    ]
    Profile.objects.bulk_create(profiles, batch_size=BATCH)
    return [user.pk for user in users]


def _listings(dice: random.Random, members: list[int], skills: list[Skill], *, count: int) -> list[Listing]:
    now = timezone.now()
    rows: dict[str, Listing] = {}
    while len(rows) < count:
        owner, skill = dice.choice(members), dice.choice(skills)
        kind = Listing.Kind.OFFER if dice.random() > 0.1 else Listing.Kind.WANT
        key = listing_open_key(owner, kind, skill.pk)
        rows[key] = Listing(
            owner_id=owner,
            kind=kind,
            skill=skill,
            title=f"Learn {skill.name}",
            description="An hour a week, from the first steps to playing together. " * 4,
            level=dice.choice(Level.values),
            mode=dice.choice(Mode.values),
            price_points=dice.choice([None, 50, 120]),
            status=Listing.Status.ACTIVE if dice.random() > 0.05 else Listing.Status.PAUSED,
            open_key=key,
            created_at=now - timedelta(seconds=dice.randrange(10_000_000)),
        )
    return list(rows.values())
