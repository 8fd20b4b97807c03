"""What the pages about one swap have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property

from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import RowMixin

from ...models import Session, Swap
from ...models.swaps import SwapQuerySet
from ...services.rules import SWAP_RULES
from ..checked import CheckedPage
from ..pages import ExchangePage
from .shown import ShownSwap


def joined(swaps: SwapQuerySet, viewer: User) -> SwapQuerySet:
    """With all that showing them needs, in a constant number of queries; ``has_met``: whether the viewer ever did."""
    sessions = Session.objects.visible_to(viewer).filter(swap=OuterRef("pk"), status=Session.Status.COMPLETED)
    shown = swaps.with_message().with_neighbours(viewer).with_people().prefetch_related("reviews")
    return shown.annotate(has_met=Exists(sessions))


class SwapPage(RowMixin, ExchangePage):
    """About a swap of the viewer's; for anybody else it is not there."""

    model = Swap

    def related(self, rows: SwapQuerySet) -> SwapQuerySet:
        return joined(rows, self.person)

    @cached_property
    def shown(self) -> ShownSwap:
        self.people.add(participant.user for participant in self.row.participants.all())
        return ShownSwap(self.row, self.person, self.people)

    def reread(self) -> None:
        """Show from now on what the swap has become."""
        for name in ("row", "shown"):
            self.__dict__.pop(name, None)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "shown": self.shown, "swap": self.row}


class SwapActionPage(SwapPage, CheckedPage):
    """A page for something that is done with the swap: while its rule forbids it, the page says why."""

    action: ClassVar[str]
    """A key of ``SWAP_RULES``."""

    def check(self) -> None:
        SWAP_RULES[self.action](self.row, self.shown.me)

    def home_url(self) -> str:
        return self.shown.url
