"""Two strangers, each in a browser of their own, from signing up to their reviews of each other, and in again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from tests.example.fixtures import needs_example

from .newcomers import link_in_mail, list_skill, sign_up, site
from .person import Person
from .visits import open_page

__all__ = ["site"]

pytestmark = [pytest.mark.browser, needs_example]

NEW_PASSWORD = "rain-on-the-dunes-8"


class Words(NamedTuple):
    """What the two say. A skill is its name and the beginning of one, as people type."""

    ask: str
    offers: tuple[tuple[str, str], tuple[str, str]]
    titles: tuple[str, str]
    names: tuple[str, str]
    message: str
    answer: str
    topic: str
    comments: tuple[str, str]


WORDS = {
    "en": Words(
        ask="Chords for letters?",
        offers=(("Acoustic guitar", "acous"), ("Arabic calligraphy", "callig")),
        titles=("Chords at the fireside", "Letters with a reed pen"),
        names=("Iris Fjordmark", "Tomas Quillfeather"),
        message="I play, you write. Shall we?",
        answer="Gladly, but give me more time to prepare.",
        topic="The first three letters",
        comments=("Patient, and precise to the last stroke.", "I play my first song now."),
    ),
    "ar": Words(
        ask="ألحان مقابل حروف؟",
        offers=(("الغيتار الكلاسيكي", "غيتار"), ("الخط العربي", "الخط")),
        titles=("عزف حول النار", "حروف بقلم القصب"),
        names=("زمردة الساحلي", "شهاب القصباوي"),
        message="أنا أعزف وأنت تكتب، ما رأيك؟",
        answer="بكل سرور، لكن أمهلني قليلًا.",
        topic="الحروف الثلاثة الأولى",
        comments=("صبور ودقيق حتى آخر حركة.", "صرت أعزف أغنيتي الأولى."),
    ),
}

RUNS = [
    pytest.param("en", True, "optional", id="en", marks=pytest.mark.slow),
    pytest.param("ar", False, "mandatory", id="ar-without-script"),
    pytest.param("en", False, "optional", id="en-without-script", marks=pytest.mark.slow),
    pytest.param("ar", True, "mandatory", id="ar", marks=pytest.mark.slow),
]


@pytest.fixture
def two(browser, site, language, scripted):
    """Whoever teaches the first skill and whoever teaches the second; nothing may have gone wrong behind them."""
    options = {"language": language, "java_script_enabled": scripted, "timezone_id": "Africa/Cairo"}
    names = WORDS[language].names
    with open_page(browser, site, **options) as one, open_page(browser, site, width=360, **options) as other:
        people = [
            Person(page, site, language=language, username=username, name=name)
            for page, username, name in zip((one, other), ("fjordmark", "quillfeather"), names, strict=True)
        ]
        yield people
        assert [person.faults for person in people] == [[], []]
        assert set.union(*(person.untranslated for person in people)) == set()


def say_who_one_is(person, *, scripted, headline):
    if scripted:  # a newcomer's clock is that of the device
        assert person.page.input_value("[name=time_zone]") == "Africa/Cairo"
    person.send(headline=headline, languages=person.language, time_zone="Africa/Cairo")
    person.follow("/members/")
    assert headline in person.text()
    person.address = person.path


def agree(one, other, words):
    """Found by what they teach, found by who they are; proposed, changed, accepted."""
    guitar = words.offers[0][0]
    one.follow("/offers/", within="header")
    one.send(q=words.titles[1])
    one.follow("/listings/")
    one.follow("/propose/")
    one.choose("get", words.offers[1][0], is_chosen=True)
    one.choose("give", guitar)
    one.send(message=words.message)
    swap = one.path
    assert words.message in one.text()

    other.follow("/members/", within="header")
    other.send(q=one.name)
    other.follow(one.address)
    assert words.titles[0] in other.text()
    other.follow("/swaps/", within="header")
    other.follow(swap)
    other.follow(f"{swap}change/")
    other.send(message=words.answer, days="5")
    assert other.path == swap

    one.follow("/swaps/", within="header")
    one.follow(swap)
    assert words.answer in one.text()
    one.press("/accept/")
    assert one.path == swap


def meet(one, other, words):
    """Asked for, accepted; the hour comes, and it took place."""
    one.follow("/sessions/add/")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    one.send(topic=words.topic, starts_at_date=tomorrow, starts_at_time="18:30")
    session = one.path
    other.follow("/sessions/", within="header")
    other.follow(session)
    other.press("/accept/")
    let_time_pass(one.site)
    one.follow("/sessions/", within="header")
    one.follow(session)
    one.press("/complete/")


def let_time_pass(site):
    """Two days, for the sessions that were arranged."""
    with closing(sqlite3.connect(site.database, timeout=20)) as database, database:
        earlier = (
            "UPDATE skillswap_exchange_session SET starts_at = datetime(starts_at, '-2 days') WHERE topic IN (?, ?)"
        )
        database.execute(earlier, [words.topic for words in WORDS.values()])


def confirm_and_review(one, other, words):
    for person in (one, other):
        person.follow("/swaps/", within="header")
        person.follow("?show=running")
        person.follow("/confirm/")
        person.send()
    for person, comment in zip((one, other), words.comments, strict=True):
        person.follow("/swaps/", within="header")
        person.follow("?show=past")
        person.follow("/review/")
        person.send(rating="5", comment=comment)
    for person, partner, comment in ((one, other, words.comments[0]), (other, one, words.comments[1])):
        person.from_menu("/connections/")
        person.follow(partner.address)
        assert comment in person.text()


def come_back(person):
    """Out, not in with a wrong password, and in with a new one."""
    person.from_menu("/accounts/logout/")
    person.follow("/accounts/login/", within="header")
    person.send(login=person.username, password=NEW_PASSWORD)
    assert person.path == "/accounts/login/"
    assert person.page.is_visible("main [role=alert], main .errorlist")
    person.follow("/password/reset/")
    person.send(email=person.email)
    person.open(link_in_mail(person))
    person.send(password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    person.follow("/accounts/login/")
    person.send(login=person.username, password=NEW_PASSWORD)
    assert person.path == "/home/"


@pytest.mark.parametrize(("language", "scripted", "verification"), RUNS)
def test_two_strangers_teach_each_other(two, language, scripted, verification):
    one, other = two
    words = WORDS[language]
    skills = words.offers
    for person, color, own, wanted, title in zip(
        two, ("teal", "coral"), skills, reversed(skills), words.titles, strict=True
    ):
        sign_up(person, verification=verification, color=color)
        say_who_one_is(person, scripted=scripted, headline=words.ask)
        list_skill(person, "offer", own, scripted=scripted, title=title, level="advanced")
        list_skill(person, "want", wanted, scripted=scripted)
    agree(one, other, words)
    meet(one, other, words)
    confirm_and_review(one, other, words)
    come_back(one)
