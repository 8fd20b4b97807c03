"""What earlier systems got wrong when they looked for partners; the numbers are those of known defects."""

from __future__ import annotations

import random

import pytest

from skillswap_kit.exchange.models import Listing
from skillswap_kit.exchange.services import resolve_skill
from skillswap_kit.matching.matchers import get_matcher
from skillswap_kit.testing.factories import make_listing, make_skill
from tests.matching.populations import Person, populate
from tests.matching.seekers import always_fresh

pytestmark = pytest.mark.django_db


def test_d24_an_alias_stands_for_its_skill():
    learning = make_skill("Machine Learning", aliases=["ML", "تعلم الآلة"])
    assert resolve_skill("ML") == resolve_skill("  ml ") == resolve_skill("تعلم الآلة") == learning


def test_d24_who_types_an_alias_is_matched_with_who_typed_the_name(make_user):
    make_skill("Machine Learning", aliases=["ML"])
    make_skill("Cooking")
    learner, teacher = make_user(), make_user()
    for user, kind, typed in (
        (learner, Listing.Kind.WANT, "ML"),
        (learner, Listing.Kind.OFFER, "Cooking"),
        (teacher, Listing.Kind.OFFER, "Machine Learning"),
        (teacher, Listing.Kind.WANT, "cooking"),
    ):
        make_listing(user, skill=resolve_skill(typed), kind=kind)
    with always_fresh():
        [found] = get_matcher().match(learner)
    assert found.number == teacher.skillswap_profile.pk


def test_d24_true_matches_alone_are_found_and_ranked_where_names_are_alike():
    """Fuzzy matching called nearly all of a thousand people partners, in no order."""
    dice = random.Random(24)
    true = [Person(offers={1: "expert"}, wants={0: priority}) for priority in (5, 3, 1)]
    crowd = [Person(offers={dice.randint(2, 9): "expert"}, wants={dice.randint(2, 9): 5}) for _ in range(60)]
    one_sided = [Person(offers={1: "expert"}, wants={2: 5}), Person(offers={2: "expert"}, wants={0: 5})]
    people = [*crowd, *reversed(true), *one_sided]
    dice.shuffle(people)
    world = populate([Person(offers={0: "expert"}, wants={1: 5}), *people], skills=10)
    with always_fresh():
        matcher = get_matcher()
        found = matcher.match(world.users[0], limit=1000)
    expected = [world.profiles[1 + people.index(person)].pk for person in true]
    assert [one.number for one in found] == expected
    assert [one.gives for one in found] == [1_000_000, 600_000, 200_000]
    # The names differ in a number only, so the earlier method takes everybody for a partner.
    assert len(get_matcher("fuzzy").match(world.users[0], limit=1000)) == len(people)
