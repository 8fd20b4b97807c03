"""Circles that are suggested to the community by two runs at once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapParticipant
from skillswap_kit.exchange.models.listings import listing_open_key
from skillswap_kit.matching.choosing import Option
from skillswap_kit.matching.services import clearing
from tests.matching.seekers import always_fresh

from .arena import DONE
from .worlds import make_people, make_skills

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]


def advertise(owner, kind, skill):
    return Listing(owner=owner, kind=kind, skill=skill, open_key=listing_open_key(owner.pk, kind, skill.pk))


def make_overlapping():
    """Four circles, each with skills of its own and all with the same member; and the profiles, by their numbers."""
    common, *others = Profile.objects.bulk_create(Profile(user=user) for user in make_people(9))
    options, listings = [], []
    for other, third in zip(others[::2], others[1::2], strict=True):
        people, skills = (common, other, third), make_skills(3)
        for place, skill in enumerate(skills):
            listings.append(advertise(people[place].user, "want", skill))
            listings.append(advertise(people[place - 2].user, "offer", skill))
        numbers = tuple(profile.pk for profile in people)
        options.append(Option(people=numbers, skills=tuple(skill.pk for skill in skills), worth=1.0))
    Listing.objects.bulk_create(listings)
    return options, {profile.pk: profile for profile in (common, *others)}


def test_no_two_runs_ask_the_same_member_at_once(arena, rounds):
    with always_fresh():
        for _ in range(rounds):
            options, profiles = make_overlapping()
            acts = [partial(clearing._suggest, option, profiles, 1, None) for option in options]
            said = arena.race(acts)
            assert Counter(said) == {DONE: 1, "LimitReached": len(options) - 1}
    asked = Counter(SwapParticipant.objects.values_list("user", flat=True))
    assert set(asked.values()) == {1}
    assert Swap.objects.count() == rounds
