"""Results that follow while somebody chooses, under the strict policy of the example site."""

from __future__ import annotations

import pytest

from tests.example.fixtures import needs_example

from .visits import Watch, open_page

pytestmark = [pytest.mark.browser, needs_example]

CARDS, COUNT = "#matches > ul > li", "#matches-count"
ANSWERED = "() => !document.querySelector('#matches[aria-busy]')"


@pytest.fixture
def page(browser, tour):
    with open_page(browser, tour.site) as page:
        page.context.add_cookies([{"name": "sessionid", "value": tour.sessions["maya"], "url": tour.site.url}])
        page.goto("/matches/")
        yield page


@pytest.fixture
def quiet(page, tour):
    watch = Watch(page, tour.site)
    yield page
    assert watch.faults == []


def choose(page, value):
    """And wait for the address that says so."""
    page.select_option("#id_seen_within_days", value)
    page.wait_for_url(f"**seen_within_days={value}" if value else "**/matches/")
    page.wait_for_function(ANSWERED)


def unfold(page):
    page.click(".ssk-search summary")


def test_the_cards_the_number_and_the_address_follow(quiet):
    unfold(quiet)
    before = quiet.locator(CARDS).count()
    choose(quiet, "1")
    shown = quiet.locator(CARDS).count()
    assert (shown, quiet.inner_text(COUNT)) == (shown, f"{shown} match" if shown == 1 else f"{shown} matches")
    address = quiet.url
    quiet.reload()
    assert (quiet.url, quiet.locator(CARDS).count()) == (address, shown)
    choose(quiet, "")
    assert quiet.locator(CARDS).count() == before > 0


def test_what_cannot_be_read_is_said_beside_its_field(quiet):
    unfold(quiet)
    quiet.fill("#id_distance_km", "far")
    quiet.wait_for_selector(".ssk-field:has(#id_distance_km) .errorlist")
    assert quiet.get_attribute("#id_distance_km", "aria-invalid") == "true"
    assert quiet.inner_text(COUNT) == ""
    quiet.fill("#id_distance_km", "")
    quiet.wait_for_selector(".ssk-field:has(#id_distance_km) .errorlist", state="detached")
    assert quiet.get_attribute("#id_distance_km", "aria-invalid") is None


def test_where_nothing_answers_the_cards_stay(page):
    unfold(page)
    before = page.locator(CARDS).count(), page.inner_text(COUNT), page.url
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.select_option("#id_seen_within_days", "7")
    page.wait_for_function(ANSWERED)
    assert (page.locator(CARDS).count(), page.inner_text(COUNT), page.url) == before
    page.context.set_offline(False)


def test_a_card_that_came_later_is_sent_once(quiet):
    """As those that were there from the beginning."""
    unfold(quiet)
    choose(quiet, "90")
    quiet.evaluate("addEventListener('submit', event => event.preventDefault())")
    button = quiet.locator(f"{CARDS} form[action$='/dismiss/'] button").first
    button.click()
    assert button.get_attribute("aria-busy") == "true"
