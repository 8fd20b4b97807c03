"""The API of swaps: proposing, answering, going through, and what each participant is shown."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image

from skillswap_kit.core.models import Event, IdempotencyRecord
from skillswap_kit.exchange.exceptions import InvalidTransition
from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapParticipant
from skillswap_kit.exchange.services import pause_listing, propose_skill, set_avatar, update_profile
from skillswap_kit.exchange.services.rules import SWAP_RULES
from skillswap_kit.testing.factories import make_category, make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_review, make_session, make_swap

from .api_client import ROWS, Api, Hiding, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(trio):
    return Api(trio.amina)


@pytest.fixture
def bruno(trio):
    return Api(trio.bruno)


@pytest.fixture
def chiyo(trio):
    return Api(trio.chiyo)


@pytest.fixture
def barter(trio):
    """What Amina says to propose a barter to Bruno."""
    return {
        "to": key(trio.bruno),
        "give": {"skill": trio.guitar.pk},
        "get": {"skill": trio.python.pk},
        "message": "Shall we?",
    }


def leg(giver, receiver, skill, **more):
    return {"giver": key(giver), "receiver": key(receiver), "skill": skill.pk, **more}


def names(legs):
    return [(leg["giver"]["name"], leg["receiver"]["name"], leg["skill"]["name"]) for leg in legs]


class TestProposing:
    def test_a_barter_in_short(self, amina, trio, barter):
        answer = amina.post("swaps/", barter)
        assert answer.status_code == 201
        shown = answer.json()
        assert (shown["kind"], shown["status"], shown["version"], shown["message"]) == (
            "barter",
            "proposed",
            1,
            "Shall we?",
        )
        me, other = (Profile.objects.get(user=user).name for user in (trio.amina, trio.bruno))
        assert names(shown["legs"]) == [(me, other, "Guitar"), (other, me, "Python")]
        assert [(p["person"]["name"], p["decision"]) for p in shown["participants"]] == [
            (me, "accepted"),
            (other, "pending"),
        ]
        assert shown["proposed_by"]["id"] == key(trio.amina)
        assert shown["actions"] == ["change", "cancel"]
        assert shown["proposals"][0]["message"] == "Shall we?"
        assert names(shown["proposals"][0]["legs"]) == names(shown["legs"])
        assert shown["created_at"].endswith("Z")

    def test_in_full_it_is_the_same(self, amina, trio, barter):
        legs = [leg(trio.amina, trio.bruno, trio.guitar), leg(trio.bruno, trio.amina, trio.python)]
        shown = amina.post("swaps/", {"legs": legs, "message": "Shall we?"}).json()
        Swap.objects.all().delete()
        short = amina.post("swaps/", barter).json()
        assert names(shown["legs"]) == names(short["legs"])
        assert shown["kind"] == short["kind"]

    @pytest.mark.parametrize("side", ["give", "get"])
    def test_a_gift_either_way(self, amina, trio, barter, side):
        shown = amina.post("swaps/", {"to": barter["to"], side: barter[side]}).json()
        assert shown["kind"] == "gift"
        assert (shown["legs"][0]["giver"]["id"] == key(trio.amina)) == (side == "give")

    def test_a_circle(self, amina, trio):
        legs = [
            leg(trio.amina, trio.bruno, trio.guitar),
            leg(trio.bruno, trio.chiyo, trio.python),
            leg(trio.chiyo, trio.amina, trio.spanish),
        ]
        shown = amina.post("swaps/", {"legs": legs}).json()
        assert shown["kind"] == "circle"
        assert [p["decision"] for p in shown["participants"]] == ["accepted", "pending", "pending"]

    def test_by_listings(self, amina, trio):
        offer = make_listing(trio.bruno, skill=trio.python)
        want = make_listing(trio.bruno, skill=trio.guitar, kind=Listing.Kind.WANT)
        body = {"to": key(trio.bruno), "give": {"listing": want.pk}, "get": {"listing": offer.pk}}
        shown = amina.post("swaps/", body).json()
        assert [(leg["skill"]["name"], leg["listing"]) for leg in shown["legs"]] == [
            ("Guitar", want.pk),
            ("Python", offer.pk),
        ]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"to": None}, "to"),
            ({"to": "no key"}, "to"),
            ({"to": -7}, "to"),
            ({"give": None, "get": None}, "give"),
            ({"give": {}}, "give.skill"),
            ({"give": {"skill": 999_999}}, "give.skill"),
            ({"give": {"skill": "guitar"}}, "give.skill"),
            ({"give": {"skill": True}}, "give.skill"),
            ({"give": {"skill": 10**30}}, "give.skill"),
            ({"give": {"listing": 999_999}}, "give.listing"),
            ({"give": []}, "give"),
            ({"legs": []}, "legs"),
            ({"legs": [{}]}, "legs.0.giver"),
            ({"message": "x" * 2001}, "message"),
            ({"message": {"a": 1}}, "message"),
            ({"days": 0}, "days"),
            ({"days": 15}, "days"),
            ({"days": 10**20}, "days"),
        ],
    )
    def test_wrong_input_names_its_field(self, amina, barter, change, field):
        answer = amina.post("swaps/", {**barter, **change})
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert field in answer.json()["fields"]
        assert not Swap.objects.exists()

    def test_nothing_and_too_much(self, amina, barter, trio):
        legs = [leg(trio.amina, trio.bruno, trio.guitar)]
        for body in ({}, {"message": "?"}, {**barter, "legs": legs}, {"legs": legs * 21}, []):
            assert amina.post("swaps/", body).status_code == 400

    def test_oneself_and_people_outside(self, amina, trio):
        for legs in (
            [leg(trio.amina, trio.amina, trio.guitar)],
            [leg(trio.bruno, trio.chiyo, trio.python)],
        ):
            answer = amina.post("swaps/", {"legs": legs})
            assert (answer.status_code, list(answer.json()["fields"])) == (400, ["legs"])
        answer = amina.post("swaps/", {"to": key(trio.amina), "give": {"skill": trio.guitar.pk}})
        assert answer.status_code == 400

    def test_what_one_may_not_see_does_not_exist(self, amina, trio, make_user, barter):
        hidden, gone = make_user("hidden"), make_user("gone", is_active=False)
        make_member(hidden, visibility="connections")
        make_member(gone)
        nobody = make_user("nobody")
        keys = [key(user) for user in (nobody, hidden, gone)]
        nobody.delete()
        refusals = [amina.post("swaps/", {**barter, "to": user_key}).json() for user_key in keys]
        assert refusals[0] == refusals[1] == refusals[2]
        paused = make_listing(trio.bruno, skill=trio.python)
        pause_listing(by=trio.bruno, listing=paused)
        own_idea = propose_skill(by=trio.bruno, name="Falconry", category=make_category())
        for terms in ({"listing": paused.pk}, {"skill": own_idea.pk}):
            (name,) = terms
            refusals = [amina.post("swaps/", {**barter, "get": {name: pk}}).json() for pk in (terms[name], 999_999)]
            assert refusals[0] == refusals[1]

    def test_members_who_hide_can_be_answered(self, amina, bruno, trio, barter):
        update_profile(by=trio.amina, visibility="connections")
        swap = amina.post("swaps/", barter).json()
        legs = [leg(trio.bruno, trio.amina, trio.python)]
        assert bruno.post(f"swaps/{swap['id']}/change/", {"version": 1, "legs": legs}).status_code == 200

    def test_a_listing_of_somebody_else(self, amina, trio, barter):
        other = make_listing(trio.chiyo, skill=trio.python)
        answer = amina.post("swaps/", {**barter, "get": {"listing": other.pk}})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["legs"])

    def test_points_need_a_site_that_has_them(self, amina, barter):
        answer = amina.post("swaps/", {**barter, "get": {**barter["get"], "points": 5}})
        assert answer.status_code == 400

    def test_twice_is_a_conflict_and_a_repeat_is_not(self, amina, barter):
        first = amina.post("swaps/", barter, **{"Idempotency-Key": "one"})
        repeat = amina.post("swaps/", barter, **{"Idempotency-Key": "one"})
        assert (repeat.status_code, repeat.json()) == (201, first.json())
        assert repeat["Idempotent-Replayed"] == "true"
        assert amina.post("swaps/", barter).json()["code"] == "already_proposed"
        other = amina.post("swaps/", {**barter, "message": "!"}, **{"Idempotency-Key": "one"})
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        assert Swap.objects.count() == IdempotencyRecord.objects.count() == 1


class TestAnswering:
    @pytest.fixture
    def path(self, proposed):
        return f"swaps/{proposed.pk}/"

    def test_accepting(self, bruno, path):
        shown = bruno.post(path + "accept/").json()
        assert (shown["status"], shown["actions"]) == ("accepted", ["cancel", "start", "confirm", "request_session"])
        assert bruno.post(path + "accept/").status_code == 409

    def test_a_changed_proposal_must_be_named(self, amina, bruno, path, trio):
        body = {"version": 1, "give": {"skill": trio.python.pk}, "message": "Only this"}
        shown = bruno.post(path + "change/", body).json()
        assert (shown["version"], shown["kind"], shown["message"]) == (2, "gift", "Only this")
        assert [proposal["message"] for proposal in shown["proposals"]] == ["Shall we?", "Only this"]
        assert [len(proposal["legs"]) for proposal in shown["proposals"]] == [2, 1]
        for version in ({}, {"version": 1}, {"version": 3}):
            answer = amina.post(path + "accept/", version)
            assert (answer.status_code, answer.json()["code"]) == (409, "proposal_changed")
        assert amina.post(path + "change/", body).json()["code"] == "proposal_changed"
        assert amina.post(path + "accept/", {"version": 2}).json()["status"] == "accepted"

    @pytest.mark.parametrize("version", [0, -1, "two", None, 1.5, [], 10**20])
    def test_versions_are_numbers(self, bruno, path, version):
        answer = bruno.post(path + "accept/", {"version": version})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["version"])

    def test_a_change_names_its_version_and_keeps_the_people(self, bruno, path, trio):
        give = {"give": {"skill": trio.python.pk}}
        assert list(bruno.post(path + "change/", give).json()["fields"]) == ["version"]
        assert list(bruno.post(path + "change/", {"version": 1}).json()["fields"]) == ["legs"]
        legs = [leg(trio.bruno, trio.chiyo, trio.python)]
        answer = bruno.post(path + "change/", {"version": 1, "legs": legs})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["legs"])

    def test_in_a_circle_a_change_names_all_legs(self, amina, trio):
        circle = make_swap(trio.people, kind="circle")
        body = {"version": 1, "give": {"skill": trio.guitar.pk}}
        assert amina.post(f"swaps/{circle.pk}/change/", body).status_code == 400

    @pytest.mark.parametrize("command", ["decline", "cancel"])
    def test_reasons_are_kept_and_bounded(self, amina, bruno, path, command):
        person = bruno if command == "decline" else amina
        too_long = person.post(f"{path}{command}/", {"reason": "x" * 1001})
        assert (too_long.status_code, list(too_long.json()["fields"])) == (400, ["reason"])
        shown = person.post(f"{path}{command}/", {"reason": "No time\nthis month"}).json()
        assert (shown["close_reason"], shown["actions"]) == ("No time\nthis month", [])

    def test_confirming_one_leg(self, amina, bruno, chiyo, path, trio):
        legs = [leg(trio.amina, trio.bruno, trio.guitar), leg(trio.amina, trio.bruno, trio.spanish)]
        bruno.post(path + "change/", {"version": 1, "legs": legs})
        first, second = amina.post(path + "accept/", {"version": 2}).json()["legs"]
        assert amina.post(path + "confirm/", {"leg": first["id"]}).status_code == 403
        assert bruno.post(path + "confirm/", {"leg": first["id"]}).json()["status"] == "accepted"
        assert bruno.post(path + "confirm/", {"leg": first["id"]}).status_code == 409
        assert bruno.post(path + "confirm/", {"leg": second["id"]}).json()["status"] == "completed"
        for nonsense in (999_999, "x", True, 10**30):
            answer = bruno.post(path + "confirm/", {"leg": nonsense})
            assert (answer.status_code, list(answer.json()["fields"])) == (400, ["leg"])

    def test_a_leg_of_another_swap_does_not_exist(self, bruno, path, trio):
        other = make_swap([trio.chiyo, trio.bruno], status="accepted").legs.get(receiver__user=trio.bruno)
        bruno.post(path + "accept/")
        assert bruno.post(path + "confirm/", {"leg": other.pk}).status_code == 400

    def test_after_the_deadline(self, bruno, path, proposed):
        Swap.objects.filter(pk=proposed.pk).update(deadline=timezone.now())
        assert bruno.post(path + "accept/").json()["code"] == "deadline_passed"
        assert bruno.get(path).json()["actions"] == []


class TestWhoMayWhat:
    PATHS = ("", "timeline/", "sessions/", "reviews/")
    COMMANDS = ("accept", "decline", "cancel", "change", "start", "confirm", "sessions", "reviews")

    def test_a_swap_of_others_is_not_there(self, chiyo, proposed):
        for path in self.PATHS:
            assert chiyo.get(f"swaps/{proposed.pk}/{path}").status_code == 404
        for command in self.COMMANDS:
            answer = chiyo.post(f"swaps/{proposed.pk}/{command}/", {"version": 1, "rating": 5})
            assert answer.status_code in (400, 404), command
            assert answer.status_code == 404 or command in ("sessions", "reviews")
        assert chiyo.get("swaps/").json()["results"] == []
        assert chiyo.get("swaps/999999/").json() == chiyo.get(f"swaps/{proposed.pk}/").json()
        assert chiyo.get("swaps/x/").status_code == 404

    def test_strangers_sign_in_first(self, proposed):
        stranger = Api()
        for path in ("swaps/", f"swaps/{proposed.pk}/", "requests/incoming/"):
            answer = stranger.get(path)
            assert (answer.status_code in (401, 403), answer.json()["code"]) == (True, "not_authenticated")
        assert stranger.post("swaps/", {}).status_code in (401, 403)

    def test_there_is_no_way_to_set_a_state(self, amina, proposed):
        for method in ("put", "patch", "delete"):
            assert amina.send(method, f"swaps/{proposed.pk}/", {"status": "completed"}).status_code == 405

    STATES = [("barter", status) for status in Swap.Status.values] + [("gift", "accepted"), ("circle", "accepted")]

    @pytest.mark.parametrize(("kind", "status"), STATES)
    def test_actions_are_what_the_services_let_one_do(self, trio, kind, status):
        people = trio.people if kind == "circle" else [trio.amina, trio.bruno]
        swap = make_swap(people, kind=kind, status=status)
        legs = [{**leg(row.giver.user, row.receiver.user, trio.spanish)} for row in swap.legs.all()]
        bodies = {
            "change": {"version": 1, "legs": legs},
            "request_session": {
                "topic": "x",
                "starts_at": (timezone.now() + timedelta(days=1)).isoformat(),
            },
            "review": {"rating": 4},
        }
        commands = {"request_session": "sessions", "review": "reviews"}
        for position, person in enumerate(people):
            api = Api(person)
            if kind == "circle":
                bodies["request_session"]["with"] = key(people[position - 1])
            possible = [
                action
                for action in SWAP_RULES
                if api.would(f"swaps/{swap.pk}/{commands.get(action, action)}/", bodies.get(action)) < 300
            ]
            assert api.get(f"swaps/{swap.pk}/").json()["actions"] == possible
            assert api.get("swaps/").json()["results"][0]["actions"] == possible

    def test_a_review_is_written_once(self, amina, trio):
        swap = make_swap([trio.amina, trio.bruno], status="completed")
        assert amina.get(f"swaps/{swap.pk}/").json()["actions"] == ["review"]
        make_review(swap, by=trio.amina)
        assert amina.get(f"swaps/{swap.pk}/").json()["actions"] == []

    def test_a_confirmed_leg_ends_the_time_to_cancel(self, amina, bruno, trio):
        swap = make_swap([trio.amina, trio.bruno], status="accepted")
        amina.post(f"swaps/{swap.pk}/confirm/")
        assert amina.get(f"swaps/{swap.pk}/").json()["actions"] == ["start", "request_session"]
        assert bruno.get(f"swaps/{swap.pk}/").json()["actions"] == ["start", "confirm", "request_session"]
        assert bruno.post(f"swaps/{swap.pk}/cancel/").status_code == 409


class TestLists:
    def ids(self, api, path="swaps/", **params):
        answer = api.get(path, **params)
        assert answer.status_code == 200, answer.json()
        return {row["id"] for row in answer.json()["results"]}

    def test_boxes(self, amina, bruno, trio):
        pair = [trio.amina, trio.bruno]
        swaps = {status: make_swap(pair, status=status).pk for status in Swap.Status.values}
        past = {swaps[status] for status in ("completed", "declined", "cancelled", "expired")}
        running = {swaps["accepted"], swaps["in_progress"]}
        assert self.ids(amina, box="outgoing") == self.ids(amina, "requests/outgoing/") == {swaps["proposed"]}
        assert self.ids(bruno, box="incoming") == self.ids(bruno, "requests/incoming/") == {swaps["proposed"]}
        assert self.ids(amina, box="incoming") == self.ids(bruno, "requests/outgoing/") == set()
        assert self.ids(amina, box="running") == self.ids(bruno, box="running") == running
        assert self.ids(amina, box="past") == past
        assert self.ids(amina, status="expired") == {swaps["expired"]}
        assert self.ids(amina) == set(swaps.values())

    def test_kinds_and_orders(self, amina, trio):
        barter = make_swap([trio.amina, trio.bruno])
        gift = make_swap([trio.amina, trio.bruno], kind="gift")
        assert self.ids(amina, kind="gift") == {gift.pk}
        for ordering, newest in (("newest", gift), ("-newest", barter), ("deadline", barter), ("-deadline", gift)):
            assert amina.get("swaps/", ordering=ordering).json()["results"][0]["id"] == newest.pk

    @pytest.mark.parametrize(
        "params",
        [{"box": "attic"}, {"status": "lost"}, {"kind": "x"}, {"ordering": "user__password"}, {"page_size": 101}],
    )
    def test_wrong_filters_are_named(self, amina, params):
        answer = amina.get("swaps/", **params)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, list(params))

    def test_lists_show_the_present_message_only(self, amina, bruno, proposed, trio):
        bruno.post(f"swaps/{proposed.pk}/change/", {"version": 1, "give": {"skill": trio.python.pk}, "message": "New"})
        (row,) = amina.get("requests/incoming/").json()["results"]
        assert row["message"] == "New"
        assert "proposals" not in row

    @pytest.mark.parametrize("rows", ROWS)
    def test_the_same_number_of_queries_for_any_number_of_rows(self, trio, amina, rows):
        for number in range(rows):
            make_swap([trio.amina, trio.bruno], status="accepted", kind="barter" if number % 2 else "gift")
        assert len(amina.queries("swaps/", page_size=rows // 2)) == 5

    def test_a_detail_costs_the_same_however_long_its_story(self, trio, amina, bruno, proposed):
        path = f"swaps/{proposed.pk}/"
        before = len(amina.queries(path))
        for version in range(1, 6):
            person, skill = (amina, trio.guitar) if version % 2 else (bruno, trio.python)
            person.post(path + "change/", {"version": version, "give": {"skill": skill.pk}})
        assert len(amina.queries(path)) == before <= 9


class TestPeople:
    def test_who_left_is_a_former_member(self, amina, trio):
        swap = make_swap([trio.bruno, trio.amina], status="completed")
        trio.bruno.delete()
        shown = amina.get(f"swaps/{swap.pk}/").json()
        gone = {"id": None, "name": "Former member", "avatar": None, "rating": None, "rating_count": 0}
        assert shown["proposed_by"] == shown["participants"][0]["person"] == shown["legs"][0]["giver"] == gone
        assert shown["proposals"][0]["by"] == gone
        assert amina.get("swaps/").json()["results"][0]["proposed_by"] == gone

    def test_who_is_hidden_stays_a_member_in_what_two_share(self, amina, trio, settings, monkeypatch):
        swap = make_swap([trio.bruno, trio.amina], status="accepted")
        before = len(amina.queries("swaps/"))
        settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": [f"{Hiding.__module__}.Hiding"]}
        monkeypatch.setattr(Hiding, "hidden", [trio.bruno])
        body = amina.get(f"swaps/{swap.pk}/")
        assert body.json()["participants"][0]["person"]["name"] == "A member"
        assert body.json()["legs"][0]["giver"] == body.json()["participants"][0]["person"]
        assert body.json()["participants"][1]["person"]["id"] == key(trio.amina)
        for _ in range(3):
            make_swap([trio.chiyo, trio.amina])
        assert len(amina.queries("swaps/")) == before + 1
        assert amina.post(f"swaps/{swap.pk}/confirm/").status_code == 200
        answer = amina.post("swaps/", {"to": key(trio.bruno), "give": {"skill": trio.guitar.pk}})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["to"])

    def test_pictures_are_paths_of_the_api(self, amina, trio, proposed):
        picture = BytesIO()
        Image.new("RGB", (40, 30), "red").save(picture, "PNG")
        set_avatar(by=trio.bruno, upload=SimpleUploadedFile("me.png", picture.getvalue()))
        shown = amina.get(f"swaps/{proposed.pk}/").json()["participants"][1]["person"]
        assert shown["avatar"] == f"/api/users/{trio.bruno.pk}/avatar/"
        assert amina.client.get(shown["avatar"]).status_code == 200

    def test_nothing_private_is_shown(self, amina, trio, proposed):
        text = amina.get(f"swaps/{proposed.pk}/").content.decode()
        for private in ("@", "password", "latitude", "is_staff"):
            assert private not in text


class TestTimeline:
    def test_what_happened_in_order(self, amina, trio):
        swap = make_swap([trio.amina, trio.bruno], status="in_progress")
        session = make_session(swap, by=trio.bruno, status="completed")
        other = make_swap([trio.amina, trio.bruno], status="accepted")
        make_session(other, by=trio.amina)
        rows = amina.get(f"swaps/{swap.pk}/timeline/").json()["results"]
        assert [row["event"].removeprefix("exchange.") for row in rows] == [
            "swap_proposed",
            "swap_agreed",
            "swap_accepted",
            "swap_started",
            "session_requested",
            "session_accepted",
            "session_completed",
        ]
        assert rows[0]["by"]["id"] == key(trio.amina)
        assert [row["session"] for row in rows[-3:]] == [session.pk] * 3
        assert rows[0]["label"] == "Swap proposed"

    def test_every_event_of_swaps_and_sessions_has_a_label(self):
        from skillswap_kit.core.events import DomainSignal
        from skillswap_kit.exchange.history import LABELS

        told = {
            name
            for name, signal in DomainSignal.registry.items()
            if signal.sender_label in ("skillswap_exchange.Swap", "skillswap_exchange.Session")
        }
        assert set(LABELS) == told

    def test_labels_speak_the_readers_language(self, amina, proposed, monkeypatch):
        monkeypatch.setattr(
            "skillswap_kit.exchange.history.LABELS", {"exchange.swap_proposed": translation.gettext_lazy("Monday")}
        )
        assert amina.get(f"swaps/{proposed.pk}/timeline/").json()["results"][0]["label"] == "Monday"
        with translation.override("ar"):
            assert (
                amina.client.get(f"/api/swaps/{proposed.pk}/timeline/", headers={"Accept-Language": "ar"}).json()[
                    "results"
                ][0]["label"]
                == "الاثنين"
            )

    def test_the_clock_is_nobody(self, amina, trio):
        swap = make_swap([trio.amina, trio.bruno], status="expired")
        assert amina.get(f"swaps/{swap.pk}/timeline/").json()["results"][-1]["by"] is None

    def test_constant_queries_and_pages(self, amina, trio):
        swap = make_swap([trio.amina, trio.bruno], status="accepted")
        path = f"swaps/{swap.pk}/timeline/"
        before = len(amina.queries(path, page_size=2))
        for _ in range(5):
            make_session(swap, by=trio.amina, status="declined")
        assert len(amina.queries(path, page_size=10)) == before
        page = amina.get(path, page_size=2).json()
        assert (len(page["results"]), page["next"] is not None) == (2, True)


def test_a_move_that_lost_a_race_is_a_conflict(amina, proposed, monkeypatch):
    def lose(**kwargs):
        raise InvalidTransition

    monkeypatch.setattr("skillswap_kit.exchange.services.cancel_swap", lose)
    assert amina.post(f"swaps/{proposed.pk}/cancel/").json()["code"] == "invalid_transition"


def test_a_refused_change_leaves_everything_as_it_was(bruno, proposed, trio):
    before = list(proposed.legs.values()), list(SwapParticipant.objects.values()), Event.objects.count()
    rejected = make_skill("Rejected")
    legs = [leg(trio.bruno, trio.amina, rejected, points=5)]
    assert bruno.post(f"swaps/{proposed.pk}/change/", {"version": 1, "legs": legs}).status_code == 400
    proposed.refresh_from_db()
    assert proposed.version == 1
    assert (list(proposed.legs.values()), list(SwapParticipant.objects.values()), Event.objects.count()) == before
