"""People who swap."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    decline_swap,
    propose_swap,
    suggest_swap,
    update_profile,
)
from skillswap_kit.testing.factories import make_member, make_skill


@pytest.fixture
def trio(make_user):
    """Three members and a skill that each can teach: enough for a barter, a gift and a circle."""
    people = [make_user(name) for name in ("amina", "bruno", "chiyo")]
    for person, zone in zip(people, ("Africa/Cairo", "Europe/Berlin", "Asia/Tokyo"), strict=True):
        make_member(person, time_zone=zone)
    amina, bruno, chiyo = people
    guitar, python, spanish = make_skill("Guitar"), make_skill("Python"), make_skill("Spanish")
    return SimpleNamespace(
        amina=amina, bruno=bruno, chiyo=chiyo, people=people, guitar=guitar, python=python, spanish=spanish
    )


@pytest.fixture
def barter_legs(trio):
    return [
        LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
        LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python),
    ]


@pytest.fixture
def circle_legs(trio):
    return [
        LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
        LegTerms(giver=trio.bruno, receiver=trio.chiyo, skill=trio.python),
        LegTerms(giver=trio.chiyo, receiver=trio.amina, skill=trio.spanish),
    ]


@pytest.fixture
def gift_legs(trio):
    return [LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python)]


@pytest.fixture
def proposed(trio, barter_legs):
    """Amina proposes to Bruno."""
    return propose_swap(by=trio.amina, legs=barter_legs, message="Shall we?")


@pytest.fixture
def dara(make_user):
    """Somebody else for the circle."""
    person = make_user("dara")
    make_member(person)
    return person


@pytest.fixture
def declined(trio, circle_legs):
    """Amina proposed the circle, Bruno accepted, Chiyo declined."""
    circle = propose_swap(by=trio.amina, legs=circle_legs)
    accept_swap(swap=circle, by=trio.bruno)
    return decline_swap(swap=circle, by=trio.chiyo)


@pytest.fixture
def mended_legs(trio, dara):
    """The same circle with Dara in Chiyo's place."""
    return [
        LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.guitar),
        LegTerms(giver=trio.bruno, receiver=dara, skill=trio.python),
        LegTerms(giver=dara, receiver=trio.amina, skill=trio.spanish),
    ]


@pytest.fixture
def mended(trio, declined, mended_legs):
    return suggest_swap(legs=mended_legs, accepted=[trio.amina.pk, trio.bruno.pk], replaces=declined)


@pytest.fixture
def named(trio):
    for person in trio.people:
        update_profile(by=person, display_name=person.get_username().split("@")[0].title())
