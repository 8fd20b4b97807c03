"""What every policy must do. Inherit, name yours, and run the class with pytest or together with a ``TestCase``.

With pytest-django mark the class with ``@pytest.mark.django_db``.
"""
# ruff: noqa: S101 (pytest explains plain assertions)

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext, override_settings

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.policies import BaseContactPolicy, contributed_contact_policies, may_contact
from skillswap_kit.core.types import User
from skillswap_kit.exchange.exceptions import CannotContact, InvalidTransition
from skillswap_kit.exchange.models import Profile, Swap, SwapLeg
from skillswap_kit.exchange.policies import BaseCancellationPolicy, BaseSettlement
from skillswap_kit.exchange.services import cancel_swap, confirm_legs

from .factories import make_member
from .settings import override_skillswap
from .swaps import make_swap


def _path(policy_class: type) -> str:
    return f"{policy_class.__module__}.{policy_class.__qualname__}"


def _refused(do: Callable[[], object], error: type[Exception]) -> bool:
    try:
        with transaction.atomic():
            do()
    except error:
        return True
    return False


class SettlementContract(ABC):
    """Subclass it as ``class TestMySettlement(SettlementContract)``. The settlement must be importable by its path."""

    settlement_class: type[BaseSettlement]
    points: int = 10
    """What is asked for in a swap for points."""

    @abstractmethod
    def make_user(self) -> User:
        """Somebody new with an active account, who can pay ``points``."""

    def holdings(self) -> Any:
        """All that the settlement moves, to be compared: balances and what is put aside. None if it moves nothing."""
        return None

    def test_it_settles_some_kinds_of_swap(self) -> None:
        assert issubclass(self.settlement_class, BaseSettlement)
        assert self.settlement_class.kinds
        assert self.settlement_class.kinds <= set(Swap.Kind)

    def test_only_its_kinds_can_be_proposed(self) -> None:
        for kind in Swap.Kind:
            is_refused = _refused(lambda kind=kind: self._make_swap(kind), InvalidInput)  # type: ignore[misc]
            assert is_refused == (kind not in self.settlement_class.kinds), kind

    def test_a_step_taken_twice_is_taken_once(self) -> None:
        for swap, legs in self._proposed():
            settlement = self.settlement_class()
            self._check_once(lambda: settlement.reserve(swap, legs))  # noqa: B023 (called at once)
            self._check_once(lambda: settlement.pay(swap, legs[0]))  # noqa: B023
            self._check_once(lambda: settlement.release(swap, legs[1:]))  # noqa: B023

    def _check_once(self, step: Callable[[], None]) -> None:
        with transaction.atomic():
            step()
            once = self.holdings()
            step()
            assert self.holdings() == once

    def test_release_gives_back_what_was_reserved(self) -> None:
        for swap, legs in self._proposed():
            before = self.holdings()
            with transaction.atomic():
                self.settlement_class().reserve(swap, legs)
                self.settlement_class().release(swap, legs)
            assert self.holdings() == before, swap.kind

    def test_release_of_what_was_never_reserved_changes_nothing(self) -> None:
        for swap, legs in self._proposed():
            before = self.holdings()
            with transaction.atomic():
                self.settlement_class().release(swap, legs)
            assert self.holdings() == before, swap.kind

    def test_swaps_of_its_kinds_complete(self) -> None:
        for kind in self.settlement_class.kinds:
            assert self._make_swap(kind, status=Swap.Status.COMPLETED).status == Swap.Status.COMPLETED, kind

    def _proposed(self) -> Iterator[tuple[Swap, list[SwapLeg]]]:
        for kind in sorted(self.settlement_class.kinds):
            swap = self._make_swap(kind)
            yield swap, list(swap.legs.all())

    def _make_swap(self, kind: str, status: str = Swap.Status.PROPOSED) -> Swap:
        people = [self.make_user() for _ in range(3 if kind == Swap.Kind.CIRCLE else 2)]
        points = self.points if kind == Swap.Kind.POINTS else 0
        with override_skillswap(EXCHANGE_SETTLEMENT=_path(self.settlement_class)):
            return make_swap(people, kind=kind, points=points, status=status)


