"""The pages of “how can I learn this?”: looking for a skill, and all the ways to it."""

import pytest

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.models import Swap
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import Hiding
from tests.matching.conftest import match, seeker
from tests.matching.rings import make_ring
from tests.matching.seekers import WANT

from .reader import Reader, plain

__all__ = ["match", "seeker"]

pytestmark = pytest.mark.django_db

LEARN = "/learn/"
POINTS = {"EXCHANGE_SETTLEMENT": "tests.matching.test_ways_to_learn.PointsKnown"}


def page_of(skill):
    return f"/learn/{skill.pk}/"


@pytest.fixture
def sami(seeker):
    return Reader(seeker.user)


@pytest.fixture
def oud():
    """Nobody has listed it."""
    return make_skill("Oud", aliases=["عود"])


@pytest.fixture
def teacher(make_user):
    """Makes somebody who teaches a skill and wants nothing."""

    def make(name, skill, **offer):
        user = make_user()
        make_member(user, display_name=name)
        make_listing(user, skill=skill, **offer)
        return user

    return make


# Looking for a skill


def test_a_skill_is_found_by_any_of_its_names(sami, oud):
    for name in ("Oud", "oud ", "عود"):
        assert sami.open(LEARN, status=302, skill=name).url == page_of(oud)


def test_what_is_none_is_met_with_the_nearest(sami, seeker):
    answer = sami.open(LEARN, skill="Gitar")
    assert "No skill is called that here." in plain(answer)
    assert f'href="{page_of(seeker.guitar)}"' in answer.content.decode()
    assert "name=Gitar" in answer.content.decode()


@pytest.mark.parametrize("name", ["", "x" * 101, "\u202eevil"])
def test_what_cannot_be_a_name_is_said(sami, name):
    assert sami.open(LEARN, skill=name).context["form"].errors


def test_before_anything_is_asked_nothing_is_wrong(sami):
    assert not sami.open(LEARN).context["form"].errors


def test_own_wants_and_what_is_in_demand_lead_on(sami, seeker, teacher, oud):
    teacher("Mona", oud)
    answer = sami.open(LEARN)
    assert [skill.name for skill, _url in answer.context["wants"]] == ["Guitar", "Spanish"]
    html = answer.content.decode()
    for skill in (seeker.guitar, seeker.spanish, oud):
        assert f'href="{page_of(skill)}"' in html


def test_who_wants_nothing_is_led_to_say_it(make_user):
    assert "?kind=want" in Reader(make_user("newcomer")).open(LEARN).content.decode().partition("ssk-empty")[2]


def test_strangers_sign_in_first(oud):
    for path in (LEARN, page_of(oud)):
        assert "next=" in Reader().open(path, status=302).url


# All the ways


def test_partners_circles_and_offers_stand_on_one_page(sami, seeker, match, teacher, oud, make_user):
    match(profile={"display_name": "Partner"}, skill=oud)
    teacher("Seller", oud, price_points=20)
    teacher("Giver", oud)
    with override_skillswap(**POINTS):
        answer = sami.open(page_of(oud))
    context = answer.context
    assert [card.person.name for card in context["matches"]] == ["Partner"]
    assert [str(offer.owner.skillswap_profile) for offer in context["for_points"]] == ["Seller"]
    assert [str(offer.owner.skillswap_profile) for offer in context["as_gift"]] == ["Giver"]
    text = plain(answer)
    assert "Learn \u2068Oud\u2069" in text
    assert "You can learn \u2068Oud\u2069 from them" in text


def test_a_partner_is_asked_by_choosing_the_terms(sami, match, oud):
    partner = match(skill=oud)
    html = sami.open(page_of(oud)).content.decode()
    assert f"/members/{partner.pk}/propose/" in html
    assert f"/matches/{partner.pk}/propose/" not in html


def test_a_circle_by_which_it_is_learnt_can_be_proposed(make_user, seeker):
    ring = make_ring(make_user)
    reader = Reader(ring.people[0])
    (circle,) = reader.open(page_of(ring.skills[2])).context["circles"]
    answer = reader.client.post(circle.propose_url)
    assert answer.url == f"/swaps/{Swap.objects.get().pk}/"


def test_each_way_that_is_none_says_so(sami, oud):
    text = sami.text(page_of(oud))
    for words in (
        "Nobody who teaches it wants what you teach.",
        "There is no circle in which you would learn it",
        "Nobody else offers it",
    ):
        assert words in text
    assert "For points" not in text
    with override_skillswap(**POINTS):
        assert "Nobody offers it for points" in sami.text(page_of(oud))


def test_a_skill_that_is_not_wanted_yet_can_be_added(sami, seeker, oud):
    assert "?kind=want&amp;skill=Oud" in sami.open(page_of(oud)).content.decode()
    make_listing(seeker.user, skill=oud, kind=WANT)
    assert "?kind=want&amp;skill=Oud" not in sami.open(page_of(oud)).content.decode()
    assert "Among what I want" in sami.text(page_of(oud))


def test_skills_that_are_not_approved_are_not_there(sami, seeker):
    proposed = make_skill("Whistling", status="proposed", proposed_by=seeker.user)
    sami.open(page_of(proposed), status=404)
    answer = sami.open(LEARN, skill="Whistling")
    assert "You proposed this skill, and it is not approved yet." in plain(answer)
    for link in (page_of(proposed), "name=Whistling"):
        assert link not in answer.content.decode()
    answer = sami.open(LEARN, skill="Whistle")
    assert "No skill is called that here." in plain(answer)
    assert page_of(proposed) not in answer.content.decode()


def test_not_for_me_is_undone_here_too(sami, match, oud):
    teacher = match(skill=oud, profile={"display_name": "Lina"})
    answer = sami.client.post(f"/matches/{written_key(teacher.pk)}/dismiss/", {"next": page_of(oud)})
    following = sami.open(answer.url)
    assert "Lina is not suggested any more. Undo" in plain(following)
    assert following.context["here"] == page_of(oud)
    assert following.context["matches"] == []


def test_who_is_hidden_is_no_way(sami, match, teacher, oud, monkeypatch):
    monkeypatch.setattr(Hiding, "hidden", [match(skill=oud), teacher("Giver", oud)])
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        context = sami.open(page_of(oud)).context
    assert (context["matches"], context["as_gift"]) == ([], [])


def test_the_page_takes_the_same_queries_however_many_there_are(sami, match, teacher, oud):
    counts = []
    for many in (1, 3):
        for number in range(many):
            match(skill=oud)
            teacher(f"Giver {number}", oud)
        counts.append(sami.queries(page_of(oud)))
    assert counts[0] == counts[1]
