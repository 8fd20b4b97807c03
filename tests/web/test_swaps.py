"""The pages of swaps: proposing, changing, my swaps, one of them, and every command."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone

from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapLeg
from skillswap_kit.exchange.policies import NoSettlement
from skillswap_kit.exchange.services import (
    LegTerms,
    accept_swap,
    change_swap,
    confirm_legs,
    decline_swap,
    propose_swap,
    set_avatar,
    update_profile,
)
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_review, make_session, make_swap
from tests.exchange.api_client import Hiding, key

from .meetings import query_count, signed_in, text
from .reader import picture, plain

pytestmark = pytest.mark.django_db

SWAPS = "/swaps/"
COMMANDS = ("change", "accept", "decline", "cancel", "start", "confirm")


class TakesPoints(NoSettlement):
    """Also swaps for points, though nothing is moved."""

    kinds = NoSettlement.kinds | {Swap.Kind.POINTS}


class OnlyBarter(NoSettlement):
    kinds = frozenset({Swap.Kind.BARTER})


@pytest.fixture
def proposed(trio):
    """Amina teaches guitar, Bruno Python."""
    return make_swap([trio.amina, trio.bruno], skills=[trio.guitar, trio.python], message="Shall we?")


@pytest.fixture
def offers(trio):
    """Amina's guitar, which Bruno wants, and her Spanish; Bruno's Python."""
    make_listing(trio.bruno, skill=trio.guitar, kind=Listing.Kind.WANT)
    return {
        "spanish": make_listing(trio.amina, skill=trio.spanish),
        "guitar": make_listing(trio.amina, skill=trio.guitar),
        "python": make_listing(trio.bruno, skill=trio.python),
    }


def page(swap, command=""):
    return f"{SWAPS}{swap.pk}/{command + '/' if command else ''}"


def propose_page(user):
    return f"/members/{key(user)}/propose/"


def terms(**fields):
    return {"get": [], "give": [], "message": "", "days": 7, **fields}


def buttons(client, swap):
    """Where the buttons of the swap's page lead."""
    return [button.url.rstrip("/").rpartition("/")[2] for button in client.get(page(swap)).context["shown"].buttons]


def status(swap):
    swap.refresh_from_db()
    return swap.status


class TestTheLifeOfASwap:
    def test_from_the_proposal_to_its_completion(self, trio, offers, amina, bruno):
        sent = terms(get=[offers["python"].pk], give=[offers["guitar"].pk], message="Shall we?")
        answer = amina.post(propose_page(trio.bruno), sent, follow=True)
        swap = Swap.objects.get()
        assert answer.redirect_chain == [(page(swap), 302)]
        assert "Your proposal is sent." in text(answer)
        assert "Waiting for an answer from" in text(answer)
        assert buttons(amina, swap) == ["change", "cancel"]

        assert "Waiting for your answer" in text(bruno.get(SWAPS))
        assert buttons(bruno, swap) == ["accept", "change", "decline"]
        shown = bruno.get(page(swap)).context["shown"]
        assert [leg.skill for leg in shown.gives] == [trio.python]
        assert [leg.skill for leg in shown.gets] == [trio.guitar]

        changed = terms(get=[offers["guitar"].pk, offers["spanish"].pk], give=[offers["python"].pk], version=1)
        assert bruno.post(page(swap, "change"), {**changed, "message": "Spanish too?"}).url == page(swap)
        assert buttons(amina, swap) == ["accept", "change", "decline"]
        assert "Spanish too?" in text(amina.get(page(swap)))

        assert amina.post(page(swap, "accept"), {"version": 2}).url == page(swap)
        assert status(swap) == Swap.Status.ACCEPTED
        for client in (amina, bruno):
            assert buttons(client, swap) == ["add", "confirm", "start", "cancel"]
        bruno.post(page(swap, "start"))
        assert buttons(bruno, swap) == ["confirm", "add", "cancel"]

        amina.post(page(swap, "confirm"))
        assert buttons(amina, swap) == ["add"]
        assert "Waiting until" in text(amina.get(page(swap)))
        bruno.post(page(swap, "confirm"))
        assert status(swap) == Swap.Status.COMPLETED
        for client in (amina, bruno):
            assert buttons(client, swap) == ["review"]
        labels = [label for _event, label in bruno.get(page(swap)).context["events"]]
        assert (labels[0], labels[-1]) == ("Completed", "Swap proposed")

    def test_what_is_done_stands_in_the_right_box(self, trio, proposed, amina, bruno):
        def box(client, show):
            return [shown.swap for shown in client.get(SWAPS, {"show": show}).context["page"].rows]

        assert (box(bruno, "incoming"), box(amina, "outgoing")) == ([proposed], [proposed])
        assert (box(amina, "incoming"), box(bruno, "outgoing")) == ([], [])
        make_swap([trio.amina, trio.chiyo], status="accepted")
        assert box(bruno, "running") == []
        accept_swap(swap=proposed, by=trio.bruno)
        assert box(bruno, "running") == [proposed]
        for person in (trio.amina, trio.bruno):
            confirm_legs(swap=proposed, by=person)
        assert box(amina, "past") == box(bruno, "past") == [proposed]


