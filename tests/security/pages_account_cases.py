"""Who may do what on the pages about one's own account, where the app accounts is installed."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import SIGNED_IN
from .pages import PageCase, form_cases, page_cases_of


def account_cases() -> Iterator[PageCase]:
    yield PageCase(operation="GET settings", allowed=SIGNED_IN)
    # Sessions are Django's and allauth's rows, which nobody watches here.
    yield from form_cases("sign-out-everywhere", SIGNED_IN, idle=SIGNED_IN)


page_cases_of(account_cases())
