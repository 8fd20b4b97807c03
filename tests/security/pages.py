"""Every page by URLconf, what is asked of it and who may: as ``operations`` and ``cases`` for the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from django.apps import apps
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.web.pages import KitPage
from skillswap_kit.exchange.models import Connection, Listing, Review, Session, Swap

from .cases import NOBODY, Body, Case, nothing
from .operations import Endpoint, leaves
from .world import OUTSIDE, TOKEN, World, content, leaked

METHODS = ("get", "post", "put", "patch", "delete")
SEE_OTHER = 302


@dataclass(frozen=True)
class Page(Endpoint):
    """One method of one page; ``name`` is that of its route."""

    view: type[KitPage]
    name: str

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def page_view(callback: Any) -> type[KitPage] | None:
    view = getattr(callback, "view_class", None)
    return view if isinstance(view, type) and issubclass(view, KitPage) else None


@cache
def pages() -> tuple[Page, ...]:
    """Every page that the URLconf leads to, once for each of its methods."""
    found = []
    for route, pattern in leaves(get_resolver().url_patterns):
        if view := page_view(pattern.callback):
            methods = [method.upper() for method in METHODS if hasattr(view, method)]
            found += [Page(method, route, view, str(pattern.name)) for method in methods]
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class PageCase(Case):
    """A request to one page about one thing: ``operation`` is ``"GET swap"``.

    Strangers are sent to sign in unless it is ``public``. ``lists`` says to whom it links to what.
    """

    query: Body = nothing
    """What stands in the address of a POST."""
    idle: frozenset[str] = NOBODY
    """Who may, but has nothing that it could be done to."""
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Who reads what on the page; nobody else reads it."""

    def expected(self, role: str) -> set[int]:
        if role in self.allowed:
            return {200} if self.operation.startswith("GET ") else {SEE_OTHER}
        if role in OUTSIDE and not self.public:
            return {SEE_OTHER}
        return super().expected(role)

    def sends_to_sign_in(self, role: str) -> bool:
        return role in OUTSIDE and not self.public


PAGE_CASES: list[PageCase] = []


def page_cases_of(cases: Iterable[PageCase]) -> None:
    """Registers the cases of some pages."""
    PAGE_CASES.extend(cases)


def form_cases(
    name: str,
    allowed: frozenset[str],
    body: Body = nothing,
    *,
    query: Body = nothing,
    refused: Mapping[str, int] | None = None,
    idle: frozenset[str] = NOBODY,
    **keys: str,
) -> Iterator[PageCase]:
    """A page with a form: whoever may open it may send it, and the others do neither."""
    about: dict[str, Any] = {"allowed": allowed, "refused": refused or {}, "keys": keys}
    yield PageCase(operation=f"GET {name}", body=query, **about)
    yield PageCase(operation=f"POST {name}", body=body, query=query, idle=idle, **about)


def all_page_cases() -> list[PageCase]:
    from . import pages_listing_cases, pages_matching_cases, pages_swap_cases  # noqa: F401

    if apps.is_installed("skillswap_kit.accounts"):
        from . import pages_account_cases  # noqa: F401

    return PAGE_CASES


def by_page() -> dict[Page, list[PageCase]]:
    """The cases of every page; the suite fails where there is none."""
    named: dict[str, list[PageCase]] = {}
    for case in all_page_cases():
        named.setdefault(case.operation, []).append(case)
    return {page: named.get(str(page), []) for page in pages()}


def page_pairs() -> list[tuple[Page, PageCase]]:
    return [(page, case) for page, cases in by_page().items() for case in cases]


@dataclass(frozen=True)
class Asked:
    """A request of somebody to a page, and its answer."""

    page: Page
    role: str
    address: str
    answer: Any = field(compare=False)

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    @property
    def html(self) -> str:
        return content(self.answer).decode()

    @property
    def location(self) -> str:
        return str(self.answer.headers.get("Location", ""))

    @property
    def is_sent_to_sign_in(self) -> bool:
        return self.status == SEE_OTHER and self.location == redirect_to_login(self.address).url

    def told(self) -> tuple[Any, ...]:
        """All that can be told from the answer, but for the address asked for and what is new each time."""
        html = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", self.html)
        moments = {"Expires", "Content-Length"}
        headers = {name: value for name, value in self.answer.headers.items() if name not in moments}
        return self.status, self._unnamed(html), {name: self._unnamed(value) for name, value in headers.items()}

    def _unnamed(self, text: str) -> str:
        path = self.address.partition("?")[0]
        for address in (self.address, path):
            for written in (address, escape(address), quote(address), quote(address, safe="")):
                text = text.replace(written, "[address]")
        return text


@contextmanager
def cookies_kept(browser: Client) -> Iterator[None]:
    """Whatever a page does to the cookies is taken back: what it has to say next, and signing out."""
    kept = deepcopy(browser.cookies)
    try:
        yield
    finally:
        browser.cookies = kept


def visit(
    world: World,
    page: Page,
    role: str,
    keys: Mapping[str, Any],
    body: Any = None,
    *,
    query: Any = None,
    token: str = TOKEN,
) -> Asked:
    """Somebody opens a page, or sends its form. Whoever asks for whatever, the answer gives nothing away."""
    browser = world.browser(role)
    asked = body if not page.writes else query
    address = page.address({name: written_key(key) for name, key in keys.items()})
    if asked:
        address += f"?{urlencode(asked, doseq=True, errors='surrogatepass')}"
    form = {"csrfmiddlewaretoken": token, **(body or {})} if page.writes else None
    with cookies_kept(browser):
        answer = getattr(browser, page.method.lower())(address, form)
    assert not leaked(answer, role), f"{page} tells {role} {leaked(answer, role)}"
    return Asked(page, role, address, answer)


def visit_as_case(
    world: World, page: Page, case: PageCase, role: str, *, more: Mapping[str, Any] | None = None, token: str = TOKEN
) -> Asked:
    """What the case says, with ``more`` in the form."""
    me = world.people.get(role)
    body, query = case.body(world, me), case.query(world, me)
    if more:
        body = {**more, **(body or {})}
    return visit(world, page, role, case.real_keys(world), body, query=query, token=token)


ADDRESSES = {
    Connection: "connections",
    Listing: "listings",
    Session: "sessions",
    Swap: "swaps",
    Review: "reviews",
}
"""The part of an address that the key of such a thing follows, on whatever page about it."""


def links_to(asked: Asked, thing: Model) -> bool:
    """Whether a page has a link or a button about something."""
    part, key = ADDRESSES.get(type(thing), "members"), re.escape(str(written_key(thing.pk)))
    return re.search(rf'(?:href|action|src)="[^"]*/{part}/{key}/', asked.html) is not None
