"""People who swap."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from skillswap_kit.exchange.services import LegTerms, propose_swap
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
