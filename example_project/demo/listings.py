"""What the members teach and want to learn, and what they say about themselves with it."""

from __future__ import annotations

from random import Random

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Skill
from skillswap_kit.exchange.models.listings import Level, Mode
from skillswap_kit.exchange.services.gallery import add_listing_faq, add_listing_image
from skillswap_kit.exchange.services.listings import create_listing, pause_listing, remove_listing
from skillswap_kit.exchange.services.members import update_profile

from .clock import Clock
from .members import days_ago, demo_members, language_of
from .pictures import abstract_picture
from .texts import choices, write

OFFER, WANT = Listing.Kind.OFFER, Listing.Kind.WANT
DURATIONS = (30, 45, 60, 90)
NEWLY_WANTED = 9
CROWDING = 2.5
"""How much people want the same few skills; 1 is not at all."""


def skill_name(skill: Skill, language: str) -> str:
    name: str = getattr(skill, f"name_{language}") or skill.name
    return name


def load_listings(clock: Clock) -> str:
    random = Random("listings")
    skills = list(Skill.objects.approved().order_by("pk"))
    made: list[Listing] = []
    for number, user in enumerate(demo_members()):
        clock.go_to(days_ago=days_ago(number) - 0.5)
        language = language_of(number)
        taught, wanted = _pick(random, skills, first=skills[number % len(skills)])
        _introduce(random, user, language, taught[0], wanted[0])
        made += [_offer(random, user, language, skill) for skill in taught]
        made += [_want(random, user, language, skill) for skill in wanted]
    clock.go_to(days_ago=40)
    closed = _put_away(random, made)
    made += _lately_wanted(random, clock, made)
    return f"{len(made)} listings, {closed} of them paused or removed"


def _lately_wanted(random: Random, clock: Clock, made: list[Listing]) -> list[Listing]:
    """What some have come to want in these weeks: of what others teach, the first skills most."""
    offered = list(dict.fromkeys(listing.skill for listing in made if listing.kind == OFFER))
    listed = {(listing.owner_id, listing.skill_id) for listing in made}
    lately: list[Listing] = []
    for number, user in enumerate(demo_members()[::4]):
        skill = offered[number % NEWLY_WANTED]
        if (user.pk, skill.pk) not in listed:
            clock.go_to(days_ago=28 - number / 2)
            lately.append(_want(random, user, language_of(number * 4), skill))
    return lately


def _pick(random: Random, skills: list[Skill], *, first: Skill) -> tuple[list[Skill], list[Skill]]:
    """What somebody teaches, ``first`` above all, and other things that they want; some skills are popular."""
    taught, wanted = random.randint(1, 3), random.randint(2, 4)
    picked: list[Skill] = []
    while len(picked) < taught + wanted:
        popular = skills[int(len(skills) * random.random() ** CROWDING)]
        if popular != first and popular not in picked:
            picked.append(popular)
    return [first, *picked[:taught]], picked[taught:]


def _introduce(random: Random, user: User, language: str, taught: Skill, wanted: Skill) -> None:
    words = {"offer": skill_name(taught, language), "want": skill_name(wanted, language)}
    headline, bio = (write(random, kind, language, **words) for kind in ("headline", "bio"))
    update_profile(by=user, headline=headline, bio=bio)


def _offer(random: Random, user: User, language: str, skill: Skill) -> Listing:
    listing = create_listing(
        by=user,
        kind=OFFER,
        skill=skill,
        title=write(random, "offer_title", language, skill=skill_name(skill, language)),
        description=write(random, "offer_description", language),
        level=random.choice(Level.values),
        mode=random.choice(Mode.values),
        language=language,
        duration_minutes=random.choice(DURATIONS),
        price_points=random.choice((None, 20, 30, 40, 60, 90)),
    )
    if random.random() < 0.15:
        question, answer = random.choice(choices("faq", language))
        add_listing_faq(by=user, listing=listing, question=question, answer=answer, language=language)
    if random.random() < 0.1:
        picture, caption = abstract_picture(random, side=320), write(random, "caption", language)
        add_listing_image(by=user, listing=listing, upload=picture, caption=caption)
    return listing


def _want(random: Random, user: User, language: str, skill: Skill) -> Listing:
    return create_listing(
        by=user,
        kind=WANT,
        skill=skill,
        title=write(random, "want_title", language, skill=skill_name(skill, language)),
        description=write(random, "want_description", language),
        level=random.choice((Level.BEGINNER, Level.BEGINNER, Level.INTERMEDIATE)),
        mode=random.choice(Mode.values),
        language=language,
        priority=random.randint(1, 5),
    )


def _put_away(random: Random, listings: list[Listing]) -> int:
    chosen = random.sample(listings, len(listings) // 16)
    for number, listing in enumerate(chosen):
        put_away = pause_listing if number % 3 else remove_listing
        put_away(by=listing.owner, listing=listing)
    return len(chosen)
