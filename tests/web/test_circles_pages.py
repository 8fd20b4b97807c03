"""The pages of circles: what three can teach each other, drawn, told and proposed in one click."""

import pytest

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import pause_listing
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import Hiding
from tests.matching.rings import make_ring
from tests.matching.seekers import WANT, always_fresh

from .reader import Reader, plain

pytestmark = pytest.mark.django_db

CIRCLES, PROPOSE = "/circles/", "/circles/propose/"


@pytest.fixture
def ring(make_user):
    """The last one teaches the first, who teaches the second, who teaches the last."""
    with always_fresh():
        yield make_ring(make_user)


@pytest.fixture
def first(ring):
    return Reader(ring.people[0])


@pytest.fixture
def terms(ring):
    """What the first one asks for."""
    _first, second, last = ring.people
    skills = [ring.skills[number].pk for number in (2, 1, 0)]
    return {"teacher": written_key(last.pk), "pupil": written_key(second.pk), "skills": skills}


def names(people):
    return [person.skillswap_profile.display_name for person in people]


def address(terms):
    skills = "".join(f"&skills={skill}" for skill in terms["skills"])
    return f"{PROPOSE}?teacher={terms['teacher']}&pupil={terms['pupil']}{skills}"


def press(reader, path, *, status=302, **data):
    answer = reader.client.post(path, data)
    assert answer.status_code == status, answer.content.decode()
    return answer


# The cards


def test_a_card_says_who_teaches_whom_what(first, ring):
    text = first.text(CIRCLES)
    _me, second, last = names(ring.people)
    taught = [skill.name for skill in ring.skills]
    assert f"\u2068{last}\u2069 teaches you \u2068{taught[2]}\u2069." in text
    assert f"\u2068{second}\u2069 teaches \u2068{last}\u2069 \u2068{taught[1]}\u2069." in text
    assert f"You teach \u2068{second}\u2069 \u2068{taught[0]}\u2069." in text
    assert "It begins when all three have accepted." in text


def test_what_only_helps_is_told(first, ring):
    teacher, other = ring.people[2], make_skill("Lute")
    pause_listing(by=teacher, listing=teacher.skillswap_listings.get(skill=ring.skills[2], kind="offer"))
    make_listing(teacher, skill=other)
    SkillSimilarity.objects.create(wanted=ring.skills[2], taught=other, weight=60, source="curated")
    assert f"teaches you \u2068Lute\u2069, which helps with \u2068{ring.skills[2].name}\u2069." in first.text(CIRCLES)


@pytest.mark.parametrize(
    ("level", "priority", "words"),
    [("expert", 5, "fits very well"), ("intermediate", 4, "fits well"), ("beginner", 1, "fits")],
)
def test_how_well_it_fits_is_said_in_words(make_user, level, priority, words):
    with always_fresh():
        ring = make_ring(make_user)
        for person in ring.people:
            person.skillswap_listings.filter(kind="offer").update(level=level)
            person.skillswap_listings.filter(kind=WANT).update(priority=priority)
        (circle,) = Reader(ring.people[0]).open(CIRCLES).context["circles"]
    assert circle.worth == words


def test_where_there_is_none_the_page_leads_on(make_user):
    with always_fresh():
        html = Reader(make_user("alone")).open(CIRCLES).content.decode()
    empty = html.partition("ssk-empty")[2]
    assert all(part in empty for part in ("?kind=want", "?kind=offer", 'href="/learn/"'))


def test_strangers_sign_in_first(terms):
    for path in (CIRCLES, address(terms)):
        assert "next=" in Reader().open(path, status=302).url


def test_who_is_hidden_is_in_no_circle(first, ring, terms, monkeypatch):
    monkeypatch.setattr(Hiding, "hidden", [ring.people[1]])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        assert first.open(CIRCLES).context["circles"] == []
        first.open(address(terms), status=404)
        press(first, address(terms), status=404)
    assert not Swap.objects.exists()


def test_the_page_takes_the_same_queries_however_many_there_are(first, ring, make_user):
    counts = [first.queries(CIRCLES)]
    for _ in range(3):
        another = make_ring(make_user)
        make_listing(ring.people[0], skill=another.skills[2], kind=WANT)
        make_listing(ring.people[0], skill=another.skills[0])
    assert len(first.open(CIRCLES).context["circles"]) == 4
    counts.append(first.queries(CIRCLES))
    assert counts[0] == counts[1]


# Proposing


def test_one_click_proposes_it_to_both(first, ring, terms):
    html = first.open(CIRCLES).content.decode()
    assert address(terms).replace("&", "&amp;") in html
    answer = press(first, address(terms))
    (swap,) = Swap.objects.all()
    assert (swap.kind, swap.status) == (Swap.Kind.CIRCLE, Swap.Status.PROPOSED)
    assert answer.url == f"/swaps/{swap.pk}/"
    assert "Your proposal is sent to both." in first.text(answer.url)
    assert first.open(CIRCLES).context["circles"] == []


def test_opened_by_itself_it_asks_and_takes_a_message(first, ring, terms):
    text = first.text(address(terms))
    assert f"You teach \u2068{names(ring.people)[1]}\u2069" in text
    assert not Swap.objects.exists()
    press(first, address(terms), message="All three?")
    assert Swap.objects.with_message().get().message == "All three?"


def test_what_is_no_longer_possible_is_said_and_the_message_stays(first, ring, terms):
    last = ring.people[2]
    pause_listing(by=last, listing=last.skillswap_listings.get(kind="offer"))
    answer = press(first, address(terms), status=400, message="All three?")
    assert "Not all of you fit any more." in plain(answer)
    assert "All three?" in plain(answer)
    assert not Swap.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"teacher": "x"}, {"pupil": ""}, {"skills": [1, 2]}, {"skills": ["x", "y", "z"]}, {"skills": [2_000_000_000] * 3}],
)
def test_what_names_no_circle_is_not_there(first, terms, changes):
    first.open(address(terms | changes), status=404)
    press(first, address(terms | changes), status=404)


def test_nobody_is_twice_in_a_circle(first, ring, terms):
    me, second, _last = ring.people
    first.open(address(terms | {"teacher": written_key(me.pk)}), status=404)
    answer = press(first, address(terms | {"teacher": written_key(second.pk)}), status=400)
    assert "three different people" in plain(answer)
