"""What the database gave up for somebody else is done again, whole."""

import pytest
from django.db import OperationalError

from skillswap_kit.core.models import Event
from skillswap_kit.core.transactions import ATTEMPTS, kit_atomic

DEADLOCK = OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")
FULL_DISK = OperationalError(1114, "The table is full")


class Service:
    """Writes a row and then fails as often as it is told to."""

    def __init__(self, failures, error=DEADLOCK):
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self, *, name):
        self.calls += 1
        Event.objects.create(name=name)
        if self.calls <= self.failures:
            raise self.error
        return name


def written():
    return list(Event.objects.values_list("name", flat=True))


@pytest.mark.parametrize("failures", range(ATTEMPTS))
def test_a_victim_of_a_deadlock_is_done_again(transactional_db, failures):
    service = Service(failures)
    assert kit_atomic()(service)(name="test.done") == "test.done"
    assert service.calls == failures + 1
    assert written() == ["test.done"]


def test_not_for_ever(transactional_db):
    service = Service(failures=100)
    with pytest.raises(OperationalError, match="Deadlock"):
        kit_atomic()(service)(name="test.done")
    assert service.calls == ATTEMPTS
    assert written() == []


def test_another_failure_is_final(transactional_db):
    service = Service(failures=1, error=FULL_DISK)
    with pytest.raises(OperationalError, match="full"):
        kit_atomic()(service)(name="test.done")
    assert service.calls == 1


def test_within_a_transaction_of_the_host_only_the_host_can_begin_anew(transactional_db):
    service = Service(failures=1)
    with pytest.raises(OperationalError), kit_atomic():
        kit_atomic()(service)(name="test.done")
    assert service.calls == 1
    assert written() == []
