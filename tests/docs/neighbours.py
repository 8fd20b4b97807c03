"""Ada and Bassem do in two browsers what docs/tutorial/index.md tells them, by the words that it says are there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from . import typed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

BOLD = re.compile(r"\*\*([^*]+)\*\*")
PASSWORD = "olives-in-the-wind"


def words_of_the_page() -> list[str]:
    """What the tutorial says is written on the pages, each once, in its order."""
    text = (typed.DOCS / "tutorial" / "index.md").read_text(encoding="utf-8")
    story = text.partition("## 5.")[2].partition("## 6.")[0].partition("**Ada arrives.**")[2]
    # What ends with a full stop says what the paragraph is about.
    return list(dict.fromkeys(words for words in BOLD.findall(story) if not words.endswith(".")))


class Neighbour:
    """Presses and fills in what has these words; ``told`` is what both have used."""

    def __init__(self, page: Page, told: list[str]) -> None:
        self.page, self.told = page, told

    def press(self, words: str) -> None:
        found = self._named(words)
        with self.page.expect_navigation():
            found.click()

    def _named(self, words: str) -> Locator:
        self.told.append(words)
        # Names inside a sentence are isolated from its direction by invisible signs.
        spelled = re.escape(words).replace(r"\ ", r"\s\W?")
        name = re.compile(rf"^{spelled}(?!\w)")
        links, buttons = (self.page.get_by_role(role, name=name) for role in ("link", "button"))
        # A form's button comes last where the header has a link of the same name.
        return buttons.or_(links).locator("visible=true").last

    def fill(self, **values: str) -> None:
        for label, value in values.items():
            words = label.replace("_", " ")
            self.told.append(words)
            self.page.get_by_label(words, exact=True).fill(value)

    def tick(self, words: str) -> None:
        self.told.append(words)
        self.page.get_by_label(re.compile(rf"^\s*{words}\b")).check()

    def unfold(self, words: str) -> None:
        self.told.append(words)
        self.page.locator("summary", has_text=words).first.click()

    def arrive(self, username: str, name: str, offer: str, title: str) -> None:
        self.press("Sign up")
        self.fill(Username=username, Password=PASSWORD, Display_name=name)
        self.press("Sign Up")
        self.tick("English")
        self.press("Save")
        self.press("Add what I can teach")
        self.fill(Skill=offer, Title=title)
        self.press("Add this listing")


def play(browser: Browser, site: str) -> list[str]:
    """The whole of section 5. The words that were used, each once, in their order."""
    told: list[str] = []
    ada, bassem = (Neighbour(browser.new_context(locale="en", base_url=site).new_page(), told) for _ in range(2))
    for neighbour in (ada, bassem):
        neighbour.page.goto("/")
    ada.arrive("ada", "Ada", "guitar", "Guitar by ear")
    ada.press("Add what I want to learn")
    ada.fill(Skill="JS")
    ada.press("Add this listing")
    bassem.arrive("bassem", "باسم", "JavaScript", "Your first web page")
    agree(ada, bassem)
    meet(ada, bassem)
    for neighbour in (ada, bassem):
        neighbour.press("My swaps")
        neighbour.press("Confirm what I received")
        neighbour.press("Confirm")
    review(ada, bassem)
    for neighbour in (ada, bassem):
        neighbour.page.context.close()
    return list(dict.fromkeys(told))


def agree(ada: Neighbour, bassem: Neighbour) -> None:
    ada.press("Offers")
    ada.press("Propose a swap")
    ada.tick("Guitar")
    ada.fill(Message="Strings for scripts?")
    ada.press("Send the proposal")
    bassem.press("My swaps")
    bassem.press("Swap with Ada")
    bassem.press("Change the proposal")
    bassem.fill(Days_to_answer="5")
    bassem.press("Send the changed proposal")
    ada.press("My swaps")
    ada.press("Accept")


def meet(ada: Neighbour, bassem: Neighbour) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    ada.press("Ask for a session")
    ada.fill(Topic="Chords", Date=tomorrow, Time="18:00")
    ada.press("Ask")
    bassem.press("My sessions")
    bassem.press("Accept")


def review(ada: Neighbour, bassem: Neighbour) -> None:
    for neighbour, comment in ((ada, "I understood it at last."), (bassem, "She never lost patience.")):
        neighbour.press("My swaps")
        neighbour.press("Write a review")
        neighbour.page.locator("[name=rating][value='5']").check(force=True)
        neighbour.fill(Comment=comment)
        neighbour.press("Save the review")
    ada.unfold("You")
    ada.press("Connections")
    ada.press("باسم")
    ada.told.pop()
    assert "I understood it at last." in ada.page.inner_text("main")
