"""Where members begin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.models import Listing, Profile, Session, Swap
from skillswap_kit.exchange.web.badges import waiting_proposals
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_session, make_swap
from tests.exchange.api_client import Hiding
from tests.matching.seekers import WANT, always_fresh, make_match, make_seeker

from .meetings import signed_in
from .reader import Reader, plain

pytestmark = pytest.mark.django_db

HOME = "/home/"


@pytest.fixture
def sami(make_user):
    """Wants the guitar and Spanish, teaches Python."""
    with always_fresh():
        yield make_seeker(make_user("sami"))


@pytest.fixture
def match(make_user, sami):
    """Makes somebody who fits Sami, with a name."""

    def make(name: str, **fields: Any) -> Any:
        return make_match(make_user(), sami, profile={"display_name": name}, **fields)

    return make


def circle_around(sami: SimpleNamespace, make_user: Any) -> list[Any]:
    """Tara teaches Sami the guitar, Pavel teaches her German, and learns Python from Sami."""
    german = make_skill("German")
    tara, pavel = make_user("tara"), make_user("pavel")
    make_member(tara, display_name="Tara")
    make_member(pavel, display_name="Pavel")
    make_listing(tara, skill=sami.guitar)
    make_listing(tara, skill=german, kind=WANT)
    make_listing(pavel, skill=german)
    make_listing(pavel, skill=sami.python, kind=WANT)
    return [tara, pavel]


def step(user: Any) -> str:
    """The text of the next step."""
    return str(Reader(user).open(HOME).context["step"].text)


def names(user: Any) -> list[str]:
    """Who is shown as a match."""
    return [match.person.name for match in Reader(user).open(HOME).context["situation"].matches]


class TestNextStep:
    def test_a_new_account_says_what_it_teaches_and_nothing_is_written(self, make_user):
        newcomer = make_user()
        with always_fresh():
            answer = Reader(newcomer).open(HOME)
        assert "Say what you can teach." in plain(answer)
        assert f"{reverse('skillswap_exchange:listing-add')}?kind=offer" in answer.content.decode()
        assert not Profile.objects.exists()

    def test_then_what_it_wants(self, make_user):
        newcomer = make_user()
        make_listing(newcomer)
        with always_fresh():
            assert step(newcomer) == "Say what you want to learn."

    def test_a_removed_offer_is_none(self, make_user):
        newcomer = make_user()
        listing = make_listing(newcomer)
        make_listing(newcomer, kind=WANT)
        Listing.objects.filter(pk=listing.pk).update(status=Listing.Status.REMOVED)
        with always_fresh():
            assert step(newcomer) == "Say what you can teach."

    def test_who_waits_for_an_answer_comes_before_everything(self, make_user):
        newcomer, asker = make_user(), make_user()
        make_member(asker, display_name="Amina")
        swap = make_swap([asker, newcomer])
        with always_fresh():
            answer = Reader(newcomer).open(HOME)
        text = plain(answer)
        assert answer.context["step"].url == reverse("skillswap_exchange:swap", args=[swap.pk])
        assert "A proposal waits for your answer." in text
        assert text.index("My next step") < text.index("Waiting for your answer") < text.index("Who fits you")

    def test_the_proposal_whose_time_runs_out_first_is_the_next_step(self, sami, make_user):
        later, sooner = make_swap([make_user(), sami.user]), make_swap([make_user(), sami.user])
        Swap.objects.filter(pk=later.pk).update(deadline=sooner.deadline.replace(year=2100))
        shown = Reader(sami.user).open(HOME).context["situation"].requests
        assert [one.swap.pk for one in shown] == [sooner.pk, later.pk]

    def test_a_proposal_whose_time_is_over_waits_for_nobody(self, sami, make_user):
        swap = make_swap([make_user(), sami.user])
        Swap.objects.filter(pk=swap.pk).update(deadline=timezone.now())
        answer = Reader(sami.user).open(HOME)
        assert answer.context["situation"].requests == []
        assert waiting_proposals(sami.user) == 0

    @pytest.mark.parametrize(
        ("status", "days", "expected"),
        [
            (Session.Status.PENDING, 2, "asks you for a session."),
            (Session.Status.ACCEPTED, 2, "You meet"),
            (Session.Status.ACCEPTED, -1, "Did you meet"),
        ],
    )
    def test_a_session_ahead(self, sami, make_user, status: str, days: int, expected: str):
        other = make_user()
        make_member(other, display_name="Bruno")
        swap = make_swap([other, sami.user], status=Swap.Status.ACCEPTED)
        session = make_session(swap, by=other, status=status)
        Session.objects.filter(pk=session.pk).update(
            starts_at=session.starts_at.replace(year=2100 if days > 0 else 2000)
        )
        answer = Reader(sami.user).open(HOME)
        assert expected in answer.context["step"].text
        assert "Bruno" in answer.context["step"].text
        assert answer.context["step"].url == reverse("skillswap_exchange:session", args=[session.pk])

    def test_a_swap_that_was_agreed_needs_a_meeting(self, sami, make_user):
        swap = make_swap([make_user(), sami.user], status=Swap.Status.ACCEPTED)
        answer = Reader(sami.user).open(HOME)
        assert answer.context["step"].text == "Everybody agreed. Find a time to meet."
        assert answer.context["step"].url == reverse("skillswap_exchange:swap", args=[swap.pk])

    def test_the_best_match_that_nothing_waits_for(self, sami, match):
        best, second = match("Best", level="expert"), match("Second")
        assert "Best" in step(sami.user)
        make_swap([sami.user, best])
        assert "Second" in step(sami.user)
        make_swap([sami.user, second])
        assert step(sami.user) == "Your proposals are on their way."

    def test_a_circle_where_nobody_fits_directly(self, sami, make_user):
        circle_around(sami, make_user)
        assert step(sami.user) == "You can swap in a circle of three."

    def test_nobody_at_all(self, sami):
        assert step(sami.user) == "Nobody fits you yet."


class TestMatches:
    def test_the_three_best_with_reasons(self, sami, match):
        for name, level in (("One", "expert"), ("Two", "advanced"), ("Three", "intermediate"), ("Four", "beginner")):
            match(name, level=level)
        text = Reader(sami.user).text(HOME)
        assert names(sami.user) == ["One", "Two", "Three"]
        assert "from them (expert)." in text
        assert "which you offer." in text

    def test_people_who_are_hidden_never_appear(self, sami, match, make_user, monkeypatch):
        hidden = match("Hidden")
        teacher, _pupil = circle_around(sami, make_user)
        make_swap([hidden, sami.user])
        assert names(sami.user) == ["Hidden"]
        monkeypatch.setattr(Hiding, "hidden", [hidden, teacher])
        with override_skillswap(CONTACT_POLICIES=(f"{Hiding.__module__}.Hiding",)):
            answer = Reader(sami.user).open(HOME)
        assert (answer.context["situation"].matches, answer.context["situation"].circles) == ([], [])
        assert not {"Hidden", "Tara"} & {*plain(answer).split()}

    def test_not_for_me_leads_back_here_and_can_be_undone(self, sami, match):
        gone = match("Gone")
        client = signed_in(sami.user)
        key = written_key(gone.pk)
        answer = client.post(f"/matches/{key}/dismiss/", {"next": HOME}, follow=True)
        assert "Gone is not suggested any more." in plain(answer)
        assert names(sami.user) == []
        client.post(f"/matches/{key}/undo-dismissal/", {"next": HOME})
        assert names(sami.user) == ["Gone"]


class TestCircles:
    def test_they_are_shown_where_fewer_than_three_fit(self, sami, make_user, match):
        circle_around(sami, make_user)
        for number in range(3):
            assert len(Reader(sami.user).open(HOME).context["situation"].circles) == 1
            assert "Circles of three" in Reader(sami.user).text(HOME)
            match(f"Match {number}")
        assert Reader(sami.user).open(HOME).context["situation"].circles == []
        assert "Circles of three" not in Reader(sami.user).text(HOME)


class TestTrends:
    def test_each_leads_to_ways_to_learn_it(self, sami, make_user):
        knitting = make_skill("Knitting")
        for _ in range(2):
            make_listing(make_user(), skill=knitting, kind=WANT)
        answer = Reader(sami.user).open(HOME)
        assert "Knitting 2 want it" in plain(answer)
        assert f'href="{reverse("skillswap_matching:learn-skill", args=[knitting.pk])}"' in answer.content.decode()


class TestHeader:
    def test_members_have_home_first(self, sami):
        links = Reader(sami.user).open(HOME).context["skillswap"].navigation
        assert links[0].url == HOME
        assert links[0].is_current
        assert reverse("skillswap_exchange:listings") in [link.url for link in links[1:]]

    def test_strangers_have_none_and_are_sent_to_sign_in(self):
        assert Reader().open(HOME, status=302).url.endswith("?next=/home/")
        assert HOME not in [link.url for link in Reader().open("/offers/").context["skillswap"].navigation]


def test_more_people_cost_no_more_queries(sami, match, make_user):
    def more(number: int) -> None:
        match(f"Match {number}")
        make_swap([make_user(), sami.user])
        swap = make_swap([make_user(), sami.user], status=Swap.Status.ACCEPTED)
        make_session(swap, by=sami.user)
        make_listing(make_user(), kind=WANT)

    circle_around(sami, make_user)
    more(1)
    few = Reader(sami.user).queries(HOME)
    more(2)
    assert Reader(sami.user).queries(HOME) == few
