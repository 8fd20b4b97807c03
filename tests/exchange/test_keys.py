"""Unique columns that stand for people: whatever the keys of the host's user model look like."""

from types import SimpleNamespace

import pytest

from skillswap_kit.core.locking import unique_key
from skillswap_kit.exchange.models import Connection, Listing
from skillswap_kit.exchange.models.listings import listing_open_key
from skillswap_kit.exchange.services.connections import ordered_pair, pair_key
from skillswap_kit.exchange.services.proposals import terms_key


def people(*keys):
    return [SimpleNamespace(pk=key) for key in keys]


def test_long_keys_fit():
    long = "auth0|" + "x" * 200
    assert len(listing_open_key(long, "offer", 1)) == Listing._meta.get_field("open_key").max_length
    assert len(pair_key(*people(long, long + "y"))) == Connection._meta.get_field("pair_key").max_length


def test_keys_with_separators_are_not_mixed_up():
    assert pair_key(*people("a:b", "c")) != pair_key(*people("a", "b:c"))
    assert terms_key(["a,b", "c"], [1]) != terms_key(["a", "b,c"], [1])


def test_the_order_of_a_pair_or_a_group_does_not_matter():
    assert pair_key(*ordered_pair(*people(2, 10))) == pair_key(*ordered_pair(*people(10, 2)))
    assert terms_key(["b", "a"], [2, 10]) == terms_key(["a", "b"], [10, 2])


@pytest.mark.parametrize("other", ["A", "a ", "á", "🎹"])
def test_texts_that_a_database_may_take_for_equal_have_keys_of_their_own(other):
    assert unique_key("🎸" if other == "🎹" else "a") != unique_key(other)
