"""Requests: a second address of proposed swaps."""

import pytest

from skillswap_kit.testing.swaps import make_swap

from .api_client import Api, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(trio):
    return Api(trio.amina)


@pytest.fixture
def bruno(trio):
    return Api(trio.bruno)


def test_sent_received_accepted(amina, bruno, trio):
    body = {"to": key(trio.bruno), "get": {"skill": trio.python.pk}, "message": "Teach me?"}
    sent = amina.post("requests/send/", body)
    assert sent.status_code == 201
    (outgoing,) = amina.get("requests/outgoing/").json()["results"]
    (incoming,) = bruno.get("requests/incoming/").json()["results"]
    assert outgoing["id"] == incoming["id"] == sent.json()["id"]
    assert incoming["message"] == "Teach me?"
    answer = bruno.post(f"requests/{incoming['id']}/action/", {"action": "accept"})
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert amina.get(f"swaps/{incoming['id']}/").json()["status"] == "accepted"
    assert [row["person"]["id"] for row in amina.get("connections/").json()["results"]] == [key(trio.bruno)]


@pytest.mark.parametrize(
    ("action", "status"), [("reject", "declined"), ("decline", "declined"), ("accept", "accepted")]
)
def test_the_person_asked_answers(bruno, proposed, action, status):
    answer = bruno.post(f"requests/{proposed.pk}/action/", {"action": action, "reason": "So be it"}).json()
    assert answer["status"] == status
    assert answer["close_reason"] == ("" if action == "accept" else "So be it")


def test_the_proposer_withdraws(amina, proposed):
    assert amina.post(f"requests/{proposed.pk}/action/", {"action": "accept"}).status_code == 409
    assert amina.post(f"requests/{proposed.pk}/action/", {"action": "cancel"}).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "action"), ({"action": "complete"}, "action"), ({"action": "accept", "version": "x"}, "version")],
)
def test_wrong_answers(bruno, proposed, body, field):
    answer = bruno.post(f"requests/{proposed.pk}/action/", body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_changed_request_must_be_named(amina, bruno, proposed, trio):
    bruno.post(f"swaps/{proposed.pk}/change/", {"version": 1, "give": {"skill": trio.python.pk}})
    path = f"requests/{proposed.pk}/action/"
    assert amina.post(path, {"action": "accept"}).json()["code"] == "proposal_changed"
    assert amina.post(path, {"action": "accept", "version": 2}).json()["status"] == "accepted"


def test_boxes_cannot_be_left_by_parameters(amina, trio):
    make_swap([trio.amina, trio.bruno], status="accepted")
    assert amina.get("requests/outgoing/", box="running").json()["results"] == []


def test_others_find_nothing(proposed, trio):
    chiyo = Api(trio.chiyo)
    assert chiyo.get("requests/incoming/").json()["results"] == []
    assert chiyo.post(f"requests/{proposed.pk}/action/", {"action": "accept"}).status_code == 404
    assert chiyo.post("requests/x/action/", {"action": "accept"}).status_code == 404
