"""The API of connections."""

import pytest

from skillswap_kit.exchange.models import Connection
from skillswap_kit.exchange.services import deactivate_member
from skillswap_kit.testing.factories import make_member
from skillswap_kit.testing.swaps import make_swap

from .api_client import ROWS, Api, Hiding, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(trio):
    return Api(trio.amina)


@pytest.fixture
def swap(trio):
    return make_swap([trio.amina, trio.bruno], status="accepted")


def partners(api):
    return [row["person"]["id"] for row in api.get("connections/").json()["results"]]


def test_each_sees_the_other(amina, swap, trio):
    (row,) = amina.get("connections/").json()["results"]
    assert (row["person"]["id"], row["swap"]) == (key(trio.bruno), swap.pk)
    assert amina.get(f"connections/{row['id']}/").json() == row
    assert partners(Api(trio.bruno)) == [key(trio.amina)]
    assert partners(Api(trio.chiyo)) == []


def test_removing_and_coming_back(amina, swap, trio):
    connection = Connection.objects.get()
    path = f"connections/{connection.pk}/"
    assert amina.send("delete", path).status_code == 204
    assert amina.send("delete", path).status_code == amina.get(path).status_code == 404
    assert partners(amina) == partners(Api(trio.bruno)) == []
    again = make_swap([trio.bruno, trio.amina], status="accepted")
    (row,) = amina.get("connections/").json()["results"]
    assert (row["person"]["id"], row["swap"]) == (key(trio.bruno), again.pk)
    assert Connection.objects.get().created_at > connection.created_at


def test_another_swap_of_connected_people_changes_nothing(amina, swap, trio):
    before = amina.get("connections/").json()
    make_swap([trio.bruno, trio.amina], status="accepted", skills=[trio.spanish, trio.guitar])
    assert amina.get("connections/").json() == before


def test_others_can_neither_see_nor_remove(swap, trio):
    path = f"connections/{Connection.objects.get().pk}/"
    chiyo = Api(trio.chiyo)
    assert chiyo.get(path).status_code == chiyo.send("delete", path).status_code == 404
    assert Api().get("connections/").status_code in (401, 403)
    assert Api(trio.amina).post("connections/").status_code == 405
    assert Connection.objects.standing().count() == 1


def test_hidden_and_deactivated_people_are_not_listed(amina, swap, trio, staff, settings, monkeypatch):
    make_swap([trio.amina, trio.chiyo], status="accepted")
    settings.SKILLSWAP_KIT = {"CONTACT_POLICIES": [f"{Hiding.__module__}.Hiding"]}
    monkeypatch.setattr(Hiding, "hidden", [trio.bruno])
    assert partners(amina) == [key(trio.chiyo)]
    assert amina.get(f"connections/{Connection.objects.get(swap=swap).pk}/").status_code == 404
    deactivate_member(by=staff, member=trio.chiyo)
    assert partners(amina) == []


@pytest.mark.parametrize("rows", ROWS)
def test_the_same_number_of_queries_for_any_number_of_rows(amina, trio, make_user, rows):
    for _ in range(rows):
        other = make_user()
        make_member(other)
        make_swap([trio.amina, other], status="accepted")
    assert len(amina.queries("connections/", page_size=rows // 2)) == 2
