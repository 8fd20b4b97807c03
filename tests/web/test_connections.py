"""The pages of connections."""

import pytest

from skillswap_kit.exchange.models import Connection
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Hiding, key

from .meetings import query_count, signed_in, text

pytestmark = pytest.mark.django_db

CONNECTIONS = "/connections/"


@pytest.fixture
def swap(trio):
    return make_swap([trio.amina, trio.bruno], skills=[trio.guitar, trio.python], status="accepted")


@pytest.fixture
def connection(swap):
    return Connection.objects.get()


def remove(connection):
    return f"/connections/{connection.pk}/remove/"


def test_whom_since_when_and_through_what(amina, trio, swap, connection):
    shown = amina.get(CONNECTIONS)
    page = shown.content.decode()
    assert f'href="/members/{key(trio.bruno)}/"' in page
    assert f'href="/swaps/{swap.pk}/"' in page
    assert f'href="/members/{key(trio.bruno)}/propose/"' in page
    assert "Guitar · Python" in text(shown)
    assert "Since" in text(shown)


def test_removing_asks_first_and_the_next_swap_connects_again(amina, trio, connection):
    asked = amina.get(remove(connection))
    assert "connects the two of you again" in text(asked)
    assert "ssk-btn--final" not in asked.content.decode()
    assert "ssk-empty" not in amina.get(CONNECTIONS).content.decode()
    assert amina.post(remove(connection)).url == CONNECTIONS
    assert "ssk-empty" in amina.get(CONNECTIONS).content.decode()
    assert amina.post(remove(connection)).status_code == 404
    again = make_swap([trio.amina, trio.bruno], status="accepted")
    assert f'href="/swaps/{again.pk}/"' in amina.get(CONNECTIONS).content.decode()


def test_strangers_are_sent_to_sign_in(client, connection):
    for path in (CONNECTIONS, remove(connection)):
        assert client.get(path).status_code == 302
    assert client.post(remove(connection)).status_code == 302
    assert Connection.objects.standing().exists()


def test_connections_of_others_are_not_there(trio, connection):
    chiyo = signed_in(trio.chiyo)
    assert chiyo.get(remove(connection)).status_code == 404
    assert chiyo.post(remove(connection)).status_code == 404
    assert "ssk-empty" in chiyo.get(CONNECTIONS).content.decode()
    assert Connection.objects.standing().exists()


def test_hidden_people_are_not_shown(amina, trio, connection):
    update_profile(by=trio.bruno, display_name="Bruno B")
    assert "Bruno B" in text(amina.get(CONNECTIONS))
    Hiding.hidden = [trio.bruno]
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        assert "Bruno B" not in amina.get(CONNECTIONS).content.decode()
        assert amina.get(remove(connection)).status_code == 404
    Hiding.hidden = []


def test_the_list_costs_the_same_whatever_its_length(amina, make_user, trio):
    counts = []
    for number in (2, 18):
        for _ in range(number):
            make_swap([trio.amina, make_user()], status="accepted")
        counts.append(query_count(amina, CONNECTIONS))
    assert counts[0] == counts[1]
