"""The commands about a swap: each asks its service and leads back to the swap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from skillswap_kit.core.web.pages import CommandPage

from ...conf import exchange_settings
from ...models import Swap
from ...services import accept_swap, cancel_swap, confirm_legs, decline_swap, start_swap
from ...services.rules import legs_to_confirm
from ..forms import ReasonForm
from .base import SwapActionPage
from .forms import AcceptForm, ConfirmForm, show_version


class SwapCommand(SwapActionPage, CommandPage):
    template_name = "skillswap_exchange/swaps/command.html"
    command: ClassVar[Callable[..., Swap]]

    def perform(self, data: dict[str, Any]) -> Swap:
        try:
            return type(self).command(swap=self.row, by=self.person, **data)
        finally:
            self.reread()


class AcceptPage(SwapCommand):
    action = "accept"
    command = staticmethod(accept_swap)
    form_class = AcceptForm
    title = _("Accept this proposal?")
    submit = _("Accept")
    done = _("You accepted.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.row.version}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        show_version(context.get("form"), self.row.version)
        return super().render(status=status, **context)


class DeclinePage(SwapCommand):
    action = "decline"
    command = staticmethod(decline_swap)
    form_class = ReasonForm
    title = _("Decline this proposal?")
    explanation = _("For everybody in it, it is over then.")
    submit = _("Decline")
    done = _("You declined.")
    is_final = True


class CancelPage(SwapCommand):
    action = "cancel"
    command = staticmethod(cancel_swap)
    form_class = ReasonForm
    is_final = True

    @property
    def is_withdrawal(self) -> bool:
        return bool(self.row.status == Swap.Status.PROPOSED)

    def get_title(self) -> Any:
        return _("Withdraw this proposal?") if self.is_withdrawal else _("Cancel this swap?")

    def get_context(self) -> dict[str, Any]:
        ends = _("It ends for everybody, and its coming sessions too.")
        explanation = _("Nobody can accept it then.") if self.is_withdrawal else ends
        return {**super().get_context(), "explanation": explanation}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        submit = _("Withdraw the proposal") if self.is_withdrawal else _("Cancel the swap")
        return super().render(status=status, submit=submit, **context)


class StartPage(SwapCommand):
    action = "start"
    command = staticmethod(start_swap)
    title = _("Has your swap begun?")
    submit = _("We have begun")
    done = _("Have fun learning.")


class ConfirmPage(SwapCommand):
    action = "confirm"
    command = staticmethod(confirm_legs)
    form_class = ConfirmForm
    title = _("Have you received this?")
    submit = _("Confirm")
    done = _("Thank you. It is confirmed.")

    def get_form_options(self) -> dict[str, Any]:
        return {"legs": legs_to_confirm(self.row, self.shown.me)}

    def get_initial(self) -> dict[str, Any]:
        return {"leg": self.request.GET["leg"]} if "leg" in self.request.GET else {}

    def get_context(self) -> dict[str, Any]:
        days = exchange_settings.AUTO_CONFIRM_DAYS
        by_itself = ngettext(
            "What nobody confirms is confirmed by itself %(days)s day after the last session.",
            "What nobody confirms is confirmed by itself %(days)s days after the last session.",
            days,
        ) % {"days": days}
        ends = _("This cannot be undone. When everybody has confirmed, the swap is completed.")
        return {**super().get_context(), "explanation": f"{ends} {by_itself}"}
