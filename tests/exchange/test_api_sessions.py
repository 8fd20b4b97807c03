"""The API of sessions: asking, answering, moving, and what each one's clock shows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from skillswap_kit.exchange.models import Listing, Session, Swap
from skillswap_kit.exchange.services import cancel_swap, propose_session, update_profile
from skillswap_kit.exchange.services.rules import SESSION_RULES
from skillswap_kit.exchange.services.sessions import Appointment
from skillswap_kit.testing.factories import make_listing
from skillswap_kit.testing.swaps import make_session, make_swap

from .api_client import ROWS, Api, Hiding, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(trio):
    return Api(trio.amina)


@pytest.fixture
def bruno(trio):
    return Api(trio.bruno)


@pytest.fixture
def accepted(trio):
    return make_swap([trio.amina, trio.bruno], status="accepted")


def body(**fields):
    return {"topic": "First chords", "starts_at": (timezone.now() + timedelta(days=1)).isoformat(), **fields}


def next_year(month, day, hour, minute=0):
    return datetime(timezone.now().year + 1, month, day, hour, minute)  # noqa: DTZ001 (a time on a wall)


class TestAsking:
    def test_of_a_swap(self, amina, accepted, trio):
        starts_at = timezone.now().replace(microsecond=0) + timedelta(days=2)
        answer = amina.post(
            f"swaps/{accepted.pk}/sessions/",
            body(starts_at=starts_at.isoformat(), duration_minutes=45, mode="in_person", place="Library"),
        )
        assert answer.status_code == 201
        shown = answer.json()
        assert shown["swap"] == accepted.pk
        assert (shown["requester"]["id"], shown["recipient"]["id"]) == (key(trio.amina), key(trio.bruno))
        assert datetime.fromisoformat(shown["starts_at"]) == starts_at
        assert datetime.fromisoformat(shown["ends_at"]) == starts_at + timedelta(minutes=45)
        assert (shown["time_zone"], shown["mode"], shown["place"]) == ("Africa/Cairo", "in_person", "Library")
        assert (shown["status"], shown["actions"]) == ("pending", ["reschedule", "cancel"])
        assert amina.get(f"swaps/{accepted.pk}/sessions/").json()["results"] == [shown]

    def test_in_a_circle_one_says_with_whom(self, amina, trio):
        circle = make_swap(trio.people, kind="circle", status="accepted")
        path = f"swaps/{circle.pk}/sessions/"
        assert list(amina.post(path, body()).json()["fields"]) == ["with"]
        shown = amina.post(path, body(**{"with": key(trio.chiyo)})).json()
        assert shown["recipient"]["id"] == key(trio.chiyo)

    def test_in_a_circle_the_third_does_not_read_where_the_others_meet(self, amina, trio):
        circle = make_swap(trio.people, kind="circle", status="accepted")
        path = f"swaps/{circle.pk}/sessions/"
        session = amina.post(path, body(**{"with": key(trio.chiyo)}, mode="in_person", place="Home street 5")).json()
        amina.post(f"sessions/{session['id']}/cancel/", {"reason": "My knee"})
        bruno = Api(trio.bruno)
        assert bruno.get(f"sessions/{session['id']}/").status_code == 404
        assert bruno.post(f"sessions/{session['id']}/accept/").status_code == 404
        assert bruno.get("sessions/").json()["results"] == []
        assert bruno.get(path).json()["results"] == []
        timeline = bruno.get(f"swaps/{circle.pk}/timeline/")
        assert [row["event"] for row in timeline.json()["results"]][-1] == "exchange.session_cancelled"
        for private in (b"Home street", b"My knee", session["topic"].encode()):
            assert private not in timeline.content
        for person in (trio.amina, trio.chiyo):
            assert Api(person).get(path).json()["results"][0]["place"] == "Home street 5"
            assert Api(person).get(f"sessions/{session['id']}/").json()["reason"] == "My knee"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"topic": ""}, "topic"),
            ({"topic": "x" * 161}, "topic"),
            ({"starts_at": "tomorrow"}, "starts_at"),
            ({"starts_at": "2030-05-01T10:00"}, "starts_at"),
            ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
            ({"starts_at": "9999-12-31T23:59:59-12:00"}, "starts_at"),
            ({"starts_at": "2001-01-01T00:00:00Z"}, "starts_at"),
            ({"starts_at": "2199-01-01T00:00:00Z"}, "starts_at"),
            ({"duration_minutes": 4}, "duration_minutes"),
            ({"duration_minutes": 481}, "duration_minutes"),
            ({"duration_minutes": "long"}, "duration_minutes"),
            ({"duration_minutes": 10**20}, "duration_minutes"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"time_zone": "../etc/passwd"}, "time_zone"),
            ({"mode": "both"}, "mode"),
            ({"mode": "telepathy"}, "mode"),
            ({"place": "x" * 301}, "place"),
            ({"with": "x"}, "with"),
        ],
    )
    def test_wrong_input_names_its_field(self, amina, accepted, change, field):
        answer = amina.post(f"swaps/{accepted.pk}/sessions/", body(**change))
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
        assert not Session.objects.exists()

    def test_only_running_swaps_have_sessions(self, amina, trio):
        for status in ("proposed", "completed"):
            swap = make_swap([trio.amina, trio.bruno], status=status)
            assert amina.post(f"swaps/{swap.pk}/sessions/", body()).status_code == 409

    def test_of_somebody_directly(self, amina, bruno, trio):
        answer = amina.post("sessions/", body(**{"with": key(trio.bruno)}, skill=trio.python.pk, message="Please?"))
        assert answer.status_code == 201
        swap = amina.get(f"swaps/{answer.json()['swap']}/").json()
        assert (swap["kind"], swap["status"], swap["message"]) == ("gift", "proposed", "Please?")
        assert swap["legs"][0]["giver"]["id"] == key(trio.bruno)
        accepted = bruno.post(f"sessions/{answer.json()['id']}/accept/").json()
        assert accepted["status"] == "accepted"
        assert amina.get(f"swaps/{swap['id']}/").json()["status"] == "accepted"

    def test_directly_by_an_offer_or_to_answer_a_want(self, amina, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        want = make_listing(trio.bruno, skill=trio.guitar, kind=Listing.Kind.WANT)
        for listing, giver in ((offer, trio.bruno), (want, trio.amina)):
            shown = amina.post("sessions/", body(**{"with": key(trio.bruno)}, listing=listing.pk)).json()
            (leg,) = amina.get(f"swaps/{shown['swap']}/").json()["legs"]
            assert (leg["giver"]["id"], leg["listing"]) == (key(giver), listing.pk)

    def test_directly_one_says_of_whom_and_what(self, amina, trio):
        assert list(amina.post("sessions/", body(skill=trio.python.pk)).json()["fields"]) == ["with"]
        assert list(amina.post("sessions/", body(**{"with": key(trio.bruno)})).json()["fields"]) == ["skill"]
        himself = amina.post("sessions/", body(**{"with": key(trio.amina)}, skill=trio.python.pk))
        assert himself.status_code == 400
        assert not Swap.objects.exists()

    def test_a_refused_session_leaves_no_swap(self, amina, trio):
        late = body(**{"with": key(trio.bruno)}, skill=trio.python.pk, starts_at="2001-01-01T00:00:00Z")
        assert amina.post("sessions/", late).status_code == 400
        assert not Swap.objects.exists()

    def test_a_repeat_under_one_key_is_one_session(self, amina, accepted):
        asked = body()
        for _ in range(2):
            answer = amina.post(f"swaps/{accepted.pk}/sessions/", asked, **{"Idempotency-Key": "k"})
            assert answer.status_code == 201
        assert Session.objects.count() == 1


class TestClocks:
    def local(self, shown):
        return {row["time_zone"]: (row["starts_at"][11:16], row["starts_at"][-6:]) for row in shown["local_times"]}

    def test_both_see_their_own_time(self, amina, accepted, trio):
        update_profile(by=trio.amina, time_zone="Asia/Tokyo")
        shown = amina.post(f"swaps/{accepted.pk}/sessions/", body()).json()
        assert [row["time_zone"] for row in shown["local_times"]] == ["Asia/Tokyo", "Europe/Berlin"]
        assert [row["person"] for row in shown["local_times"]] == [key(trio.amina), key(trio.bruno)]
        for row in shown["local_times"]:
            assert datetime.fromisoformat(row["starts_at"]) == datetime.fromisoformat(shown["starts_at"])
            assert datetime.fromisoformat(row["ends_at"]) == datetime.fromisoformat(shown["ends_at"])

    @pytest.mark.parametrize(("month", "berlin"), [(1, "+01:00"), (7, "+02:00")])
    def test_summer_and_winter(self, amina, accepted, month, berlin, settings):
        settings.SKILLSWAP_KIT = {"EXCHANGE_SESSION_MAX_DAYS_AHEAD": 1000}
        at = next_year(month, 15, 12).replace(tzinfo=UTC)
        shown = amina.post(f"swaps/{accepted.pk}/sessions/", body(starts_at=at.isoformat())).json()
        hour = 13 if month == 1 else 14
        assert self.local(shown)["Europe/Berlin"] == (f"{hour}:00", berlin)

    def test_a_session_over_the_change_of_the_clocks(self, amina, accepted, settings):
        settings.SKILLSWAP_KIT = {"EXCHANGE_SESSION_MAX_DAYS_AHEAD": 1000}
        sunday = last_sunday_of_october()
        at = sunday.replace(hour=0, minute=30, tzinfo=UTC)  # 02:30 in Berlin, half an hour before it is 02:00 again
        shown = amina.post(f"swaps/{accepted.pk}/sessions/", body(starts_at=at.isoformat(), duration_minutes=60)).json()
        berlin = shown["local_times"][1]
        assert (berlin["starts_at"][11:], berlin["ends_at"][11:]) == ("02:30:00+02:00", "02:30:00+01:00")

    def test_a_time_on_the_wall_of_a_zone(self, amina, accepted, settings):
        settings.SKILLSWAP_KIT = {"EXCHANGE_SESSION_MAX_DAYS_AHEAD": 1000}
        wall = next_year(7, 15, 18).isoformat()
        shown = amina.post(f"swaps/{accepted.pk}/sessions/", body(starts_at=wall, time_zone="Europe/Berlin")).json()
        assert shown["starts_at"][11:16] == "16:00"
        assert shown["time_zone"] == "Europe/Berlin"

    def test_a_time_that_clocks_repeat(self, amina, accepted, settings):
        settings.SKILLSWAP_KIT = {"EXCHANGE_SESSION_MAX_DAYS_AHEAD": 1000}
        wall = last_sunday_of_october().replace(hour=2, minute=30).isoformat()
        answer = amina.post(f"swaps/{accepted.pk}/sessions/", body(starts_at=wall, time_zone="Europe/Berlin"))
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["starts_at"])


def last_sunday_of_october():
    day = next_year(10, 31, 0)
    return day - timedelta(days=(day.weekday() + 1) % 7)


class TestAnswering:
    def test_the_whole_way(self, amina, bruno, accepted):
        session = amina.post(f"swaps/{accepted.pk}/sessions/", body()).json()
        path = f"sessions/{session['id']}/"
        assert amina.post(path + "accept/").status_code == 403
        assert bruno.post(path + "accept/").json()["status"] == "accepted"
        later = (timezone.now() + timedelta(days=2)).isoformat()
        moved = bruno.post(path + "reschedule/", {"starts_at": later, "reason": "Rain"}).json()
        assert (moved["status"], moved["reason"]) == ("pending", "Rain")
        assert moved["recipient"]["id"] == session["requester"]["id"]
        assert amina.post(path + "accept/").json()["status"] == "accepted"
        assert amina.post(path + "complete/").status_code == 409
        Session.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        done = bruno.post(path + "complete/").json()
        assert (done["status"], done["completed_at"] is not None, done["actions"]) == ("completed", True, [])

    @pytest.mark.parametrize("command", ["decline", "cancel"])
    def test_reasons(self, bruno, accepted, trio, command):
        path = f"sessions/{make_session(accepted, by=trio.amina).pk}/{command}/"
        assert list(bruno.post(path, {"reason": "x" * 1001}).json()["fields"]) == ["reason"]
        assert bruno.post(path, {"reason": "Ill"}).json()["reason"] == "Ill"

    def test_missed(self, amina, accepted, trio):
        session = make_session(accepted, by=trio.amina, status="accepted")
        Session.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        assert amina.post(f"sessions/{session.pk}/missed/", {"reason": "Nobody came"}).json()["status"] == "missed"

    def test_of_others_there_is_nothing(self, accepted, trio):
        chiyo = Api(trio.chiyo)
        session = make_session(accepted, by=trio.amina)
        assert chiyo.get(f"sessions/{session.pk}/").status_code == 404
        for command in ("accept", "decline", "reschedule", "cancel", "complete", "missed"):
            assert chiyo.post(f"sessions/{session.pk}/{command}/", body()).status_code == 404
        assert Api().get("sessions/").status_code in (401, 403)

    def test_who_suggests_another_time_has_agreed_to_the_swap(self, amina, bruno, trio, gift_legs):
        session = propose_session(
            by=trio.amina, legs=gift_legs, appointment=Appointment(topic="x", starts_at=timezone.now() + timedelta(1))
        )
        path = f"sessions/{session.pk}/"
        bruno.post(path + "reschedule/", {"starts_at": (timezone.now() + timedelta(2)).isoformat()})
        shown = amina.post(path + "decline/").json()
        assert shown["status"] == "declined"
        assert Swap.objects.get().status == "accepted"

    def test_a_session_of_a_swap_that_ended_is_not_moved(self, amina, accepted, trio):
        session = make_session(accepted, by=trio.amina, status="accepted")
        Session.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        cancel_swap(swap=accepted, by=trio.bruno)
        answer = amina.post(f"sessions/{session.pk}/reschedule/", body())
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")

    SITUATIONS = [(status, begun, "accepted") for status in Session.Status.values for begun in (False, True)]
    SITUATIONS += [("pending", begun, swap) for swap in ("proposed", "changed", "cancelled") for begun in (False, True)]
    SITUATIONS += [("accepted", begun, "completed") for begun in (False, True)]

    @pytest.mark.parametrize(("status", "begun", "swap_is"), SITUATIONS)
    def test_actions_are_what_the_services_let_one_do(self, trio, gift_legs, status, begun, swap_is):
        session = self.session_in(status, swap_is, trio, gift_legs)
        if begun:
            Session.objects.update(starts_at=timezone.now() - timedelta(minutes=5))
        for person in (trio.amina, trio.bruno):
            api = Api(person)
            path = f"sessions/{session.pk}/"
            later = {"starts_at": (timezone.now() + timedelta(days=2)).isoformat()}
            bodies = {"reschedule": later}
            possible = [action for action in SESSION_RULES if api.would(f"{path}{action}/", bodies.get(action)) == 200]
            assert api.get(path).json()["actions"] == possible

    def session_in(self, status, swap_is, trio, legs):
        if swap_is in ("proposed", "changed"):
            appointment = Appointment(topic="x", starts_at=timezone.now() + timedelta(days=1))
            session = propose_session(by=trio.amina, legs=legs, appointment=appointment)
            if swap_is == "changed":
                give = {"version": 1, "get": {"skill": trio.guitar.pk}}
                assert Api(trio.bruno).post(f"swaps/{session.swap_id}/change/", give).status_code == 200
            return session
        swap = make_swap([trio.amina, trio.bruno], status="accepted")
        session = make_session(swap, by=trio.amina, status=status)
        # What else ends with a swap is told in its own tests; here the row alone changes.
        Swap.objects.filter(pk=swap.pk).update(status=swap_is)
        return session


class TestLists:
    def ids(self, api, path="sessions/", **params):
        answer = api.get(path, **params)
        assert answer.status_code == 200, answer.json()
        return [row["id"] for row in answer.json()["results"]]

    def test_soonest_first(self, amina, accepted, trio):
        late, soon, middle = (make_session(accepted, by=trio.amina, days=days).pk for days in (9, 1, 5))
        assert self.ids(amina) == self.ids(amina, f"swaps/{accepted.pk}/sessions/") == [soon, middle, late]
        assert self.ids(amina, ordering="-starts_at") == [late, middle, soon]

    def test_filters(self, amina, accepted, trio):
        made = {status: make_session(accepted, by=trio.amina, status=status).pk for status in Session.Status.values}
        other = make_swap([trio.bruno, trio.amina], status="accepted")
        elsewhere = make_session(other, by=trio.bruno, days=3).pk
        upcoming = {made["pending"], made["accepted"], elsewhere}
        assert set(self.ids(amina, upcoming="true")) == upcoming
        assert set(self.ids(amina, upcoming="false")) == set(made.values()) - upcoming
        assert self.ids(amina, swap=other.pk) == [elsewhere]
        assert self.ids(amina, status="missed") == [made["missed"]]

    @pytest.mark.parametrize(
        "params", [{"status": "x"}, {"upcoming": "perhaps"}, {"swap": "x"}, {"ordering": "swap__open_key"}]
    )
    def test_wrong_filters_are_named(self, amina, params):
        answer = amina.get("sessions/", **params)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, list(params))

    @pytest.mark.parametrize("rows", ROWS)
    def test_the_same_number_of_queries_for_any_number_of_rows(self, amina, accepted, trio, rows, settings):
        settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_OPEN_SESSIONS": rows}
        for _ in range(rows):
            make_session(accepted, by=trio.amina)
        assert len(amina.queries("sessions/", page_size=rows // 2)) == 2
        assert len(amina.queries(f"swaps/{accepted.pk}/sessions/", page_size=rows // 2)) == 3
        assert len(amina.queries(f"sessions/{Session.objects.first().pk}/")) == 1

    def test_who_left_and_who_is_hidden(self, amina, accepted, trio, settings, monkeypatch):
        session = make_session(accepted, by=trio.amina)
        settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": [f"{Hiding.__module__}.Hiding"]}
        monkeypatch.setattr(Hiding, "hidden", [trio.bruno])
        answer = amina.get(f"sessions/{session.pk}/")
        assert answer.json()["recipient"]["name"] == "A member"
        assert answer.json()["local_times"][1]["person"] is None
        assert answer.json()["recipient"]["id"] is None
        trio.bruno.delete()
        shown = amina.get(f"sessions/{session.pk}/").json()
        assert shown["recipient"]["name"] == "Former member"
        assert len(shown["local_times"]) == 1
