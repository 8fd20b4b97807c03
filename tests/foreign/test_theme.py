"""A site that looks like itself: what docs/how-to/theme.md shows, in a Chromium."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from . import written
from .conftest import Environments
from .project import Host, get

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = pytest.mark.slow

THEME = "docs/how-to/theme.md"
RATING = "{% comment %}templates/skillswap_kit/elements/rating.html: in words, not in stars.{% endcomment %}"
SETTINGS = """
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
STATICFILES_DIRS = [BASE_DIR / "static"]
"""
STYLE = "([selector, name]) => getComputedStyle(document.querySelector(selector)).getPropertyValue(name)"
CRIMSON = "rgb(220, 20, 60)"


@pytest.fixture(scope="module")
def host(environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> Host:
    host = Host.start(environments("i18n"), tmp_path_factory.mktemp("theme") / "site", files="own_base")
    frame_setting = written.block(THEME, "# settings.py: the frame of every page")
    host.append("settings.py", written.settings(), SETTINGS, frame_setting)
    host.append("urls.py", written.urls())
    host.write("templates/site.html", written.frame())
    host.write("templates/skillswap_kit/elements/rating.html", written.block(THEME, RATING))
    host.write("static/neighbours.css", written.block(THEME, "/* neighbours.css */"))
    host.migrate()
    host.tell("api", "session")
    return host


def test_the_frame_and_the_element_are_the_host_s(host: Host):
    assert host.our_messages() == []
    with host.served() as address:
        _, page = get(f"{address}/members/")
    assert "Run by the neighbours" in page
    assert re.search(r'<strong class="neighbours-rating">\d\.\d / 5</strong>', page)
    assert "★" not in page


@pytest.mark.browser
@pytest.mark.skipif(not find_spec("axe_playwright_python"), reason="the dependency group “browser” is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_host_s_colours_rule_and_its_bare_rules_stay_outside(host: Host, browser: Browser, scheme: str):
    from axe_playwright_python.sync_playwright import Axe

    with host.served() as address:
        page = browser.new_page(color_scheme=scheme)
        page.goto(f"{address}/members/")

        def style(selector: str, name: str) -> str:
            return page.evaluate(STYLE, [selector, name])

        assert style(".ssk", "--ssk-hue") == "150"
        assert style(".ssk", "font-family").startswith("Georgia")
        assert style(".navbar-brand", "color") == CRIMSON
        assert style(".ssk .ssk-person a", "color") != CRIMSON
        assert style(".ssk h1", "font-family").startswith("Georgia")
        assert style(".ssk .ssk-card", "box-sizing") == "border-box"
        found = Axe().run(page, context=".ssk", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        page.close()
    assert found.violations_count == 0, found.generate_report()
