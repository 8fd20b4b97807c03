"""Every page of the example site in a real browser: both languages, both colour schemes, a phone and a desk.

``make test`` looks at every page in one look and once at each kind of page in the one that differs most from it; the
other looks are for the night.
"""

from __future__ import annotations

from itertools import product
from urllib.parse import urlsplit

import pytest

from tests.example.fixtures import needs_example

from .pages import NOT_PAGES, REFUSED, STRANGER, Shown
from .visits import Watch, keep_picture, open_page

pytestmark = [pytest.mark.browser, needs_example]

QUICK, OPPOSITE = ("en", "light", 1280), ("ar", "dark", 360)
OTHER = [pytest.mark.slow, pytest.mark.exhaustive]
LOOKS = list(product(("en", "ar"), ("light", "dark"), (360, 1280)))
EACH_LOOK = pytest.mark.parametrize(
    "look",
    [look if look == QUICK else pytest.param(look, marks=OTHER) for look in LOOKS],
    ids=lambda look: "-".join(map(str, look)),
)
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
LEADS_ON = {"account_reset_password_from_key"}
"""What keeps the secret of its address out of the next request."""
NEEDS_SCRIPT = {"mfa_add_webauthn"}
"""Only a script can ask a security key."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

NOTE_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
}, true);
"""
SEND_NOTHING = """() => {
  const here = [location.pathname, location.pathname + location.search];
  const own = [...document.querySelectorAll("main form[method=post]")]
    .filter((form) => here.includes(form.getAttribute("action") || location.pathname));
  const form = own.at(-1);
  form.noValidate = true;
  form.querySelector("[type=submit]").click();
}"""
FORGET_TOKEN = "() => document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((field) => field.remove())"

SUBMITS = "button:not([type=button]):not([type=reset]), input[type=submit]"
# Forms without any are sent by a button elsewhere, or by a script that asks a key.
FIELDS = "input:not([type=hidden]), textarea, select"


def label(shown: Shown) -> str:
    return "-".join(filter(None, [shown.name, shown.label, shown.who or "stranger"]))


def by_person(pages):
    """The pages of each person together, so that nobody is signed in more often than needed."""
    return sorted(pages, key=lambda shown: shown.who)


def one_of_each(pages):
    """One page for each name: the first, which is seldom the refused or the empty one."""
    return list({shown.name: shown for shown in reversed(pages)}.values())


def become(page, tour, who):
    """The browser forgets whoever was signed in."""
    page.context.clear_cookies()
    if who != STRANGER:
        page.context.add_cookies([{"name": "sessionid", "value": tour.sessions[who], "url": tour.site.url}])


class Visitor:
    """Looks at pages in one tab, each as the person whose page it is, and notes what is wrong with it."""

    def __init__(self, page, tour):
        self.page, self.tour, self.who = page, tour, STRANGER
        page.add_init_script(NOTE_VIOLATIONS)
        self.watch = Watch(page, tour.site)

    def go_to(self, shown):
        """The page is here and did what its scripts do."""
        if shown.who != self.who:
            self.who = shown.who
            become(self.page, self.tour, self.who)
        self.page.goto(shown.path)
        if shown.sends == "no token":
            self.page.evaluate(FORGET_TOKEN)
        if shown.sends:
            with self.page.expect_navigation():
                self.page.evaluate(SEND_NOTHING)

    def faults(self):
        """What should not have happened since the last time."""
        return [*self.watch.take_faults(), *self.page.evaluate("window.violations")]


def is_expected(shown, fault):
    """What a browser says about a page that is meant to be refused."""
    if shown.sends:
        statuses = ["403"] if shown.sends == "no token" else ["400", "409"]
    else:
        statuses = [str(REFUSED[kind]) for kind in (shown.label, shown.name) if kind in REFUSED]
    return any(fault.startswith(f"{status} ") or f"status of {status}" in fault for status in statuses)


def misfits(page, language, width):
    found = page.evaluate(
        "[document.documentElement.lang, document.documentElement.dir,"
        " document.documentElement.scrollWidth, document.querySelectorAll('h1').length]"
    )
    expected = [language, DIRECTIONS[language], found[2], 1]
    return [
        *([] if found == expected else [f"lang, dir, width, h1: {found}"]),
        *([] if found[2] <= width else [f"scrolls sideways: {found[2]} px"]),
    ]


def barriers(page):
    """What axe finds. Its script is evaluated as a debugger does, which no policy forbids."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found.response["violations"]
        for node in violation["nodes"][:3]
    ]


def problems(visitor, shown, look):
    language, scheme, width = look
    visitor.go_to(shown)
    keep_picture(visitor.page, f"{label(shown)}-{language}-{scheme}-{width}")
    quiet = [fault for fault in visitor.faults() if not is_expected(shown, fault)]
    if urlsplit(visitor.page.url).path != shown.path.partition("?")[0] and shown.name not in LEADS_ON:
        quiet.append(f"leads to {visitor.page.url}")
    return [*quiet, *misfits(visitor.page, language, width), *barriers(visitor.page)]


def looked_at(browser, tour, look, pages):
    """What is wrong with some pages in one look."""
    language, scheme, width = look
    found = {}
    with open_page(browser, tour.site, language=language, scheme=scheme, width=width) as page:
        visitor = Visitor(page, tour)
        for shown in by_person(pages):
            if wrong := problems(visitor, shown, look):
                found[f"{label(shown)} {shown.path}"] = wrong
    return found


def half(pages, number):
    """Two halves, so that two workers share a look."""
    return by_person(pages)[number::2]


@pytest.mark.parametrize("number", [0, 1])
@EACH_LOOK
def test_everybody_can_use_every_page_and_the_strict_policy_forbids_nothing(browser, tour, look, number):
    assert looked_at(browser, tour, look, half(tour.shown, number)) == {}


@pytest.mark.slow
def test_each_kind_of_page_in_the_opposite_look(browser, tour):
    assert looked_at(browser, tour, OPPOSITE, one_of_each(tour.shown)) == {}


def test_every_route_of_the_site_has_a_page_here(tour):
    """By the URLconf of the site: a page that nobody has put on the list is not overlooked."""
    names = {shown.name for shown in tour.shown}
    assert set(tour.routes) - names - NOT_PAGES.keys() == set()
    assert names - set(tour.routes) == set()
    assert NOT_PAGES.keys() - set(tour.routes) == set()
    assert tour.unseen == []


def test_every_page_of_the_kit_is_here(tour):
    """By the classes of the pages, as the matrix counts them."""
    from tests.security.pages import pages

    assert {page.name for page in pages()} - {shown.name for shown in tour.shown} == set()


def mute_forms(page):
    """Where the forms lead that nobody can send."""
    forms = page.locator(f"main form:has({FIELDS})").all()
    return [form.get_attribute("action") for form in forms if not form.locator(SUBMITS).count()]


@pytest.mark.slow
def test_without_script_each_kind_of_page_shows_its_heading_and_can_be_sent(browser, tour):
    found, who = {}, STRANGER
    with open_page(browser, tour.site, java_script_enabled=False) as page:
        for shown in by_person(one_of_each(tour.shown)):
            if shown.who != who:
                who = shown.who
                become(page, tour, who)
            page.goto(shown.path)
            mute = mute_forms(page) if shown.name not in NEEDS_SCRIPT else []
            if mute or page.locator("h1:visible").count() != 1:
                found[label(shown)] = mute
    assert found == {}
