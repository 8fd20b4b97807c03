"""What scripts add to the pages of one's own things, under the strict policy of the example site."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.example.fixtures import needs_example

from .visits import Watch, open_page, sign_in

pytestmark = [pytest.mark.browser, needs_example]

CAIRO = {"latitude": 30.04, "longitude": 31.24}
RED = [255, 0, 0, 255]
PIXEL = "canvas => [...canvas.getContext('2d').getImageData(90, 90, 1, 1).data]"


@pytest.fixture
def own_page(browser, demo_site):
    with open_page(
        browser, demo_site, permissions=["geolocation"], geolocation=CAIRO, timezone_id="Africa/Cairo"
    ) as page:
        sign_in(page, "maya")
        yield page


@pytest.fixture
def quiet_page(own_page, demo_site):
    watch = Watch(own_page, demo_site)
    yield own_page
    assert watch.faults == []


def upload(content):
    return {"name": "me.png", "mimeType": "image/png", "buffer": content}


def test_skills_are_offered_while_typing_by_any_of_their_names(quiet_page):
    quiet_page.goto("/my/listings/add/")
    quiet_page.type("#id_skill", "جيتار")
    quiet_page.wait_for_selector("datalist option", state="attached")
    offered = quiet_page.eval_on_selector_all("datalist option", "all => all.map(one => [one.value, one.label])")
    assert ["Acoustic guitar", "جيتار"] in offered


def test_a_mistyped_skill_is_offered_with_what_was_typed(quiet_page):
    """Else the browser would leave it out."""
    quiet_page.goto("/my/listings/add/")
    quiet_page.fill("#id_skill", "Acustic gitar")
    quiet_page.wait_for_selector("datalist option", state="attached")
    offered = quiet_page.eval_on_selector_all("datalist option", "all => all.map(one => [one.value, one.label])")
    assert offered[0] == ["Acoustic guitar", "Acustic gitar ≈ Acoustic guitar"]


def test_the_device_says_where_it_is_when_asked(quiet_page):
    quiet_page.goto("/my/profile/")
    quiet_page.click("[data-ssk-locate]")
    quiet_page.wait_for_selector("[data-ssk-locate-status]:not(:empty)")
    found = {name: float(quiet_page.input_value(f"[name={name}]")) for name in CAIRO}
    assert found == CAIRO


def test_a_chosen_picture_is_drawn_before_it_is_sent(quiet_page):
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    quiet_page.goto("/my/profile/picture/")
    quiet_page.set_input_files("[name=avatar]", upload(data.getvalue()))
    quiet_page.wait_for_selector("canvas", state="visible")
    assert quiet_page.eval_on_selector("canvas", PIXEL) == RED
    quiet_page.set_input_files("[name=avatar]", upload(b"no picture"))
    quiet_page.wait_for_selector("canvas", state="hidden")


def test_the_default_time_zone_gives_way_to_that_of_the_device(quiet_page):
    quiet_page.goto("/my/profile/")
    quiet_page.select_option("[name=time_zone]", "UTC")
    quiet_page.click("form:has([name=time_zone]) button[type=submit]")
    quiet_page.wait_for_selector("[name=time_zone][data-ssk-zone]")
    assert quiet_page.input_value("[name=time_zone]") == "Africa/Cairo"
    quiet_page.click("form:has([name=time_zone]) button[type=submit]")
    quiet_page.wait_for_selector("[name=time_zone]:not([data-ssk-zone])")
    assert quiet_page.input_value("[name=time_zone]") == "Africa/Cairo"


def test_enter_does_not_press_a_suggested_skill(own_page):
    own_page.goto("/my/listings/add/")
    for typed in ("Guitr", "Guitrr"):
        own_page.fill("#id_skill", typed)
        with own_page.expect_response(lambda answer: answer.request.method == "POST"):
            own_page.press("#id_skill", "Enter")
        own_page.wait_for_selector("button[name=skill]")
        assert own_page.input_value("#id_skill") == typed
