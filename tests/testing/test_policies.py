"""The kit's own policies keep the contracts, and planted faults break them."""

from __future__ import annotations

from itertools import count

import pytest
from django.contrib.auth import get_user_model
from django.test import TestCase

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.policies import BaseContactPolicy
from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.policies import (
    BaseCancellationPolicy,
    BaseSettlement,
    CancelUntilFirstConfirmation,
    NoSettlement,
)
from skillswap_kit.testing.policies import CancellationPolicyContract, ContactPolicyContract, SettlementContract

_numbers = count(1)


def new_user(prefix="somebody"):
    user_model = get_user_model()
    names = {user_model.get_email_field_name(), user_model.USERNAME_FIELD}
    address = f"{prefix}{next(_numbers)}@example.org"
    return user_model._default_manager.create_user(password="secret", **dict.fromkeys(names, address))


class Escrow:
    """What a ledger would hold: the legs whose price is put aside, and those that are paid."""

    def __init__(self):
        self.reserved, self.paid = set(), set()

    def state(self):
        return frozenset(self.reserved), frozenset(self.paid)


escrow = Escrow()


@pytest.fixture(autouse=True)
def empty_escrow():
    # Keys come again in the next test.
    escrow.reserved, escrow.paid = set(), set()


class EscrowSettlement(BaseSettlement):
    kinds = frozenset({Swap.Kind.POINTS, Swap.Kind.GIFT})

    def reserve(self, swap, legs):
        escrow.reserved |= {leg.pk for leg in legs if leg.points and leg.pk not in escrow.paid}

    def pay(self, swap, leg):
        if leg.pk in escrow.reserved:
            escrow.reserved.remove(leg.pk)
            escrow.paid.add(leg.pk)

    def release(self, swap, legs):
        escrow.reserved -= {leg.pk for leg in legs}


class TestNoSettlement(SettlementContract, TestCase):
    settlement_class = NoSettlement

    def make_user(self):
        return new_user()


@pytest.mark.django_db
class TestEscrowSettlement(SettlementContract):
    settlement_class = EscrowSettlement

    def make_user(self):
        return new_user()

    def holdings(self):
        return escrow.state()


class TestCancelUntilFirstConfirmation(CancellationPolicyContract, TestCase):
    policy_class = CancelUntilFirstConfirmation

    def make_user(self):
        return new_user()


class Never(BaseCancellationPolicy):
    def may_cancel(self, swap, legs):
        return False


@pytest.mark.django_db
class TestNever(CancellationPolicyContract):
    policy_class = Never

    def make_user(self):
        return new_user()


def named(prefix):
    user_model = get_user_model()
    return user_model._default_manager.filter(**{f"{user_model.USERNAME_FIELD}__startswith": prefix})


class KeepsGuestsAmongThemselves(BaseContactPolicy):
    def hidden_from(self, user):
        is_guest = user.get_username().startswith("guest")
        guests = named("guest").values("pk")
        return get_user_model()._default_manager.exclude(pk__in=guests).values("pk") if is_guest else guests


@pytest.mark.django_db
class TestKeepsGuestsAmongThemselves(ContactPolicyContract):
    policy_class = KeepsGuestsAmongThemselves

    def make_hidden_pair(self):
        return new_user("guest"), new_user()

    def make_free_pair(self):
        return new_user("guest"), new_user("guest")


class GuestsSeeOnlyGuests(KeepsGuestsAmongThemselves):
    def hidden_from(self, user):
        hidden = super().hidden_from(user)
        return hidden if user.get_username().startswith("guest") else hidden.none()


class TestGuestsSeeOnlyGuests(TestKeepsGuestsAmongThemselves, TestCase):
    policy_class = GuestsSeeOnlyGuests
    is_symmetric = False


# Planted faults


class TakesTwice(EscrowSettlement):
    def reserve(self, swap, legs):
        escrow.reserved.add(len(escrow.reserved))


class KeepsWhatItReserved(EscrowSettlement):
    def release(self, swap, legs):
        pass


class RefusesItsOwnKind(EscrowSettlement):
    def check(self, swap, legs):
        raise InvalidInput


class HidesEverybody(BaseContactPolicy):
    def hidden_from(self, user):
        return get_user_model()._default_manager.values("pk")


class HidesNobody(BaseContactPolicy):
    def hidden_from(self, user):
        return get_user_model()._default_manager.none().values("pk")


class FetchesKeys(KeepsGuestsAmongThemselves):
    def hidden_from(self, user):
        return get_user_model()._default_manager.filter(
            pk__in=list(super().hidden_from(user).values_list("pk", flat=True))
        )


class Undecided(BaseCancellationPolicy):
    def may_cancel(self, swap, legs):
        return None


class Writes(BaseCancellationPolicy):
    def may_cancel(self, swap, legs):
        return bool(Swap.objects.filter(pk=swap.pk).update(close_reason="cancelled"))


@pytest.mark.parametrize(
    ("settlement", "broken"),
    [
        (TakesTwice, "test_a_step_taken_twice_is_taken_once"),
        (KeepsWhatItReserved, "test_release_gives_back_what_was_reserved"),
        (RefusesItsOwnKind, "test_only_its_kinds_can_be_proposed"),
    ],
)
def test_a_faulty_settlement_breaks_the_contract(settlement, broken, db):
    contract = TestEscrowSettlement()
    contract.settlement_class = settlement
    with pytest.raises(AssertionError):
        getattr(contract, broken)()


@pytest.mark.parametrize(
    ("policy", "broken"),
    [
        (HidesEverybody, "test_nobody_is_hidden_from_themselves"),
        (HidesEverybody, "test_other_people_meet"),
        (HidesNobody, "test_people_whom_it_hides_do_not_meet"),
        (HidesNobody, "test_whom_it_hides_cannot_be_asked_for_a_swap"),
        (GuestsSeeOnlyGuests, "test_people_whom_it_hides_do_not_meet"),
        (FetchesKeys, "test_it_answers_with_a_queryset_that_is_not_run"),
    ],
)
def test_a_faulty_contact_policy_breaks_the_contract(policy, broken, db):
    contract = TestKeepsGuestsAmongThemselves()
    contract.policy_class = policy
    with pytest.raises(AssertionError):
        getattr(contract, broken)()


@pytest.mark.parametrize(
    ("policy", "broken"),
    [
        (Undecided, "test_it_answers_yes_or_no_for_every_running_swap"),
        (Writes, "test_it_only_reads"),
    ],
)
def test_a_faulty_cancellation_policy_breaks_the_contract(policy, broken, db):
    contract = TestNever()
    contract.policy_class = policy
    with pytest.raises(AssertionError):
        getattr(contract, broken)()