class TestProposing:
    def test_strangers_are_sent_to_sign_in(self, trio, client):
        assert "/login" in client.get(propose_page(trio.bruno)).url

    def test_nobody_proposes_to_themselves_or_to_whom_they_cannot_find(self, trio, amina):
        assert amina.get(propose_page(trio.amina)).status_code == 404
        update_profile(by=trio.bruno, visibility="connections")
        assert amina.get(propose_page(trio.bruno)).status_code == 404
        assert amina.post(propose_page(trio.bruno), terms()).status_code == 404

    def test_what_the_other_wants_comes_first(self, trio, offers, amina):
        form = amina.get(propose_page(trio.bruno)).context["form"]
        get, give = form.sides["get"].choices, form.sides["give"].choices
        assert [(choice.skill, choice.is_wanted) for choice in get] == [(trio.python, False)]
        assert [(choice.skill, choice.is_wanted) for choice in give] == [(trio.guitar, True), (trio.spanish, False)]

    def test_what_the_other_wants_can_be_taught_without_an_offer(self, trio, amina):
        want = make_listing(trio.bruno, skill=trio.guitar, kind=Listing.Kind.WANT)
        assert "not among your offers yet" in text(amina.get(propose_page(trio.bruno)))
        amina.post(propose_page(trio.bruno), terms(give=[want.pk]))
        leg = SwapLeg.objects.get()
        assert (leg.giver.user, leg.listing) == (trio.amina, want)

    def test_a_link_from_a_listing_ticks_it(self, trio, offers, amina):
        def ticked(listing):
            initial = amina.get(propose_page(trio.bruno), {"listing": listing}).context["form"].initial
            return {side: keys for side, keys in initial.items() if keys}

        want = Listing.objects.get(kind=Listing.Kind.WANT)
        assert ticked(offers["python"].pk) == {"get": [str(offers["python"].pk)]}
        assert ticked(offers["guitar"].pk) == ticked(want.pk) == {"give": [str(offers["guitar"].pk)]}
        assert ticked("0") == ticked("x") == ticked("") == {}

    @pytest.mark.parametrize(("side", "title"), [("get", "Gift from"), ("give", "Gift for")])
    def test_one_side_alone_is_a_gift(self, trio, offers, amina, side, title):
        listing = offers["python" if side == "get" else "guitar"]
        answer = amina.post(propose_page(trio.bruno), terms(**{side: [listing.pk]}), follow=True)
        assert Swap.objects.get().kind == Swap.Kind.GIFT
        assert title in text(answer)

    def test_a_skill_by_its_name_is_as_good_as_a_listing(self, trio, offers, amina):
        amina.post(propose_page(trio.bruno), terms(get_skill="PYTHON", give_skill="spanish"))
        legs = SwapLeg.objects.order_by("position")
        assert [(leg.skill, leg.listing) for leg in legs] == [
            (trio.python, offers["python"]),
            (trio.spanish, offers["spanish"]),
        ]

    def test_a_skill_that_is_ticked_and_named_is_given_once(self, trio, offers, amina):
        amina.post(propose_page(trio.bruno), terms(get=[offers["python"].pk], get_skill="Python"))
        assert SwapLeg.objects.get().skill == trio.python

    def test_the_name_of_no_skill_stands_beside_its_field_and_the_rest_is_kept(self, trio, offers, amina):
        sent = terms(get=[offers["python"].pk], give_skill="Snorkel<b>", message="Hello there")
        answer = amina.post(propose_page(trio.bruno), sent)
        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == ["give_skill"]
        content = answer.content.decode()
        assert "Hello there" in content
        assert "Snorkel&lt;b&gt;" in content
        assert f'value="{offers["python"].pk}" ' in content
        assert content.count(" checked") == 1

    def test_nothing_at_all_is_no_proposal(self, trio, amina):
        answer = amina.post(propose_page(trio.bruno), terms(days=99, message="a\x07"))
        assert set(answer.context["form"].errors) == {"days", "message"}
        answer = amina.post(propose_page(trio.bruno), terms())
        assert (answer.status_code, "Say what is given." in text(answer)) == (400, True)

    def test_a_double_leads_to_the_open_proposal(self, trio, proposed, amina):
        answer = amina.post(propose_page(trio.bruno), terms(get_skill="Guitar", give_skill="Python"))
        assert answer.status_code == 409
        assert "There is an open proposal between you" in text(answer)
        assert f'href="{page(proposed)}"' in answer.content.decode()

    def test_what_the_service_refuses_is_said(self, trio, proposed, amina):
        decline_swap(swap=proposed, by=trio.bruno)
        answer = amina.post(propose_page(trio.bruno), terms(get_skill="Guitar", give_skill="Python"))
        assert (answer.status_code, "refused a short while ago" in text(answer)) == (409, True)
        with override_skillswap(EXCHANGE_MAX_OPEN_PROPOSALS=1):
            amina.post(propose_page(trio.bruno), terms(get_skill="Guitar"))
            answer = amina.post(propose_page(trio.bruno), terms(get_skill="Spanish"))
        assert (answer.status_code, "Too many of your proposals" in text(answer)) == (409, True)

    def test_points_are_asked_for_where_they_are_settled(self, trio, offers, amina):
        assert "get_points" not in amina.get(propose_page(trio.bruno)).context["form"].fields
        amina.post(propose_page(trio.bruno), terms(get=[offers["python"].pk], get_points=30))
        assert SwapLeg.objects.get().points == 0
        with override_skillswap(EXCHANGE_SETTLEMENT=f"{__name__}.TakesPoints"):
            answer = amina.post(propose_page(trio.bruno), terms(get_skill="Spanish", get_points=30), follow=True)
        assert SwapLeg.objects.get(skill=trio.spanish).points == 30
        assert "30 points" in text(answer)

    def test_gifts_are_spoken_of_where_they_are_settled(self, trio, amina):
        assert "ask for a gift" in text(amina.get(propose_page(trio.bruno)))
        with override_skillswap(EXCHANGE_SETTLEMENT=f"{__name__}.OnlyBarter"):
            assert "ask for a gift" not in text(amina.get(propose_page(trio.bruno)))
            answer = amina.post(propose_page(trio.bruno), terms(get_skill="Guitar"))
        assert (answer.status_code, "Not of this kind." in text(answer)) == (400, True)


