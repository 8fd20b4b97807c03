"""The main story through the pages, without JavaScript: list, propose, accept, arrange, confirm, review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation


class Visitor:
    """A member in front of a browser."""

    def __init__(self, name: str) -> None:
        from skillswap_kit.core.keys import written_key

        from .people import make_person, signed_in_browser

        self.key = written_key(make_person(name).pk)
        self.browser = signed_in_browser(name)

    def open(self, name: str, *keys: Any, query: str = "") -> Any:
        return self.browser.open(address(name, *keys) + query)

    def fill_in(self, name: str, *keys: Any, query: str = "", **values: Any) -> Any:
        """Open the page and send the form that has these fields, which must not come back."""
        page = self.open(name, *keys, query=query)
        done = self.browser.submit(page, page.form(*values), **values)
        assert done.address != page.address, done.html
        return done

    def press(self, page: Any, name: str, *keys: Any) -> Any:
        """Press the button on a page that posts to this address."""
        return self.browser.submit(page, page.form(action=address(name, *keys)))


def address(name: str, *keys: Any) -> str:
    return reverse(f"skillswap_exchange:{name}", args=keys)


def main() -> None:
    from .admin import fill_vocabulary

    fill_vocabulary()
    maya, salma = Visitor("maya"), Visitor("salma")
    maya.fill_in("listing-add", query="?kind=offer", skill="Knitting", title="From the first loop")
    maya.fill_in("listing-add", query="?kind=want", skill="Calligraphy")
    salma.fill_in("listing-add", query="?kind=offer", skill="Calligraphy")
    assert "From the first loop" in salma.open("listings").html
    assert "From the first loop" in salma.open("member", maya.key).html
    look(maya)

    swap = agree(maya, salma)
    meet(maya, salma, swap)
    for person in (salma, maya):
        assert address("swap-confirm", swap) in person.open("swap", swap).html
        page = person.open("swap-confirm", swap)
        person.browser.submit(page, page.form())
    review(maya, salma, swap)
    look(maya)


def look(person: Visitor) -> None:
    """Every list is a page in the language of the site."""
    is_rtl = settings.LANGUAGE_CODE == "ar"
    for name in ("own-listings", "own-profile", "listings", "members", "swaps", "sessions", "reviews", "connections"):
        page = person.open(name)
        if is_rtl:
            assert '<html lang="ar" dir="rtl"' in page.html, page.address


def agree(maya: Visitor, salma: Visitor) -> Any:
    from skillswap_kit.exchange.models import Swap

    page = maya.open("propose", salma.key)
    form = page.form("get", "give")
    maya.browser.submit(page, form, get=form.choices["get"][:1], give=form.choices["give"][:1], message="Shall we?")
    swap = Swap.objects.get()
    assert address("swap", swap.pk) in salma.open("swaps", query="?show=incoming").links
    page = salma.open("swap", swap.pk)
    assert "Shall we?" in page.html
    salma.press(page, "swap-accept", swap.pk)
    swap.refresh_from_db()
    assert (swap.status, swap.kind) == (Swap.Status.ACCEPTED, Swap.Kind.BARTER)
    return swap.pk


def meet(maya: Visitor, salma: Visitor, swap: Any) -> None:
    from skillswap_kit.exchange.models import Session

    tomorrow = timezone.now() + timedelta(days=1)
    when = {"starts_at_date": f"{tomorrow:%Y-%m-%d}", "starts_at_time": f"{tomorrow:%H:%M}"}
    maya.fill_in("session-add", swap, topic="Casting on", **when)
    session = Session.objects.get()
    salma.press(salma.open("session", session.pk), "session-accept", session.pk)
    session.refresh_from_db()
    assert session.status == Session.Status.ACCEPTED


def review(maya: Visitor, salma: Visitor, swap: Any) -> None:
    from skillswap_kit.exchange.models import Swap

    assert Swap.objects.get(pk=swap).status == Swap.Status.COMPLETED
    maya.fill_in("review-add", swap, rating="5", comment="Patient.")
    assert "Patient." not in salma.open("reviews", query="?show=about").html
    salma.fill_in("review-add", swap, rating="4", comment="I knit!")
    assert "Patient." in salma.open("reviews", query="?show=about").html
    assert "I knit!" in salma.open("member", maya.key).html


if __name__ == "__main__":
    django.setup()
    translation.activate(settings.LANGUAGE_CODE)
    main()
    print("the end")
