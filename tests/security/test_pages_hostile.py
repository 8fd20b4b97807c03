"""Whatever is sent to a page, the answer is no crash, and a refusal has written nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.core.hostile_bodies import FORM, Body, hostile_bodies
from tests.core.upload_corpus import not_images

from .exchange_world import picture
from .pages import Page, by_page, cookies_kept, pages, visit
from .pages_forms import declared
from .test_hostile import ODD_HEADERS, ODD_TEXTS, PARAMETERS
from .world import ROLES, TOKEN, World, changes, dump, leaked, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEXTS = (
    *ODD_TEXTS,
    "x" * 1_000_000,
    "\u202eevil\u202c",
    "\u200b",
    "\u0301" * 500,
    "<script>alert(1)</script>",
    "9999-12-31",
    "0001-01-01",
    "23:59:60",
)
QUERY_NAMES = (*PARAMETERS, "kind", "show", "listing", "next", "skill", "owner", "name", "about", "leg")
LOOKUPS = ("owner__password", "user__mail__startswith", "pk__in", "status", "id")

NUMBER = {page: number for number, page in enumerate(pages())}
FORMS = [page for page in pages() if page.writes]
READS = [page for page in pages() if not page.writes]
BODIES = list(hostile_bodies(["name", "message"]))


class Sender:
    """Sends to one page, as somebody for whom it works, what nobody should."""

    def __init__(self, world: World, page: Page) -> None:
        self.world, self.page = world, page
        self.case = next(case for case in by_page()[page] if case.allowed)
        self.role = next(role for role in ("owner", *reversed(ROLES)) if role in self.case.allowed)
        self.me = world.people.get(self.role)
        self.keys, self.query = self.case.real_keys(world), self.case.query(world, self.me) or {}
        self.browser = world.browser(self.role)

    @property
    def body(self) -> dict[str, Any]:
        """What is good to send; a new one each time, for a file is read once."""
        return dict(self.case.body(self.world, self.me) or {}) if self.page.writes else {}

    def fields(self) -> dict[str, str]:
        """The fields of the form, by name, with their kinds."""
        opened = next(page for page in READS if page.name == self.page.name)
        return declared(visit(self.world, opened, self.role, self.keys, self.query))

    @property
    def address(self) -> str:
        return self.page.address(self.keys) + (f"?{urlencode(self.query)}" if self.query else "")

    def post(self, fields: Any) -> None:
        """The good form with other values in some fields."""
        values = {**self.body, **fields}
        if any(hasattr(value, "read") for value in values.values()):
            whole = {name: value if hasattr(value, "read") else _speakable(value) for name, value in values.items()}
            self._send(lambda: self.browser.post(self.address, whole, HTTP_X_CSRFTOKEN=TOKEN))
        else:
            encoded = urlencode(values, doseq=True, errors="surrogatepass").encode()
            self.post_bytes(Body("form", FORM, encoded))

    def post_bytes(self, body: Body) -> None:
        how = {"content_type": body.content_type, "HTTP_X_CSRFTOKEN": TOKEN}
        # A query is read by that encoding too: by Django itself, before there is any middleware.
        address = self.address.partition("?")[0] if "charset" in body.content_type else self.address
        self._send(lambda: self.browser.generic("POST", address, body.body, **how))

    def ask(self, query: Any, **headers: Any) -> None:
        encoded = urlencode(query, errors="surrogatepass")
        self._send(lambda: self.browser.get(f"{self.page.address(self.keys)}?{encoded}", **headers))

    def go(self, **keys: Any) -> None:
        """To the page of something that nothing is called."""
        address = self.page.address({**self.keys, **keys})
        answer = self._send(lambda: self.browser.generic(self.page.method, address, HTTP_X_CSRFTOKEN=TOKEN))
        assert answer.status_code == 404, keys

    def _send(self, send: Callable[[], Any]) -> Any:
        """What succeeds is taken back; what a refusal wrote stays, to be found at the end."""
        with transaction.atomic(), cookies_kept(self.browser):
            answer = send()
            assert answer.status_code < 500, answer.content[:300]
            # A form keeps what one typed oneself.
            assert [secret for secret in leaked(answer, self.role) if secret not in map(str, self.body.values())] == []
            transaction.set_rollback(answer.status_code < 400)
        return answer


def some(values: Iterable[Any], page: Page, every: int) -> list[Any]:
    """Every so manieth, from another one on for each page."""
    values = list(values)
    return values[NUMBER[page] % every :: every]


def _speakable(value: Any) -> Any:
    """What a client can put into a form beside a file."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def send_files(sender: Sender, every: int = 1) -> None:
    """Files that are no pictures where pictures are asked for, and a picture where texts are."""
    kinds = sender.fields()
    for name in [name for name, kind in kinds.items() if kind == "file"]:
        for file_name, data in some(not_images(), sender.page, every):
            sender.post({name: SimpleUploadedFile(file_name or "x", data, "image/png")})
        sender.post({name: "no file"})
    sender.post({name: picture() for name, kind in kinds.items() if kind != "file"})


