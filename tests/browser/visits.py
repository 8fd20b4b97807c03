"""Visits of the example site in a real browser, and what must not happen on them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path


class Watch:
    """Everything on a page that should not happen."""

    def __init__(self, page, site):
        self.faults: list[str] = []
        self.site = site
        page.on("console", lambda message: self._note(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", self._request)
        page.on(
            "response", lambda answer: self._note(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )

    def take_faults(self):
        """Those since the last time."""
        seen, self.faults = self.faults, []
        return seen

    def _note(self, text):
        self.faults.append(text)

    def _request(self, request):
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self._note(f"asks another host: {request.url}")


@contextmanager
def open_page(browser, site, *, language="en", scheme="light", width=1280, **options):
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": width, "height": 800}, base_url=site.url, **options
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    try:
        yield page
    finally:
        context.close()


def sign_in(page, username):
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", "learn-together")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/home/")


def keep_picture(page, name):
    """Where SCREENSHOTS names a folder: to be looked at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=not name.startswith(("redoc", "swagger")))