class CancellationPolicyContract(ABC):
    """Subclass it as ``class TestMyPolicy(CancellationPolicyContract)``. The policy must be importable by its path."""

    policy_class: type[BaseCancellationPolicy]

    @abstractmethod
    def make_user(self) -> User:
        """Somebody new with an active account."""

    def test_it_is_a_cancellation_policy(self) -> None:
        assert issubclass(self.policy_class, BaseCancellationPolicy)

    def test_it_answers_yes_or_no_for_every_running_swap(self) -> None:
        for swap, _ in self._running():
            assert isinstance(self._answer(swap), bool), swap.status

    def test_it_only_reads(self) -> None:
        for swap, _ in self._running():
            with CaptureQueriesContext(connection) as queries:
                self._answer(swap)
            assert all(query["sql"].upper().startswith("SELECT") for query in queries), queries.captured_queries

    def test_cancelling_follows_it(self) -> None:
        for swap, proposer in self._running():
            answer = self._answer(swap)
            with override_skillswap(EXCHANGE_CANCELLATION_POLICY=_path(self.policy_class)):
                is_refused = _refused(lambda: cancel_swap(swap=swap, by=proposer), InvalidTransition)  # noqa: B023
            assert is_refused != answer, swap.status

    def _answer(self, swap: Swap) -> bool:
        return self.policy_class().may_cancel(swap, list(swap.legs.all()))

    def _running(self) -> Iterator[tuple[Swap, User]]:
        """An accepted swap, one that was started, and one of which a half is confirmed; each with who proposed it."""
        for status, is_half_done in (
            (Swap.Status.ACCEPTED, False),
            (Swap.Status.IN_PROGRESS, False),
            (Swap.Status.IN_PROGRESS, True),
        ):
            people = [self.make_user(), self.make_user()]
            swap = make_swap(people, status=status)
            if is_half_done:
                confirm_legs(swap=swap, by=people[1])
            yield swap, people[0]


class ContactPolicyContract(ABC):
    """Subclass it as ``class TestMyPolicy(ContactPolicyContract)``. The policy must be importable by its path."""

    policy_class: type[BaseContactPolicy]
    is_symmetric: bool = True
    """Whether each of two people is hidden from the other. Where it is false, the second may see the first."""

    @abstractmethod
    def make_hidden_pair(self) -> tuple[User, User]:
        """Two new people with active accounts; the second is hidden from the first."""

    @abstractmethod
    def make_free_pair(self) -> tuple[User, User]:
        """Two new people with active accounts whom nothing keeps apart."""

    def test_it_answers_with_a_queryset_that_is_not_run(self) -> None:
        person, _ = self.make_hidden_pair()
        with CaptureQueriesContext(connection) as queries:
            answer = self.policy_class().hidden_from(person)
        assert isinstance(answer, QuerySet)
        assert not queries.captured_queries, "Every list asks: it must become a part of the list's own query."

    def test_nobody_is_hidden_from_themselves(self) -> None:
        for person in (*self.make_hidden_pair(), *self.make_free_pair()):
            # Nor are they where a NULL among the keys makes NOT IN false for everybody.
            seen = get_user_model()._default_manager.exclude(pk__in=self.policy_class().hidden_from(person))
            assert seen.filter(pk=person.pk).exists()

    def test_people_whom_it_hides_do_not_meet(self) -> None:
        person, hidden = self.make_hidden_pair()
        assert not self._meets(person, hidden)
        assert self._meets(hidden, person) != self.is_symmetric

    def test_other_people_meet(self) -> None:
        person, other = self.make_free_pair()
        assert self._meets(person, other)
        assert self._meets(other, person)

    def test_whom_it_hides_cannot_be_asked_for_a_swap(self) -> None:
        with self._in_force():
            person, hidden = self.make_hidden_pair()
            assert _refused(lambda: make_swap([person, hidden]), CannotContact)
            assert _refused(lambda: make_swap([hidden, person]), CannotContact)
            assert not _refused(lambda: make_swap(self.make_free_pair()), CannotContact)

    def _meets(self, person: User, other: User) -> bool:
        """Whether one may reach the other; finding their profile is the same question."""
        with self._in_force():
            reaches = may_contact(person, other)
            profile = make_member(other)
            assert Profile.objects.visible_to(person).filter(pk=profile.pk).exists() == reaches
            return reaches

    def _in_force(self) -> override_settings:
        paths = dict.fromkeys([*contributed_contact_policies(), _path(self.policy_class)])
        return override_skillswap(CONTACT_POLICIES=list(paths))
