"""What the form of a page declares."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from .pages import Asked

OF_EVERY_FORM = frozenset({"csrfmiddlewaretoken", "next"})


class _Controls(HTMLParser):
    """The names of what can be filled in, in the forms that post to the page they stand on."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.is_inside = False
        self.names: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.is_inside = has.get("method") == "post" and has.get("action", self.path) == self.path
        elif self.is_inside and tag in ("input", "select", "textarea", "button") and has.get("name"):
            self.names[has["name"]] = str(has.get("type", tag))

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


def declared(asked: Asked) -> dict[str, str]:
    """The names of the fields of the page's own form with their kinds, without those that every form has."""
    parser = _Controls(asked.address.partition("?")[0])
    parser.feed(asked.html)
    return {name: kind for name, kind in parser.names.items() if name not in OF_EVERY_FORM}