class TestChanging:
    def test_the_form_begins_with_the_present_terms(self, trio, proposed, bruno):
        form = bruno.get(page(proposed, "change")).context["form"]
        assert form.initial["get"] == [f"skill-{trio.guitar.pk}"]
        assert form.initial["give"] == [f"skill-{trio.python.pk}"]
        bruno.post(page(proposed, "change"), terms(**form.initial, get_skill="Spanish"))
        proposed.refresh_from_db()
        assert proposed.version == 2
        assert set(proposed.legs.values_list("skill", flat=True)) == {
            trio.guitar.pk,
            trio.python.pk,
            trio.spanish.pk,
        }

    def test_who_answers_an_old_version_reads_the_new_one_first(self, trio, proposed, amina, bruno):
        legs = [LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.spanish)]
        change_swap(swap=proposed, by=trio.bruno, version=1, legs=legs)
        answer = amina.post(page(proposed, "change"), terms(give_skill="Guitar", message="Mine", version=1))
        assert answer.status_code == 409
        assert "The proposal has changed." in text(answer)
        assert [leg.skill for leg in answer.context["shown"].gets] == [trio.spanish]
        content = answer.content.decode()
        assert 'name="version" value="2"' in content
        assert "Mine" in content
        assert amina.post(page(proposed, "change"), terms(give_skill="Guitar", version=2)).status_code == 302

    @pytest.mark.parametrize("version", ["", "x", "0", "99999999999999999999"])
    def test_a_version_that_is_none_changes_nothing(self, proposed, bruno, version):
        for command in ("change", "accept"):
            answer = bruno.post(page(proposed, command), terms(get_skill="Guitar", version=version))
            assert (answer.status_code, "The proposal has changed." in text(answer)) == (400, True)
        assert (status(proposed), proposed.version) == (Swap.Status.PROPOSED, 1)

    def test_a_circle_is_not_changed_on_this_page(self, trio, bruno):
        circle = make_swap(trio.people, kind=Swap.Kind.CIRCLE)
        assert "change" not in buttons(bruno, circle)
        answer = bruno.get(page(circle, "change"))
        assert (answer.status_code, "Only a proposal between two members" in text(answer)) == (409, True)


