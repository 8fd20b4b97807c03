"""MariaDB, a base template of the host's own on Bootstrap, token authentication and sign-in page of the host's own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from . import written
from .conftest import Environments
from .databases import server_database
from .project import Host, get

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


pytestmark = pytest.mark.slow

SETTINGS = """
DATABASES = {{"default": {database!r}}}
INSTALLED_APPS += ["rest_framework.authtoken"]
REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}}
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
STATICFILES_DIRS = [BASE_DIR / "static"]
LOGIN_URL, LOGIN_REDIRECT_URL = "login", "skillswap_exchange:listings"
SKILLSWAP_KIT = {{"BASE_TEMPLATE": "neighbours/bootstrap.html"}}
"""

URLS = """
from rest_framework.authtoken.views import obtain_auth_token

urlpatterns += [path("accounts/", include("django.contrib.auth.urls")), path("token/", obtain_auth_token)]
"""

PAGES = ("/members/", "/swaps/", "/sessions/", "/reviews/", "/my/profile/", "/my/listings/add/?kind=offer")
LEVELS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]

# How elements look with and without a stylesheet, while the content stands in a place of its own in both cases.
CHANGES = """([sheet, elements]) => {
  const others = new Set(["-webkit-tap-highlight-color", "text-size-adjust"])
  const isLook = name => !name.startsWith("--") && !others.has(name)
  const styles = (element, part) => {
    const style = getComputedStyle(element, part)
    return Object.fromEntries([...style].filter(isLook).map(name => [name, style.getPropertyValue(name)]))
  }
  const look = () => [...document.querySelectorAll(elements)].map(
    element => [element, ...["", "::before", "::after"].map(part => styles(element, part))])
  const link = document.querySelector(sheet)
  const dressed = look()
  link.disabled = true
  const bare = look()
  link.disabled = false
  const found = new Set()
  dressed.forEach(([element, ...parts], at) => parts.forEach((part, which) => {
    for (const [name, value] of Object.entries(part)) {
      const without = bare[at][which + 1][name]
      const label = [element.localName, ...element.classList].join(".")
      if (value !== without) found.add(`${label}${which} ${name}: ${value}, not ${without}`)
    }
  }))
  return [...found]
}"""
PINNED = """document.querySelector("main").style.cssText =
  "box-sizing: border-box; position: relative; inline-size: 50rem; margin: 0; padding: 0; flex: none !important"
"""
BOOTSTRAP, OURS = "#bootstrap", 'link[href$="skillswap.css"]'
INSIDE, OUTSIDE = ".ssk, .ssk *", "body :not(main, .ssk, .ssk *)"


@pytest.fixture(scope="module")
def host(environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with server_database("mariadb", f"skillswap_foreign_{os.getpid()}") as database:
        python = environments("i18n", *database.pins)
        host = Host.start(python, tmp_path_factory.mktemp("mariadb") / "site", files="own_base")
        without_sqlite = written.settings(without=("SQLite",))
        host.append("settings.py", without_sqlite, SETTINGS.format(database=database.settings))
        host.append("urls.py", written.urls(), URLS)
        host.migrate()
        yield host


def test_the_checks_have_nothing_to_say(host: Host):
    assert host.our_messages() == []


def test_the_story_over_the_api(host: Host):
    assert host.tell("api", "token").endswith("the end\n")
    host.manage("skillswap_run_due")


def test_pages_stand_in_the_host_s_own_frame(host: Host):
    with host.served() as address:
        _, page = get(f"{address}/offers/")
        _, vocabulary = get(f"{address}/api/vocabulary/")
    assert "results" in json.loads(vocabulary)
    assert "Run by the neighbours" in page
    assert page.count("<html") == page.count("<main") == page.count("<h1") == 1
    assert page.index("bootstrap.min.css") < page.index("skillswap_kit/skillswap.css")


def test_the_story_through_pages(host: Host):
    host.manage("flush", "--no-input")
    assert host.tell("pages").endswith("the end\n")
    host.manage("skillswap_run_due")


@pytest.mark.browser
@pytest.mark.skipif(not find_spec("axe_playwright_python"), reason="the dependency group “browser” is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bootstrap_and_the_kit_leave_each_other_alone(host: Host, browser: Browser, scheme: Any):
    from axe_playwright_python.sync_playwright import Axe

    host.manage("flush", "--no-input")
    host.tell("pages")
    with host.served() as address:
        page = browser.new_page(color_scheme=scheme, reduced_motion="reduce", base_url=address)
        sign_in(page, "maya")
        for path in PAGES:
            page.goto(path)
            found = Axe().run(page, options={"runOnly": LEVELS})
            assert found.violations_count == 0, found.generate_report()
            page.evaluate(PINNED)
            assert page.evaluate(CHANGES, [BOOTSTRAP, INSIDE]) == [], path
            assert page.evaluate(CHANGES, [OURS, OUTSIDE]) == [], path
        page.close()


def sign_in(page: Page, name: str) -> None:
    from .story.people import PASSWORD

    page.goto("/swaps/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/swaps/")
