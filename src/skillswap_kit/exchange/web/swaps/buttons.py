"""The commands of a swap as buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from ...models import Swap

if TYPE_CHECKING:
    from .shown import ShownSwap


@dataclass(frozen=True, kw_only=True)
class Button:
    """A command that the viewer may give; ``name`` and ``value`` are of a field that it sends."""

    text: Any
    url: str
    is_post: bool = False
    is_main: bool = False
    name: str = ""
    value: Any = None


@dataclass(frozen=True)
class Look:
    """How a command is offered: by a link to a page of its own, or by a button that gives it at once."""

    label: Any
    route: str
    is_post: bool = False
    is_next: bool = True
    """Whether it is what comes next, and so may be the button that catches the eye."""
    is_quick: bool = True
    """Whether it is offered in lists too."""


LOOKS: Mapping[str, Look] = {
    "accept": Look(gettext_lazy("Accept"), "swap-accept", is_post=True),
    "review": Look(gettext_lazy("Write a review"), "review-add"),
    "confirm": Look(gettext_lazy("Confirm what I received"), "swap-confirm"),
    "request_session": Look(gettext_lazy("Ask for a session"), "session-add"),
    "start": Look(gettext_lazy("We have begun"), "swap-start", is_post=True, is_next=False, is_quick=False),
    "change": Look(gettext_lazy("Change the proposal"), "swap-change", is_next=False, is_quick=False),
    "decline": Look(gettext_lazy("Decline"), "swap-decline", is_next=False),
    "cancel": Look(gettext_lazy("Cancel the swap"), "swap-cancel", is_next=False, is_quick=False),
}
"""By the name of the rule, the likely ones first."""
WITHDRAW = gettext_lazy("Withdraw the proposal")


def buttons_for(shown: ShownSwap, *, is_list: bool = False) -> list[Button]:
    """What the viewer may do, what comes next first; in a list, the quick ones alone."""
    # In a list only the title tells one "Accept" from another.
    about = shown.title if is_list else ""
    actions = _in_order(shown)
    return [
        _button(shown.swap, action, is_first=action == actions[0], about=about)
        for action in actions
        if LOOKS[action].is_quick or not is_list
    ]


def _in_order(shown: ShownSwap) -> list[str]:
    """Before anything has begun, meeting comes before confirming."""
    if shown.swap.status != Swap.Status.ACCEPTED or shown.has_begun:
        return shown.actions
    return sorted(shown.actions, key=lambda action: action != "request_session")


def _button(swap: Swap, action: str, *, is_first: bool, about: str) -> Button:
    look = LOOKS[action]
    is_withdrawal = action == "cancel" and swap.status == Swap.Status.PROPOSED
    label = WITHDRAW if is_withdrawal else look.label
    return Button(
        text=format_html('<span>{}<span class="ssk-hidden">: {}</span></span>', label, about) if about else label,
        url=swap_url(swap, look.route),
        is_post=look.is_post,
        is_main=look.is_next and is_first,
        name="version" if action == "accept" else "",
        value=swap.version,
    )


def swap_url(swap: Swap, route: str = "swap") -> str:
    return reverse(f"skillswap_exchange:{route}", kwargs={"pk": swap.pk})
