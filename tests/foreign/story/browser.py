"""A browser without JavaScript: it reads pages and sends their forms as they stand, tokens and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.test import Client


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What can be ticked."""
    text: str = ""


class _Reader(HTMLParser):
    """Collects the forms, the headings and whatever a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.refused: list[str] = []
        self.form: Form | None = None
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._judge(tag, attributes)
        if tag == "a":
            self.links.append(attributes.get("href", ""))
        if tag == "form":
            self.form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form:
            self._fill(self.form, tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        self.select = "" if tag == "select" else self.select
        self.textarea = "" if tag == "textarea" else self.textarea

    def handle_data(self, data: str) -> None:
        if self.form and self.textarea:
            self.form.fields[self.textarea] = [data.removeprefix("\n")]
        elif self.form:
            self.form.text += data

    def _judge(self, tag: str, attributes: dict[str, str]) -> None:
        inline = tag == "style" or (tag == "script" and "src" not in attributes)
        is_data = attributes.get("type", "") in {"application/json", "text/plain"}
        if (inline and not is_data) or any(name == "style" or name.startswith("on") for name in attributes):
            self.refused.append(f"<{tag} {attributes}>")

    def _fill(self, form: Form, tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        kind = attributes.get("type", "text")
        if tag == "input" and name:
            form.names.add(name)
            if kind in {"checkbox", "radio"}:
                form.choices.setdefault(name, []).append(value)
            if kind not in {"checkbox", "radio", "file", "submit"} or "checked" in attributes:
                form.fields.setdefault(name, []).append(value or ("on" if kind == "checkbox" else ""))
        elif tag in {"select", "textarea"} and name:
            form.names.add(name)
            setattr(self, tag, name)
        elif tag == "option" and self.select and ("selected" in attributes or self.select not in form.fields):
            form.fields[self.select] = [value]


@dataclass
class Page:
    address: str
    status: int
    html: str
    headers: Any
    forms: list[Form]
    links: list[str]
    refused: list[str]

    def form(self, *names: str, action: str = "") -> Form:
        """The one form that has these fields, or goes to an address that ends so."""
        found = [one for one in self.forms if set(names) <= one.names and one.action.endswith(action)]
        if not names and not action:
            found = [one for one in found if one.method == "post" and not one.action]
        assert found, f"{self.address} has no form with {names or action}:\n{self.html}"
        return found[0]


class Browser:
    """Somebody at the site. Every page is checked for what a strict content security policy refuses."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")

    def open(self, address: str, status: int = 200) -> Page:
        return self._read(address, self.client.get(address, follow=True), status)

    def submit(self, page: Page, form: Form, status: int = 200, **values: Any) -> Page:
        """Send a form of a page with what is already in it and these values, and follow where it leads."""
        unknown = set(values) - form.names
        assert not unknown, f"{page.address} has no field {unknown}: {sorted(form.names)}"
        address = urljoin(page.address, form.action)
        return self._read(address, self.client.post(address, {**form.fields, **values}, follow=True), status)

    def _read(self, address: str, response: Any, status: int) -> Page:
        for moved, _code in response.redirect_chain:
            address = urljoin(address, moved)
        html = response.content.decode()
        assert response.status_code == status, f"{address}: {response.status_code}\n{html}"
        reader = _Reader()
        reader.feed(html)
        page = Page(address, response.status_code, html, response.headers, reader.forms, reader.links, reader.refused)
        if not address.startswith("/admin/"):
            assert not page.refused, f"{address}: {page.refused}"
        if status == 200 and any("csp" in path for path in settings.MIDDLEWARE):
            assert "Content-Security-Policy" in page.headers
        return page
