"""What of the example site is not the kit's pages: its admin, the API in a browser, and the API's document as drawn."""

from __future__ import annotations

import pytest

from tests.example.fixtures import needs_example

from .visits import Watch, keep_picture, open_page, sign_in

pytestmark = [pytest.mark.browser, needs_example]

PUBLIC = {
    "swagger": "/api/docs/",
    "redoc": "/api/redoc/",
    "api": "/api/",
    "api-listings": "/api/listings/",
}
STAFF = {
    "admin": "/admin/",
    "admin-swaps": "/admin/skillswap_exchange/swap/",
    "admin-skills": "/admin/skillswap_exchange/skill/",
    "admin-skill-add": "/admin/skillswap_exchange/skill/add/",
    "admin-members": "/admin/skillswap_exchange/profile/",
    "admin-events": "/admin/skillswap_core/event/",
}
# Both draw themselves with the document, which takes a moment.
DRAWN = {"swagger": ".opblock-tag", "redoc": "[data-section-id]"}
LOOKS = [("en", "light", 1280), pytest.param(("ar", "dark", 360), marks=[pytest.mark.slow, pytest.mark.exhaustive])]


@pytest.fixture(scope="module")
def as_admin(browser, demo_site):
    """The cookies of the administrator."""
    with open_page(browser, demo_site) as page:
        sign_in(page, "admin")
        return page.context.storage_state()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_pages_are_quiet_and_ask_nobody_else(browser, demo_site, as_admin, look):
    language, scheme, width = look
    options = {"language": language, "scheme": scheme, "width": width}
    faults = {}
    for pages, state in ((PUBLIC, None), (STAFF, as_admin)):
        with open_page(browser, demo_site, storage_state=state, **options) as page:
            watch = Watch(page, demo_site)
            for name, path in pages.items():
                page.goto(path, wait_until="networkidle")
                if name in DRAWN:
                    page.wait_for_selector(DRAWN[name])
                keep_picture(page, f"{name}-{language}-{scheme}-{width}")
                if found := watch.take_faults():
                    faults[name] = found
    assert faults == {}


def test_the_language_can_be_changed_without_script(browser, demo_site):
    with open_page(browser, demo_site, java_script_enabled=False) as page:
        page.goto("/")
        page.click("button[name=language][value=ar]")
        assert page.get_attribute("html", "lang") == "ar"
        page.click("button[name=language][value=en]")
        assert page.get_attribute("html", "lang") == "en"


def test_a_member_signs_in_looks_at_the_api_and_signs_out(browser, demo_site):
    with open_page(browser, demo_site) as page:
        sign_in(page, "maya")
        assert "maya" in page.inner_text("main")
        watch = Watch(page, demo_site)
        page.goto("/api/swaps/", wait_until="networkidle")
        assert "participants" in page.inner_text("body")
        assert watch.faults == []
        page.goto("/")
        page.click(".ssk-menu > summary")
        page.click("form[action*=logout] button")
        assert page.is_visible("a[href*=login]")


def test_a_moderator_merges_a_skill_on_the_page_that_asks(browser, demo_site):
    with open_page(browser, demo_site) as page:
        sign_in(page, "moderator")
        watch = Watch(page, demo_site)
        page.goto("/admin/skillswap_exchange/skill/?status__exact=proposed", wait_until="networkidle")
        page.check("input[name=_selected_action] >> nth=0")
        page.select_option("select[name=action]", "merge")
        page.click("button[name=index]")
        page.click(".select2-selection")
        page.fill(".select2-search__field", "javascript")
        page.wait_for_selector(".select2-results__option:has-text('JavaScript')")
        keep_picture(page, "admin-merge")
        assert watch.faults == []