def unharmed(pristine, send: Callable[[], None]) -> None:
    with undone():
        send()
        assert changes(pristine, dump()) == {}


@pytest.mark.parametrize("page", FORMS, ids=str)
def test_hostile_forms_are_refused(page, world, pristine):
    sender = Sender(world, page)

    def send() -> None:
        for body in some(BODIES, page, len(FORMS)):
            sender.post_bytes(body)
        for number, name in enumerate(sender.fields()):
            sender.post({name: TEXTS[(NUMBER[page] + number) % len(TEXTS)]})
        for text in some(TEXTS, page, 20):
            sender.post(dict.fromkeys([*sender.fields(), "next"], text))
        send_files(sender, every=60)

    unharmed(pristine, send)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("page", FORMS, ids=str)
def test_every_hostile_form_is_refused(page, world, pristine):
    sender = Sender(world, page)

    def send() -> None:
        for body in BODIES:
            sender.post_bytes(body)
        for text in TEXTS:
            for name in sender.fields():
                sender.post({name: text})
            sender.post(dict.fromkeys([*sender.fields(), "next"], text))
        send_files(sender)

    unharmed(pristine, send)


def names_of(page: Page) -> list[str]:
    filterset = getattr(page.view, "filterset_class", None)
    return [*QUERY_NAMES, *LOOKUPS, *(filterset.base_filters if filterset else ())]


@pytest.mark.parametrize("page", READS, ids=str)
def test_hostile_queries_are_survived(page, world, pristine):
    sender, names = Sender(world, page), names_of(page)

    def send() -> None:
        for text in some(ODD_TEXTS, page, 8):
            sender.ask({**dict.fromkeys(names, text), "page": ""})
        for number, name in some(enumerate(names), page, 5):
            sender.ask({name: ODD_TEXTS[(NUMBER[page] + number) % len(ODD_TEXTS)]})

    unharmed(pristine, send)


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("page", READS, ids=str)
def test_every_hostile_query_is_survived(page, world, pristine):
    sender = Sender(world, page)

    def send() -> None:
        for name in names_of(page):
            for text in ODD_TEXTS:
                sender.ask({name: text})
            sender.ask([(name, "1"), (name, "\0")])

    unharmed(pristine, send)


def go_astray(world, pristine, page: Page, texts: Iterable[str]) -> None:
    sender = Sender(world, page)

    def send() -> None:
        for name in page.names:
            for text in filter(None, texts):
                sender.go(**{name: text})

    unharmed(pristine, send)


ABOUT_SOMETHING = [page for page in pages() if page.names]


@pytest.mark.parametrize("page", ABOUT_SOMETHING, ids=str)
def test_hostile_addresses_lead_nowhere(page, world, pristine):
    go_astray(world, pristine, page, some(ODD_TEXTS, page, 8))


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("page", ABOUT_SOMETHING, ids=str)
def test_every_hostile_address_leads_nowhere(page, world, pristine):
    go_astray(world, pristine, page, ODD_TEXTS)


@pytest.mark.parametrize("page", READS, ids=str)
def test_hostile_headers_are_survived(page, world, pristine):
    sender = Sender(world, page)

    def send() -> None:
        for headers in some(ODD_HEADERS, page, 15):
            sender.ask(sender.body, headers=headers)

    unharmed(pristine, send)


@pytest.mark.parametrize("name", ["skillswap_theme", "django_language", "messages"])
def test_hostile_cookies_are_survived(name, world, pristine):
    def send() -> None:
        for page, text in zip(READS, ODD_TEXTS, strict=False):
            sender = Sender(world, page)
            with cookies_kept(sender.browser):
                sender.browser.cookies[name] = text.encode("utf-8", "surrogatepass").decode("latin-1")
                sender.ask({})

    unharmed(pristine, send)
