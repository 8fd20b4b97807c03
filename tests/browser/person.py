"""Somebody in front of a browser, who finds things by where they lead and by the names of fields, in any language."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO

from .visits import Watch

DIRECTIONS = {"en": "ltr", "ar": "rtl"}

# Everything that is read, but what people wrote, names of places and zones, and what says its own language.
WORDS_OF_THE_SITE = """() => {
  const own = "bdi, [dir=auto], html [lang], code, time, select, textarea, script, .ssk-brand, .ssk-avatar";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title.split(" · ")[0]];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element.closest(own) && element.checkVisibility()) found.push(walker.currentNode.data.trim());
  }
  return found.filter(text => text);
}"""
LATIN_WORD = re.compile("[A-Za-z]{2,}")
NAMES = re.compile(
    r"SkillSwap Kit|Django|suomi|pt-br|API|ReDoc|JPEG|PNG|WebP|GIF|Python|\u2068[^\u2069]*\u2069|\S+@\S+"
)
"""What is called so in every language: products, and what stands in a sentence as a name."""
LANGUAGES = {language["name_local"].casefold() for language in LANG_INFO.values() if "name_local" in language}
"""Each calls itself so in lists."""


class Person:
    """``page`` is where they are; ``faults`` went wrong behind it, ``untranslated`` they read in another language."""

    def __init__(self, page, site, *, language, username, name):
        self.page, self.site, self.language = page, site, language
        self.username, self.name, self.email = username, name, f"{username}@example.net"
        self.watch = Watch(page, site)
        self.untranslated: set[str] = set()
        self.pictures = 0

    @property
    def path(self):
        return urlsplit(self.page.url).path

    @property
    def faults(self):
        return self.watch.faults

    def open(self, address):
        self.page.goto(address)
        self.look()

    def follow(self, part, *, within="main"):
        """Press the first link whose address has this part."""
        self._press(f"{within} a[href*='{part}']")

    def press(self, action, *, within="main"):
        """Press the first button that posts to an address with this part."""
        self._press(f"{within} form[action*='{action}'] button[type=submit]")

    def from_menu(self, part):
        """Follow a link of the account menu, or press its button."""
        self.page.click("details.ssk-menu summary")
        self._press(f"details.ssk-menu :is(a[href$='{part}'], form[action$='{part}'] button)")

    def send(self, **values):
        """Fill in the form that has these fields, or the only one, and send it."""
        named = "".join(f":has([name={name}])" for name in values)
        form = self.page.locator(f"main form.ssk-form{named}, main form[method=get]{named}").first
        for name, value in values.items():
            self._fill(form, name, value)
        with self.page.expect_navigation():
            form.locator("button[type=submit]:not([aria-hidden])").first.click()
        self.look()

    def choose(self, name, text, *, is_chosen=False):
        """Tick the one of several boxes that says so, which may be ticked already."""
        box = self.page.locator(f"[name={name}]").and_(self.page.get_by_label(text))
        assert box.is_checked() == is_chosen
        box.check()

    def _fill(self, form, name, value):
        field = form.locator(f"[name={name}]").first
        match field.get_attribute("type") or field.evaluate("field => field.localName"):
            case "radio" | "checkbox":
                form.locator(
                    f"label[for={form.locator(f'[name={name}][value={value!r}]').get_attribute('id')}]"
                ).click()
            case "file":
                field.set_input_files(value)
            case "select":
                field.select_option(value)
            case _:
                field.fill(value)

    def _press(self, selector):
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def text(self):
        return self.page.inner_text("main")

    def look(self):
        """What anybody would see at once: a page in another language, or words of one."""
        self._keep_picture()
        assert self.page.get_attribute("html", "lang") == self.language
        assert self.page.get_attribute("html", "dir") == DIRECTIONS[self.language]
        if self.language != "en":
            texts = self.page.evaluate(WORDS_OF_THE_SITE)
            self.untranslated |= {text for text in texts if self._is_latin(text) and text.casefold() not in LANGUAGES}

    def _is_latin(self, text):
        return LATIN_WORD.search(NAMES.sub("", text).replace(self.username, ""))

    def _keep_picture(self):
        """Where SCREENSHOTS names a folder: to be looked at."""
        self.pictures += 1
        if folder := os.environ.get("SCREENSHOTS"):
            name = f"story-{self.language}-{self.pictures:02}-{self.username}{self.path.replace('/', '-')}.png"
            self.page.screenshot(path=Path(folder) / name, full_page=True)
