"""Questions that the exchange asks and that others may answer better."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.policies import load_policy

from .conf import exchange_settings
from .models import Swap, SwapLeg


class BaseSettlement(ABC):
    """Moves value when a swap moves. Every method runs inside the swap's transaction and may refuse by raising.

    Calling one twice for the same swap and leg must change nothing the second time.
    """

    kinds: ClassVar[frozenset[str]]
    """The kinds of swap that can be settled."""

    def check(self, swap: Swap, legs: Sequence[SwapLeg]) -> None:
        """A proposal or a changed one: raise InvalidInput if it could never be settled."""
        if swap.kind not in self.kinds:
            raise InvalidInput(_("This site has no swaps of this kind."), fields={"legs": [_("Not of this kind.")]})

    @abstractmethod
    def reserve(self, swap: Swap, legs: Sequence[SwapLeg]) -> None:
        """Everybody accepted: put aside what is owed, or raise."""

    @abstractmethod
    def pay(self, swap: Swap, leg: SwapLeg) -> None:
        """A leg is confirmed: hand over what it costs."""

    @abstractmethod
    def release(self, swap: Swap, legs: Sequence[SwapLeg]) -> None:
        """These legs will not take place: give back what was put aside, if anything was."""


class NoSettlement(BaseSettlement):
    """Plain barter and gifts: nothing is owed."""

    kinds = frozenset({Swap.Kind.BARTER, Swap.Kind.GIFT, Swap.Kind.CIRCLE})

    def reserve(self, swap: Swap, legs: Sequence[SwapLeg]) -> None:
        pass

    def pay(self, swap: Swap, leg: SwapLeg) -> None:
        pass

    def release(self, swap: Swap, legs: Sequence[SwapLeg]) -> None:
        pass


def get_settlement() -> BaseSettlement:
    settlement: BaseSettlement = load_policy(exchange_settings.SETTLEMENT)
    return settlement


class BaseCancellationPolicy(ABC):
    """Says until when an accepted swap can be cancelled by a participant."""

    @abstractmethod
    def may_cancel(self, swap: Swap, legs: Sequence[SwapLeg]) -> bool:
        """Whether any participant may end this running swap."""


class CancelUntilFirstConfirmation(BaseCancellationPolicy):
    """As long as nobody has received anything."""

    def may_cancel(self, swap: Swap, legs: Sequence[SwapLeg]) -> bool:
        return all(leg.status == SwapLeg.Status.OPEN for leg in legs)


def get_cancellation_policy() -> BaseCancellationPolicy:
    policy: BaseCancellationPolicy = load_policy(exchange_settings.CANCELLATION_POLICY)
    return policy