class TestCommands:
    def test_only_participants_find_the_swap(self, trio, proposed, client):
        chiyo = signed_in(trio.chiyo)
        assert chiyo.get(page(proposed)).status_code == 404
        for command in COMMANDS:
            assert chiyo.get(page(proposed, command)).status_code == 404
            assert chiyo.post(page(proposed, command), {"version": 1}).status_code == 404
            assert "/login" in client.post(page(proposed, command), {"version": 1}).url
        assert status(proposed) == Swap.Status.PROPOSED

    def test_a_changed_proposal_is_not_accepted_unseen(self, trio, proposed, amina):
        legs = [LegTerms(giver=trio.amina, receiver=trio.bruno, skill=trio.spanish)]
        change_swap(swap=proposed, by=trio.bruno, version=1, legs=legs)
        answer = amina.post(page(proposed, "accept"), {"version": 1})
        assert answer.status_code == 409
        assert "Read the new version" in text(answer)
        assert "Spanish" in text(answer)
        assert 'name="version" value="2"' in answer.content.decode()
        assert status(proposed) == Swap.Status.PROPOSED

    def test_two_windows_accept_once(self, proposed, bruno):
        assert bruno.get(page(proposed, "accept")).status_code == 200
        assert bruno.post(page(proposed, "accept"), {"version": 1}).status_code == 302
        answer = bruno.post(page(proposed, "accept"), {"version": 1})
        assert answer.status_code == 409
        assert "This is not possible in the present state." in text(answer)
        assert f'href="{page(proposed)}"' in answer.content.decode()
        assert "<form" not in answer.content.decode().partition("<main")[2].partition("</main")[0]

    def test_who_declines_may_say_why(self, proposed, amina, bruno):
        assert "You need not give one." in text(bruno.get(page(proposed, "decline")))
        answer = bruno.post(page(proposed, "decline"), {"reason": "x" * 1001})
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["reason"])
        bruno.post(page(proposed, "decline"), {"reason": "No time <script>"})
        assert status(proposed) == Swap.Status.DECLINED
        content = amina.get(page(proposed)).content.decode()
        assert "No time &lt;script&gt;" in content
        assert buttons(amina, proposed) == []

    def test_a_proposal_is_withdrawn_and_a_swap_cancelled(self, trio, proposed, amina, bruno):
        assert bruno.get(page(proposed, "cancel")).status_code == 409
        assert "Withdraw the proposal" in text(amina.get(page(proposed, "cancel")))
        accept_swap(swap=proposed, by=trio.bruno)
        assert "Cancel the swap" in text(bruno.get(page(proposed, "cancel")))
        bruno.post(page(proposed, "cancel"), {"reason": "Ill"})
        assert (status(proposed), proposed.close_reason) == (Swap.Status.CANCELLED, "Ill")

    def test_what_was_received_is_confirmed_leg_by_leg(self, trio, amina):
        skills = [trio.python, trio.spanish]
        legs = [LegTerms(giver=trio.bruno, receiver=trio.amina, skill=skill) for skill in skills]
        swap = propose_swap(by=trio.bruno, legs=legs)
        accept_swap(swap=swap, by=trio.amina)
        python, spanish = swap.legs.all()
        assert [label for _key, label in amina.get(page(swap, "confirm")).context["form"]["leg"].field.choices] == [
            "All of it",
            "Python",
            "Spanish",
        ]
        amina.post(page(swap, "confirm"), {"leg": python.pk})
        assert swap.legs.get(status=SwapLeg.Status.CONFIRMED) == python
        answer = amina.post(page(swap, "confirm"), {"leg": python.pk})
        assert (answer.status_code, "This leg is confirmed already." in text(answer)) == (400, True)
        assert status(swap) == Swap.Status.ACCEPTED
        amina.post(page(swap, "confirm"), {"leg": spanish.pk})
        assert status(swap) == Swap.Status.COMPLETED

    def test_nobody_confirms_what_others_receive(self, trio, proposed, bruno):
        accept_swap(swap=proposed, by=trio.bruno)
        given = proposed.legs.get(giver__user=trio.bruno)
        assert bruno.post(page(proposed, "confirm"), {"leg": given.pk}).status_code == 400
        assert not proposed.legs.filter(status=SwapLeg.Status.CONFIRMED).exists()

    def test_after_the_deadline_the_pages_say_so(self, proposed, bruno):
        Swap.objects.filter(pk=proposed.pk).update(deadline=timezone.now() - timedelta(minutes=1))
        assert "The time to answer is over." in text(bruno.get(page(proposed)))
        assert buttons(bruno, proposed) == []
        answer = bruno.post(page(proposed, "accept"), {"version": 1})
        assert (answer.status_code, "The time to answer is over." in text(answer)) == (409, True)


