"""Three strangers of whom no two can swap, each in a browser of their own: they complete a circle."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.example.fixtures import needs_example

from .newcomers import list_skill, sign_up, site
from .person import Person
from .visits import open_page

__all__ = ["site"]

pytestmark = [pytest.mark.browser, needs_example]

USERNAMES = ("fjordmark", "quillfeather", "hazelnook")
WIDTHS = (1280, 360, 1280)
NAMES = {
    "en": ("Iris Fjordmark", "Tomas Quillfeather", "Ada Hazelnook"),
    "ar": ("زمردة الساحلي", "شهاب القصباوي", "لمى البندقي"),
}
SKILLS = {
    "en": (("Arabic calligraphy", "callig"), ("Python", "pyth"), ("Spanish", "span")),
    "ar": (("الخط العربي", "الخط"), ("بايثون", "بايث"), ("الإسبانية", "إسبان")),
}
"""Each teaches the skill of their place and wants the next one's."""


@pytest.fixture
def verification():
    return "optional"


@pytest.fixture
def three(browser, site, language, scripted):
    """Nothing may have gone wrong behind them."""
    options = {"language": language, "java_script_enabled": scripted, "timezone_id": "Africa/Cairo"}
    with ExitStack() as browsers:
        pages = [browsers.enter_context(open_page(browser, site, width=width, **options)) for width in WIDTHS]
        people = [
            Person(page, site, language=language, username=username, name=name)
            for page, username, name in zip(pages, USERNAMES, NAMES[language], strict=True)
        ]
        yield people
        assert [person.faults for person in people] == [[], [], []]
        assert set.union(*(person.untranslated for person in people)) == set()


def propose_circle(person, others):
    """In one click, on the card that speaks of both others."""
    person.follow("/matches/", within="header")
    person.follow("/circles/")
    both = "".join(f":has-text('{other.name}')" for other in others)
    assert person.page.locator(f"main li{both} svg[role=img]").first.is_visible()
    person.press("/circles/propose/", within=f"main li{both}")
    assert person.path.startswith("/swaps/")
    return person.path


@pytest.mark.parametrize(
    ("language", "scripted"),
    [pytest.param("ar", False, id="ar-without-script"), pytest.param("en", True, id="en", marks=pytest.mark.slow)],
)
def test_three_strangers_complete_a_circle(three, language, scripted):
    skills = SKILLS[language]
    for place, person in enumerate(three):
        sign_up(person, verification="optional", color="teal")
        list_skill(person, "offer", skills[place], scripted=scripted, level="expert")
        list_skill(person, "want", skills[(place + 1) % 3], scripted=scripted, priority="5")
    first, second, third = three

    swap = propose_circle(first, (second, third))
    second.follow("/home/", within="header")
    second.press(f"{swap}accept/")
    third.follow("/swaps/", within="header")
    third.follow(swap)
    assert third.page.locator("main svg[role=img]").is_visible()
    third.press(f"{swap}accept/")

    for person in three:
        person.follow("/swaps/", within="header")
        person.follow("?show=running")
        person.follow("/confirm/")
        person.send()
    for person in three:
        person.follow("/swaps/", within="header")
        person.follow("?show=past")
        person.follow(swap)
        assert all(other.name in person.text() for other in three if other is not person)
        person.follow(f"{swap}review/")
