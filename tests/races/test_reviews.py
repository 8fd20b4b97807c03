"""Reviews are published once each, and ratings say what the published reviews say."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.models import Profile, Review, Swap
from skillswap_kit.exchange.services import delete_review, edit_review, write_review
from skillswap_kit.exchange.services.reviews import publish_due_reviews

from .arena import DONE, THREADS, SerialCheck
from .test_swap_moves import ASKED, ASKER, leave
from .worlds import SwapStage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("undelivered")]


def write(position):
    return lambda world: write_review(swap=world.swap, by=world.person(position), rating=position + 3)


def write_and_let_it_be_due(world):
    world.review = write(ASKER)(world)
    Review.objects.filter(pk=world.review.pk).update(publish_at=timezone.now() - timedelta(seconds=1))


MOVES = {
    "asker writes": write(ASKER),
    "asked writes": write(ASKED),
    "edit": lambda world: edit_review(review=world.review, by=world.person(ASKER), rating=1),
    "delete": lambda world: delete_review(review=world.review, by=world.person(ASKER)),
    "publish": lambda world: publish_due_reviews(),
    "asked leaves": leave(ASKED),
}
STAGES = {
    "completed": SwapStage(status=Swap.Status.COMPLETED),
    "due": SwapStage(status=Swap.Status.COMPLETED, before=write_and_let_it_be_due),
}
CASES = [
    ("completed", "asker writes", "asked writes"),
    ("completed", "asker writes", "asker writes"),
    *(("due", *pair) for pair in combinations_with_replacement(["publish", "asked writes", "edit", "delete"], 2)),
    *(("due", other, "asked leaves") for other in ("publish", "edit", "delete")),
]


def wrong_ratings():
    wrong = []
    weight, mean = exchange_settings.RATING_PRIOR_WEIGHT, exchange_settings.RATING_PRIOR_MEAN
    for profile in Profile.objects.all():
        stars = list(Review.objects.published().filter(about=profile.user_id).values_list("rating", flat=True))
        rating = (weight * mean + sum(stars)) / (weight + len(stars)) if stars else None
        if (profile.rating, profile.rating_count) != (pytest.approx(rating), len(stars)):
            wrong.append((profile.rating, profile.rating_count, stars))
    return wrong


def published_events():
    return Event.objects.filter(name="exchange.review_published").count()


@pytest.mark.parametrize(("stage", "first", "second"), CASES)
def test_a_pair_of_moves(arena, rounds, stage, first, second):
    SerialCheck(arena, STAGES[stage], MOVES).check([first, first, second, second], rounds=rounds)
    assert not wrong_ratings()
    assert published_events() == Review.objects.published().count()


@pytest.mark.parametrize("shared", [(ASKED,), (ASKER, ASKED)], ids=["about one member", "between one pair"])
def test_the_second_reviews_of_eight_swaps_at_once(arena, rounds, shared):
    """Each publishes two reviews and changes two ratings; half of the pairs come from the other side."""
    stage = SwapStage(status=Swap.Status.COMPLETED, shared=shared)
    for _ in range(max(1, rounds // 2)):
        worlds = stage.build(THREADS)
        sides = [ASKER, ASKED] * (THREADS // 2)
        for world, side in zip(worlds, sides, strict=True):
            write(1 - side)(world)
        acts = [lambda world=world, side=side: write(side)(world) for world, side in zip(worlds, sides, strict=True)]
        assert arena.race(acts) == [DONE] * THREADS
    assert not wrong_ratings()
    assert published_events() == Review.objects.published().count() == Review.objects.count()
