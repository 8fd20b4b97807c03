"""Doing it twice is doing it once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.idempotency import Answer, KeyReused, forget_old_records, once, remembered
from skillswap_kit.core.models import Event, IdempotencyRecord

pytestmark = pytest.mark.django_db


def ask(fingerprint="a", act=None):
    def create():
        Event.objects.create(name="tests.done")
        return Answer(status_code=201, body={"id": 1})

    return remembered(scope="user:1", key="k", fingerprint=fingerprint, act=act or create)


def test_the_first_answer_is_repeated():
    first, second = ask(), ask()
    assert (first.repeated, second.repeated) == (False, True)
    assert (second.status_code, second.body) == (201, {"id": 1})
    assert Event.objects.count() == 1


def test_another_request_under_the_same_key_is_refused():
    ask()
    with pytest.raises(KeyReused):
        ask(fingerprint="b")


def test_a_refused_request_can_be_tried_again():
    def refuse():
        Event.objects.create(name="tests.half_done")
        raise InvalidInput

    with pytest.raises(InvalidInput):
        ask(act=refuse)
    assert not Event.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert ask().repeated is False


def test_scopes_are_separate():
    ask()
    other = remembered(scope="user:2", key="k", fingerprint="a", act=lambda: Answer(status_code=200, body=None))
    assert other.repeated is False


def test_a_key_may_be_long():
    done = []
    for _ in range(2):
        once("mail:" + "x" * 500, lambda: done.append(1))
    once("mail:" + "x" * 501, lambda: done.append(2))
    assert done == [1, 2]


def test_once_happens_once_and_a_failure_does_not_count():
    done = []
    with pytest.raises(ZeroDivisionError):
        once("mail:1", lambda: 1 / 0)
    once("mail:1", lambda: done.append(1))
    once("mail:1", lambda: done.append(2))
    assert done == [1]


def test_answers_are_forgotten_after_a_day_and_marks_with_their_events():
    ask()
    once("mail:1", list)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_old_records() == 1
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert forget_old_records() == 1
    assert not IdempotencyRecord.objects.exists()
