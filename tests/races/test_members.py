"""Limits that hold exactly, rows of which there is one, and merges beside everything that uses a skill."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from skillswap_kit.exchange.models import Listing, ListingImage, Profile, Skill, Swap, SwapLeg
from skillswap_kit.exchange.services import (
    accept_swap,
    add_listing_image,
    approve_skill,
    create_listing,
    merge_skills,
    propose_skill,
    propose_swap,
    remove_listing,
    update_profile,
)
from skillswap_kit.testing.factories import make_category

from .arena import DONE, THREADS, SerialCheck
from .test_swap_moves import ASKED, ASKER, change, leave
from .test_swap_moves import MOVES as SWAP_MOVES
from .worlds import SwapStage, World, make_people, make_skills

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]

LIMIT = 3
FULL = [DONE] * LIMIT + ["LimitReached"] * (THREADS - LIMIT)


def limited(name):
    return override_settings(SKILLSWAP_KIT={f"EXCHANGE_{name}": LIMIT})


def test_a_profile_is_made_once(arena, rounds):
    for _ in range(rounds):
        (person,) = make_people(1)
        acts = [partial(update_profile, by=person, display_name=f"Name {number}") for number in range(THREADS)]
        assert arena.race(acts) == [DONE] * THREADS
        assert Profile.objects.filter(user=person.pk).count() == 1


def test_a_skill_is_advertised_once(arena, rounds):
    for _ in range(rounds):
        (person,), (skill,) = make_people(1), make_skills(1)
        act = partial(create_listing, by=person, kind="offer", skill=skill)
        assert sorted(arena.race([act] * THREADS)) == ["ListingExists"] * (THREADS - 1) + [DONE]
        assert Listing.objects.filter(owner=person.pk).count() == 1


def test_the_limit_of_listings(arena, rounds):
    for _ in range(rounds):
        (person,) = make_people(1)
        acts = [partial(create_listing, by=person, kind="offer", skill=skill) for skill in make_skills(THREADS)]
        with limited("MAX_LISTINGS"):
            assert sorted(arena.race(acts), key=FULL.index) == FULL
        assert Listing.objects.filter(owner=person.pk).count() == LIMIT


def test_the_limit_of_proposals(arena, rounds):
    for _ in range(rounds):
        worlds = SwapStage(status=None, shared=(ASKER,)).build(THREADS)
        acts = [partial(propose_swap, by=world.person(ASKER), legs=world.terms()) for world in worlds]
        with limited("MAX_OPEN_PROPOSALS"):
            assert sorted(arena.race(acts), key=FULL.index) == FULL
        assert Swap.objects.outgoing(worlds[0].person(ASKER)).count() == LIMIT


def test_the_limit_of_proposed_skills(arena, rounds):
    for _ in range(rounds):
        (person,), (known,) = make_people(1), make_skills(1)
        acts = [
            partial(propose_skill, by=person, name=f"{known.name} {number}", category=known.category)
            for number in range(THREADS)
        ]
        with limited("MAX_SKILL_PROPOSALS"):
            assert sorted(arena.race(acts), key=FULL.index) == FULL
        assert Skill.objects.filter(proposed_by=person.pk).count() == LIMIT


def picture():
    content = BytesIO()
    Image.new("RGB", (16, 16)).save(content, "PNG")
    return SimpleUploadedFile("picture.png", content.getvalue())


def test_the_limit_of_pictures(arena, rounds):
    for _ in range(max(1, rounds // 5)):
        (person,), (skill,) = make_people(1), make_skills(1)
        listing = create_listing(by=person, kind="offer", skill=skill)
        acts = [partial(add_listing_image, by=person, listing=listing, upload=picture()) for _ in range(THREADS)]
        with limited("MAX_LISTING_IMAGES"):
            assert sorted(arena.race(acts), key=FULL.index) == FULL
        positions = ListingImage.objects.filter(listing=listing).values_list("position", flat=True)
        assert sorted(positions) == list(range(LIMIT))


def test_advertising_and_proposing_lock_in_one_order(arena, rounds):
    """The same member, the same skills, both services at once."""
    stage = SwapStage(status=None)
    moves = {
        "propose": SWAP_MOVES["propose"],
        "offer": lambda world: create_listing(by=world.person(ASKER), kind="offer", skill=world.skills[0]),
        "want": lambda world: create_listing(by=world.person(ASKER), kind="want", skill=world.skills[1]),
    }
    SerialCheck(arena, stage, moves).check(["propose", "propose", "offer", "want"], rounds=rounds)


@pytest.fixture
def merging(staff):
    """Merges the first skill of a world into its spare one, beside what members do with it."""

    def merge(source, target):
        return lambda world: merge_skills(by=staff, skill=world.skills[source], into=world.skills[target])

    return {
        **SWAP_MOVES,
        "merge": merge(0, 2),
        "merge the other": merge(1, 2),
        "merge back": merge(2, 0),
        "offer": lambda world: create_listing(by=world.person(ASKER), kind="offer", skill=world.skills[0]),
        "offer the target": lambda world: create_listing(by=world.person(ASKER), kind="offer", skill=world.skills[2]),
        "change to it": change(ASKED, gives=ASKER),
        "withdraw the offer": withdraw_offer,
        "asked leaves": leave(ASKED),
    }


def withdraw_offer(world: World) -> None:
    offer = Listing.objects.get(owner=world.user_keys[ASKER], kind="offer")
    remove_listing(by=world.person(ASKER), listing=offer)


def advertise(world: World) -> None:
    create_listing(by=world.person(ASKER), kind="offer", skill=world.skills[0])


BESIDE_MERGES = [
    "merge", "merge back", "merge the other", "offer", "offer the target", "withdraw the offer", "accept", "decline",
    "cancel by asker", "change by asked", "change to it", "propose", "asked leaves",
]  # fmt: skip


@pytest.mark.parametrize(("stage", "other"), [*product(["proposed"], BESIDE_MERGES), ("nothing", "propose")])
def test_a_merge_beside_another_move(arena, rounds, merging, stage, other):
    status = Swap.Status.PROPOSED if stage == "proposed" else None
    worlds = SwapStage(status=status, before=advertise)
    SerialCheck(arena, worlds, merging).check(["merge", other, other], rounds=rounds)
    assert not Listing.objects.filter(skill__status=Skill.Status.MERGED).exists()
    assert not SwapLeg.objects.filter(skill__status=Skill.Status.MERGED).exists()


def test_two_proposals_become_one(arena, rounds, staff):
    """Both are answered while their skills are merged; one open proposal about the same remains at most."""
    for _ in range(rounds):
        (world,) = SwapStage(status=None).build(1)
        legs = [world.terms(gives=ASKER)[0], world.terms(gives=ASKER, skip=2)[0]]
        swaps = [propose_swap(by=world.person(ASKER), legs=[leg]) for leg in legs]
        merge = partial(merge_skills, by=staff, skill=world.skills[0], into=world.skills[2])
        accepts = [partial(accept_swap, swap=swap, by=world.person(ASKED)) for swap in swaps]
        outcomes = arena.race([merge, *accepts])
        assert set(outcomes) <= {DONE, "InvalidTransition"}
        assert not SwapLeg.objects.filter(skill=world.skills[0]).exists()
        assert Swap.objects.filter(status=Swap.Status.PROPOSED).count() <= 1


def test_one_of_equal_proposals_is_approved(arena, rounds, make_user):
    """Each proposal is a row of its own, in a category of its own: no lock of theirs makes the approvals wait."""
    staff = make_user(is_staff=True, is_superuser=True)
    for number in range(rounds):
        proposed = [
            propose_skill(by=person, name=f"Oud {number}", category=make_category()) for person in make_people(THREADS)
        ]
        outcomes = arena.race([partial(approve_skill, by=staff, skill=skill) for skill in proposed])
        assert sorted(outcomes) == ["SkillExists"] * (THREADS - 1) + [DONE]