class TestMySwaps:
    @pytest.mark.parametrize(
        ("show", "next_step"),
        [("", "own-listings"), ("outgoing", "listings"), ("running", "listings"), ("past", "listings"), ("x", "")],
    )
    def test_an_empty_box_says_what_to_do(self, amina, show, next_step):
        content = amina.get(SWAPS, {"show": show}).content.decode()
        assert "ssk-empty" in content
        assert ("/my/listings/" if next_step in ("own-listings", "") else "/offers/") in content

    def test_strangers_are_sent_to_sign_in(self, client):
        assert "/login" in client.get(SWAPS).url

    def test_a_card_answers_at_once(self, proposed, bruno):
        shown = text(bruno.get(SWAPS))
        assert "You learn Guitar You teach Python" in shown
        assert "Shall we?" in shown
        content = bruno.get(SWAPS).content.decode()
        assert f'action="{page(proposed, "accept")}"' in content
        assert 'name="version" value="1"' in content
        assert f'href="{page(proposed, "decline")}"' in content

    def test_the_badge_counts_what_waits(self, trio, proposed, bruno):
        make_swap([trio.chiyo, trio.bruno])
        assert [tab["count"] for tab in bruno.get(SWAPS).context["tabs"]] == [2, None, None, None]

    @pytest.mark.parametrize(
        ("show", "state"),
        [("incoming", "proposed"), ("running", "accepted"), ("past", "completed")],
    )
    def test_a_list_costs_the_same_however_long(self, trio, make_user, bruno, show, state):
        def grow(number):
            for _ in range(number):
                make_swap([make_user(), trio.bruno], status=state, message="Hello")

        grow(2)
        few = query_count(bruno, f"{SWAPS}?show={show}")
        grow(18)
        assert len(bruno.get(SWAPS, {"show": show}).context["page"].rows) == 20
        assert query_count(bruno, f"{SWAPS}?show={show}") == few

    def test_long_lists_have_pages(self, trio, proposed, bruno):
        with override_skillswap(PAGE_SIZE=1):
            make_swap([trio.chiyo, trio.bruno])
            first = bruno.get(SWAPS, {"show": "incoming"})
            assert "show=incoming&amp;page=2" in first.content.decode()
            assert bruno.get(SWAPS, {"page": 2}).context["page"].rows[0].swap == proposed
            assert bruno.get(SWAPS, {"page": 3}).status_code == 404


