"""Reads that are compiled once answer as the querysets that they are written as."""

import gc
import weakref
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from skillswap_kit.core import prepared
from skillswap_kit.core.prepared import Asking, Prepared, given_user, is_among

pytestmark = pytest.mark.django_db


def users_among():
    users = get_user_model()._default_manager.exclude(pk=given_user("viewer"))
    return users.filter(is_among("pk", "users", get_user_model()._meta.pk)).order_by("pk").values_list("pk", "password")


@pytest.fixture
def people(make_user):
    return sorted((make_user() for _ in range(4)), key=lambda user: user.pk)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_each_call_asks_for_its_own_values(count, people):
    read = Prepared(users_among)
    for viewer in people:
        asked = [user.pk for user in people[:count]]
        expected = [(user.pk, user.password) for user in people[:count] if user != viewer]
        assert sorted(read.rows(viewer=viewer.pk, users=asked)) == expected


def test_a_collection_without_values_is_found_nowhere(people):
    assert Prepared(users_among).rows(viewer=people[0].pk, users=[]) == []


def test_the_statement_is_written_once(people, django_assert_num_queries):
    read = Prepared(users_among)
    read.rows(viewer=people[0].pk, users=[people[1].pk])
    with patch.object(QuerySet, "values_list", side_effect=AssertionError), django_assert_num_queries(1):
        assert len(read.rows(viewer=people[0].pk, users=[user.pk for user in people])) == 3


def test_no_connection_is_kept(people):
    """That of a thread goes with it, and values are converted by the one that is asked."""
    users, now, asked = get_user_model()._default_manager, timezone.now(), [people[0].pk]
    users.filter(pk__in=asked).update(last_login=now)
    read = Prepared(lambda: users.filter(is_among("pk", "users", users.model._meta.pk)).values_list("pk", "last_login"))
    expected = [(people[0].pk, now)]
    first = connection.copy()
    first.connection = connection.connection
    with patch.object(prepared, "connections", {connection.alias: first}):
        assert read.rows(users=asked) == expected
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None
    assert read.rows(users=asked) == expected


def test_objects_are_those_of_the_queryset(people):
    users = get_user_model()._default_manager
    read = Prepared(lambda: users.filter(is_among("pk", "users", get_user_model()._meta.pk)).order_by("pk"))
    found = read.objects(users=[user.pk for user in people[1:]])
    assert [vars(user) | {"_state": None} for user in found] == [
        vars(user) | {"_state": None} for user in users.filter(pk__in=[user.pk for user in people[1:]]).order_by("pk")
    ]
    assert not found[0]._state.adding


def test_a_missing_value_is_no_value(people):
    with pytest.raises(KeyError):
        Prepared(users_among).rows(viewer=people[0].pk)


def test_whoever_asks_is_signed_in_and_known_by_a_key_alone():
    assert Asking().is_authenticated
    assert Asking().pk.name == "viewer"
