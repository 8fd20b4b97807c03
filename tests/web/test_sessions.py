"""The pages of sessions: the agenda, one session, asking for one, and every command."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from skillswap_kit.exchange.models import Listing, Session, Swap
from skillswap_kit.exchange.services import accept_swap, decline_swap, update_profile
from skillswap_kit.testing.factories import make_listing
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_session, make_swap
from tests.exchange.api_client import Hiding, key

from .meetings import change_of_clocks, query_count, signed_in, soon, text, when

pytestmark = pytest.mark.django_db

AGENDA = "/sessions/"


@pytest.fixture
def accepted(trio):
    return make_swap([trio.amina, trio.bruno], status="accepted")


def page(session, command=""):
    return f"/sessions/{session.pk}/{command + '/' if command else ''}"


def past(session):
    """Time passes by moving the row, so that no clock has to be turned."""
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    return session


def appointment(**fields):
    return when(soon(), "18:00", "Africa/Cairo", topic="First chords", mode="remote", place="", **fields)


class TestTheLifeOfASession:
    def test_asked_for_moved_accepted_and_completed_on_two_clocks(self, amina, bruno, accepted):
        day = soon()
        sent = when(day, "18:00", "Africa/Cairo", topic="First chords", mode="in_person", place="Library")
        answer = amina.post(f"/swaps/{accepted.pk}/sessions/add/", sent, follow=True)
        session = accepted.sessions.get()
        assert answer.redirect_chain == [(page(session), 302)]
        assert "You asked for a session." in text(answer)
        cairo = datetime.combine(day, datetime.min.time(), ZoneInfo("Africa/Cairo")).replace(hour=18)
        assert session.starts_at == cairo
        assert (session.time_zone, session.mode, session.place) == ("Africa/Cairo", "in_person", "Library")

        shown = text(bruno.get(AGENDA))
        assert "Waiting for your answer" in shown
        berlin = cairo.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
        meeting = bruno.get(page(session)).context["meeting"]
        assert meeting.own_time.starts_at == berlin
        assert [clock.zone.key for clock in meeting.other_times] == ["Africa/Cairo"] * (berlin.hour != 18)

        moved = when(day, "09:30", "Europe/Berlin", reason="I work until six")
        assert bruno.post(page(session, "reschedule"), moved).status_code == 302
        session.refresh_from_db()
        assert session.starts_at.astimezone(ZoneInfo("Europe/Berlin")).time().isoformat() == "09:30:00"
        assert session.time_zone == "Europe/Berlin"
        assert "I work until six" in text(amina.get(page(session)))

        assert amina.post(page(session, "accept"), {"next": AGENDA}).url == AGENDA
        session.refresh_from_db()
        assert session.status == Session.Status.ACCEPTED
        assert "Waiting for your answer" not in text(amina.get(AGENDA))

        past(session)
        assert "Did they take place?" in text(bruno.get(AGENDA))
        bruno.post(page(session, "complete"))
        session.refresh_from_db()
        assert session.status == Session.Status.COMPLETED
        assert session.topic not in text(bruno.get(AGENDA))
        assert session.topic in text(bruno.get(AGENDA, {"show": "past"}))

    def test_declined_and_called_off_with_a_reason(self, amina, bruno, accepted, trio):
        declined, cancelled = (make_session(accepted, by=trio.amina) for _ in range(2))
        bruno.post(page(declined, "decline"), {"reason": "No time"})
        bruno.post(page(cancelled, "cancel"), {"reason": "My knee"})
        for session, status, reason in ((declined, "declined", "No time"), (cancelled, "cancelled", "My knee")):
            session.refresh_from_db()
            assert (session.status, session.reason) == (status, reason)
            assert reason in text(amina.get(page(session)))

    def test_missed(self, amina, accepted, trio):
        session = past(make_session(accepted, by=trio.amina, status="accepted"))
        assert amina.post(page(session, "missed"), {"reason": "Nobody came"}).status_code == 302
        session.refresh_from_db()
        assert session.status == Session.Status.MISSED

    def test_the_buttons_are_the_commands_that_are_possible(self, amina, bruno, accepted, trio):
        session = make_session(accepted, by=trio.amina)
        assert ">Accept" not in amina.get(page(session)).content.decode()
        mine = bruno.get(page(session)).content.decode()
        assert [f'action="{page(session, "accept")}"' in mine, page(session, "decline") in mine] == [True, True]
        assert page(session, "complete") not in mine


class TestTimes:
    def test_a_time_that_clocks_skip_is_asked_about(self, amina, accepted):
        day = change_of_clocks(3)
        url = f"/swaps/{accepted.pk}/sessions/add/"
        sent = appointment() | when(day, "02:30", "Europe/Berlin")
        with override_skillswap(EXCHANGE_SESSION_MAX_DAYS_AHEAD=400):
            refused = amina.post(url, sent)
            assert refused.status_code == 400
            assert "Clocks there skip or repeat this time." in text(refused)
            assert 'value="02:30"' in refused.content.decode()
            choices = dict(refused.context["form"].fields["offset"].widget.choices)
            assert list(choices) == ["+01:00", "+02:00"]
            assert "3:30 a.m." in choices["+01:00"]
            assert not Session.objects.exists()
            assert amina.post(url, {**sent, "offset": "+01:00"}).status_code == 302
        assert Session.objects.get().starts_at == datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)

    def test_a_time_that_clocks_repeat_is_asked_about(self, bruno, accepted, trio):
        day = change_of_clocks(10)
        session = make_session(accepted, by=trio.amina)
        sent = when(day, "02:30", "Europe/Berlin")
        with override_skillswap(EXCHANGE_SESSION_MAX_DAYS_AHEAD=400):
            assert bruno.post(page(session, "reschedule"), sent).status_code == 400
            assert bruno.post(page(session, "reschedule"), {**sent, "offset": "+05:00"}).status_code == 400
            assert bruno.post(page(session, "reschedule"), {**sent, "offset": "+01:00"}).status_code == 302
        session.refresh_from_db()
        assert session.starts_at == datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)

    def test_an_offset_changes_nothing_about_other_times(self, amina, accepted):
        amina.post(f"/swaps/{accepted.pk}/sessions/add/", appointment(offset="+11:00"))
        assert Session.objects.get().starts_at.astimezone(ZoneInfo("Africa/Cairo")).hour == 18

    @pytest.mark.parametrize(
        ("day", "said"), [(-2, "This time has passed."), (900, "This is too far ahead."), (999_999, "Give a year from")]
    )
    def test_past_and_too_far_is_said_beside_the_field(self, amina, accepted, day, said):
        sent = {**appointment(), "starts_at_date": (soon(day) if day < 1000 else soon().replace(year=9999)).isoformat()}
        refused = amina.post(f"/swaps/{accepted.pk}/sessions/add/", sent)
        assert refused.status_code == 400
        assert said in str(refused.context["form"].errors["starts_at"])
        assert "First chords" in refused.content.decode()

    @pytest.mark.parametrize("wrong", ["Mars/Olympus", "", "EST5EDT"])
    def test_only_known_zones(self, amina, accepted, wrong):
        refused = amina.post(f"/swaps/{accepted.pk}/sessions/add/", {**appointment(), "time_zone": wrong})
        assert list(refused.context["form"].errors) == ["time_zone"]

    @pytest.mark.parametrize("missing", ["starts_at_date", "starts_at_time"])
    def test_half_a_moment_is_none(self, amina, accepted, missing):
        refused = amina.post(f"/swaps/{accepted.pk}/sessions/add/", {**appointment(), missing: ""})
        assert "Give a date and a time." in text(refused)

    def test_the_zone_is_preset_to_mine(self, amina, accepted):
        form = amina.get(f"/swaps/{accepted.pk}/sessions/add/").context["form"]
        assert form["time_zone"].value() == "Africa/Cairo"

    def test_the_form_to_move_it_begins_with_what_was_agreed(self, bruno, accepted, trio):
        session = make_session(accepted, by=trio.amina)
        form = bruno.get(page(session, "reschedule")).context["form"]
        cairo = session.starts_at.astimezone(ZoneInfo("Africa/Cairo")).replace(tzinfo=None)
        assert (form["starts_at"].value(), form["time_zone"].value()) == (cairo, "Africa/Cairo")
        assert form["duration_minutes"].value() == 60

    def test_a_clock_that_shows_the_same_is_not_repeated(self, amina, accepted, trio):
        update_profile(by=trio.bruno, time_zone="Africa/Cairo")
        session = make_session(accepted, by=trio.amina)
        assert amina.get(page(session)).context["meeting"].other_times == []


class TestAsking:
    def test_in_a_circle_one_says_with_whom(self, amina, trio):
        circle = make_swap(trio.people, kind="circle", status="accepted")
        url = f"/swaps/{circle.pk}/sessions/add/"
        assert "with" in amina.post(url, appointment()).context["form"].errors
        assert amina.post(url, appointment(**{"with": key(trio.chiyo)})).status_code == 302
        assert circle.sessions.get().recipient.user == trio.chiyo

    def test_a_swap_that_does_not_run_says_why_there_is_no_session(self, amina, trio):
        swap = make_swap([trio.amina, trio.bruno])
        url = f"/swaps/{swap.pk}/sessions/add/"
        answer = amina.get(url)
        assert (answer.status_code, '<form class="ssk-form"' in answer.content.decode()) == (409, False)
        assert "not possible in the present state" in text(answer)
        assert amina.post(url, appointment()).status_code == 409

    def test_a_member_is_asked_about_their_offer_and_both_come_together(self, amina, bruno, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        url = f"/members/{key(trio.bruno)}/ask/"
        form = amina.get(url, {"listing": offer.pk}).context["form"]
        assert (form["listing"].value(), form["topic"].value()) == (offer.pk, str(offer))
        sent = appointment(listing=offer.pk, message="Would you?")
        assert amina.post(url, sent).status_code == 302
        session = Session.objects.get()
        leg = session.swap.legs.get()
        assert (leg.giver.user, leg.receiver.user, leg.listing) == (trio.bruno, trio.amina, offer)
        assert session.swap.kind == Swap.Kind.GIFT
        assert session.swap.proposals.get().message == "Would you?"

        assert "proposal that it came with is declined" in text(bruno.get(page(session, "decline")))
        bruno.post(page(session, "accept"))
        session.swap.refresh_from_db()
        assert session.swap.status == Swap.Status.ACCEPTED

    def test_a_member_is_offered_what_they_want(self, amina, trio):
        want = make_listing(trio.bruno, skill=trio.guitar, kind=Listing.Kind.WANT)
        make_listing(trio.bruno, skill=trio.spanish, kind=Listing.Kind.WANT)
        make_listing(trio.amina, skill=trio.python)
        url = f"/members/{key(trio.bruno)}/ask/"
        named = f"{url}?listing={want.pk}"
        assert amina.get(named).context["form"]["listing"].value() == want.pk
        mine = make_listing(trio.amina, skill=trio.guitar)
        assert amina.get(named).context["form"]["listing"].value() == mine.pk
        amina.post(named, appointment(listing=mine.pk))
        leg = Session.objects.get().swap.legs.get()
        assert (leg.giver.user, leg.receiver.user, leg.listing) == (trio.amina, trio.bruno, mine)

    def test_a_skill_by_name_is_taught_by_the_member(self, amina, trio):
        url = f"/members/{key(trio.bruno)}/ask/"
        amina.post(url, appointment(skill="  python "))
        leg = Session.objects.get().swap.legs.get()
        assert (leg.giver.user, leg.skill) == (trio.bruno, trio.python)

    @pytest.mark.parametrize(("skill", "field"), [("", "listing"), ("Telepathy", "skill")])
    def test_it_must_be_about_something(self, amina, trio, skill, field):
        refused = amina.post(f"/members/{key(trio.bruno)}/ask/", appointment(skill=skill))
        assert field in refused.context["form"].errors

    def test_not_a_listing_and_a_skill(self, amina, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        refused = amina.post(f"/members/{key(trio.bruno)}/ask/", appointment(skill="Guitar", listing=offer.pk))
        assert "listing" in refused.context["form"].errors

    def test_what_the_service_refuses_keeps_the_input(self, amina, trio):
        url = f"/members/{key(trio.bruno)}/ask/"
        decline_swap(swap=self._asked(amina, url), by=trio.bruno)
        refused = amina.post(url, appointment(skill="Python"))
        assert refused.status_code == 409
        assert "refused a short while ago" in text(refused)
        assert "First chords" in refused.content.decode()

    def _asked(self, client, url):
        client.post(url, appointment(skill="Python"))
        return Swap.objects.get()

    def test_listings_of_others_cannot_be_chosen(self, amina, trio):
        foreign = make_listing(trio.chiyo)
        refused = amina.post(f"/members/{key(trio.bruno)}/ask/", appointment(listing=foreign.pk))
        assert "listing" in refused.context["form"].errors

    def test_hidden_people_unknown_keys_and_oneself_are_not_there(self, amina, trio):
        for who in (key(trio.amina), "nobody", "0"):
            assert amina.get(f"/members/{who}/ask/").status_code == 404
        Hiding.hidden = [trio.bruno]
        with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
            assert amina.get(f"/members/{key(trio.bruno)}/ask/").status_code == 404
        Hiding.hidden = []


class TestWhoMay:
    def test_strangers_are_sent_to_sign_in(self, client, accepted, trio):
        session = make_session(accepted, by=trio.amina)
        for path in (AGENDA, page(session), page(session, "accept"), f"/swaps/{accepted.pk}/sessions/add/"):
            assert client.get(path).status_code == 302
            assert client.post(path).status_code == 302
        session.refresh_from_db()
        assert session.status == Session.Status.PENDING

    def test_who_does_not_attend_finds_nothing(self, accepted, trio):
        session, chiyo = make_session(accepted, by=trio.amina), signed_in(trio.chiyo)
        for command in ("", "accept", "decline", "reschedule", "cancel", "complete", "missed"):
            assert chiyo.get(page(session, command)).status_code == 404
        for command in ("accept", "decline", "reschedule", "cancel", "complete", "missed"):
            assert chiyo.post(page(session, command)).status_code == 404
        assert chiyo.get(f"/swaps/{accepted.pk}/sessions/add/").status_code == 404
        assert session.topic not in text(chiyo.get(AGENDA))

    @pytest.mark.parametrize("command", ["accept", "decline"])
    def test_who_asked_cannot_answer_and_is_told_so(self, amina, accepted, trio, command):
        session = make_session(accepted, by=trio.amina)
        for answer in (amina.get(page(session, command)), amina.post(page(session, command))):
            assert answer.status_code == 403
            assert "Only who was asked can answer." in text(answer)

    @pytest.mark.parametrize(
        ("command", "said"),
        [("complete", "has not begun yet"), ("missed", "has not begun yet"), ("accept", "in the present state")],
    )
    def test_what_is_not_possible_now_says_why(self, bruno, accepted, trio, command, said):
        session = make_session(accepted, by=trio.amina, status="accepted")
        for answer in (bruno.get(page(session, command)), bruno.post(page(session, command))):
            assert answer.status_code == 409
            assert said in text(answer)
            assert page(session) in answer.content.decode()

    def test_a_hidden_member_stays_nameless_and_their_clock_unread(self, amina, accepted, trio):
        session = make_session(accepted, by=trio.bruno)
        update_profile(by=trio.bruno, display_name="Bruno B", time_zone="Asia/Kolkata")
        Hiding.hidden = [trio.bruno]
        with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
            for path in (AGENDA, page(session), page(session, "accept"), page(session, "reschedule")):
                shown = amina.get(path)
                assert shown.status_code == 200
                assert "Bruno B" not in shown.content.decode()
            assert "Kolkata" not in amina.get(page(session)).content.decode()
        Hiding.hidden = []


class TestTheAgenda:
    def test_nothing_ahead_says_what_to_do(self, amina):
        for show in ("coming", "past"):
            assert "ssk-empty" in amina.get(AGENDA, {"show": show}).content.decode()
        assert reverse("skillswap_exchange:swaps") in amina.get(AGENDA).content.decode()

    def test_what_waits_stands_first_then_day_by_day(self, bruno, accepted, trio):
        later = make_session(accepted, by=trio.bruno, days=3)
        unsettled = past(make_session(accepted, by=trio.amina, status="accepted"))
        asked = make_session(accepted, by=trio.amina, days=5)
        sooner = make_session(accepted, by=trio.bruno, days=2)
        parts = bruno.get(AGENDA).context["agenda"]
        assert [part.kind for part in parts] == ["answer", "settle", "day", "day"]
        shown = [meeting.session for part in parts for meeting in part.meetings]
        assert shown == [asked, unsettled, sooner, later]

    def test_days_are_those_of_the_viewers_clock(self, trio, accepted):
        session = make_session(accepted, by=trio.amina, status="accepted")
        late = timezone.now().astimezone(UTC).replace(hour=22, minute=30) + timedelta(days=2)
        Session.objects.filter(pk=session.pk).update(starts_at=late)
        days = {zone: self._day(trio, zone) for zone in ("America/New_York", "Asia/Tokyo")}
        assert days["Asia/Tokyo"] - days["America/New_York"] == timedelta(days=1)

    def _day(self, trio, zone):
        update_profile(by=trio.amina, time_zone=zone)
        (part,) = signed_in(trio.amina).get(AGENDA).context["agenda"]
        return part.day

    def test_a_question_that_nobody_answered_in_time(self, amina, bruno, accepted, trio):
        session = past(make_session(accepted, by=trio.amina))
        assert session.topic in text(bruno.get(AGENDA))
        assert session.topic not in text(amina.get(AGENDA))
        assert session.topic in text(amina.get(AGENDA, {"show": "past"}))

    @pytest.mark.parametrize("show", ["coming", "past"])
    def test_it_costs_the_same_whatever_its_length(self, amina, make_user, trio, show):
        counts = []
        for number in (2, 18):
            for _ in range(number):
                swap = make_swap([trio.amina, make_user()], status="accepted")
                make_session(swap, by=trio.amina, status="completed" if show == "past" else "accepted")
            counts.append(query_count(amina, f"{AGENDA}?show={show}"))
        assert counts[0] == counts[1]

    def test_one_session_of_a_swap_that_was_proposed_with_it(self, bruno, trio, gift_swap):
        accept_swap(swap=gift_swap, by=trio.bruno)
        make_session(gift_swap, by=trio.amina)
        assert f"/swaps/{gift_swap.pk}/" in bruno.get(page(gift_swap.sessions.get())).content.decode()


@pytest.fixture
def gift_swap(trio):
    return make_swap([trio.amina, trio.bruno], kind="gift")