class TestOneSwap:
    def test_earlier_proposals_stay_readable(self, trio, proposed, bruno):
        assert "earlier proposal" not in text(bruno.get(page(proposed)))
        legs = [LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.spanish)]
        change_swap(swap=proposed, by=trio.bruno, version=1, legs=legs, message="A gift")
        shown = text(bruno.get(page(proposed)))
        assert "1 earlier proposal" in shown
        assert "Shall we?" in shown
        assert "A gift: you teach and ask for nothing in return." in shown

    def test_a_circle_says_who_teaches_whom(self, trio, bruno):
        skills = [trio.guitar, trio.python, trio.spanish]
        circle = make_swap(trio.people, kind=Swap.Kind.CIRCLE, skills=skills)
        names = dict(zip("abc", (person.skillswap_profile.name for person in trio.people), strict=True))
        shown = text(bruno.get(page(circle)))
        assert "You learn Guitar from {a} You teach Python for {c} {c} teaches Spanish for {a}".format(**names) in shown
        accept_swap(swap=circle, by=trio.bruno)
        waiting = bruno.get(page(circle)).context["shown"].next_step
        assert waiting == f"Waiting for an answer from \u2068{names['c']}\u2069"

    def test_sessions_and_reviews_are_for_whom_they_are(self, trio, proposed, amina, bruno):
        accept_swap(swap=proposed, by=trio.bruno)
        session = make_session(proposed, by=trio.amina)
        assert f"/sessions/{session.pk}/" in bruno.get(page(proposed)).content.decode()
        for person in (trio.amina, trio.bruno):
            confirm_legs(swap=proposed, by=person)
        make_review(proposed, by=trio.amina, comment="Patient teacher")
        assert "Patient teacher" in text(amina.get(page(proposed)))
        assert "Patient teacher" not in text(bruno.get(page(proposed)))
        make_review(proposed, by=trio.bruno, comment="Quick learner")
        assert "Patient teacher" in text(bruno.get(page(proposed)))

    def test_whoever_has_left_or_is_hidden_has_no_name(self, trio, proposed, bruno, monkeypatch):
        name = trio.amina.skillswap_profile.name
        monkeypatch.setattr(Hiding, "hidden", [trio.amina])
        with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
            shown = text(bruno.get(page(proposed)))
            assert "A member" in shown
            assert name not in shown
            assert name not in text(bruno.get(SWAPS))
            assert name not in text(bruno.get(page(proposed, "accept")))
        trio.amina.delete()
        answer = bruno.get(page(proposed))
        assert "Former member" in plain(answer)
        assert name not in text(answer)

    def test_who_shows_their_page_to_connections_only_is_named_without_it(self, trio, proposed, bruno):
        set_avatar(by=trio.amina, upload=picture())
        links = (f"/api/users/{key(trio.amina)}/avatar/", f"/members/{key(trio.amina)}/")
        assert all(link in bruno.get(page(proposed)).content.decode() for link in links)
        update_profile(by=trio.amina, visibility=Profile.Visibility.CONNECTIONS)
        shown = bruno.get(page(proposed))
        assert trio.amina.skillswap_profile.name in text(shown)
        for link in links:
            assert link not in shown.content.decode()
            assert bruno.get(link).status_code == HTTPStatus.NOT_FOUND

    def test_it_costs_the_same_however_much_happened(self, trio, proposed, bruno):
        few = query_count(bruno, page(proposed))
        for version in range(1, 6):
            legs = [LegTerms(giver=trio.bruno, receiver=trio.amina, skill=make_skill()) for _ in range(version)]
            person = trio.bruno if version % 2 else trio.amina
            change_swap(swap=proposed, by=person, version=version, legs=legs)
        assert query_count(bruno, page(proposed)) == few

    def test_the_pages_of_a_proposal_cost_the_same_however_much_is_offered(self, trio, amina):
        make_listing(trio.bruno)
        few = query_count(amina, propose_page(trio.bruno))
        for person in (trio.amina, trio.bruno):
            for kind in Listing.Kind.values:
                make_listing(person, kind=kind)
        assert query_count(amina, propose_page(trio.bruno)) == few
