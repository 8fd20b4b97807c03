"""What people write makes no element: a page has the same ones whatever stands in their texts.

In a browser, and on every page: ``tests/browser/test_xss.py``.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from skillswap_kit.core.keys import written_key
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.testing.factories import make_member
from tests.browser.payloads import packed

from .reader import Reader

pytestmark = pytest.mark.django_db

LIMITS = {"display_name": 80, "headline": 160, "bio": 4000, "place_name": 120}
HARMLESS = dict.fromkeys(LIMITS, "Letters and strings")


class Elements(HTMLParser):
    """Each element by its name and those of its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, *(name for name, _value in attrs)))


def elements(path):
    return Elements(Reader().open(path).content.decode()).found


def texts(number):
    """For each field one of those that hold all payloads together."""
    found = {field: packed(limit) for field, limit in LIMITS.items()}
    return {field: those[number % len(those)] for field, those in found.items()}


@pytest.fixture
def member(make_user):
    user = make_user("member")
    make_member(user)
    return user


def test_no_payload_of_a_member_makes_an_element(member):
    paths = ["/members/", f"/members/{written_key(member.pk)}/"]
    update_profile(by=member, **HARMLESS)
    expected = [elements(path) for path in paths]
    for number in range(len(packed(min(LIMITS.values())))):
        written = texts(number)
        update_profile(by=member, **written)
        assert [elements(path) for path in paths] == expected, written


def test_pages_of_members_have_no_style_and_no_script_of_their_own(member):
    for path in ("/members/", f"/members/{written_key(member.pk)}/"):
        found = elements(path)
        assert ("style",) not in found
        assert all("src" in names or "type" in names for tag, *names in found if tag == "script")
        assert [one for one in found if any(name == "style" or name.startswith("on") for name in one[1:])] == []
