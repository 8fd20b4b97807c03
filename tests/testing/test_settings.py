"""``override_skillswap`` changes single keys, wherever Django's own ``override_settings`` can stand."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, override_settings

from skillswap_kit.core.conf import core_settings
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.geocoders import geocoders
from skillswap_kit.testing.settings import override_skillswap


def pages() -> tuple[int, int]:
    return core_settings.API_PAGE_SIZE, core_settings.API_MAX_PAGE_SIZE


def test_other_keys_stay():
    with override_settings(SKILLSWAP_KIT={"API_MAX_PAGE_SIZE": 50}):
        with override_skillswap(API_PAGE_SIZE=7):
            assert pages() == (7, 50)
            with override_skillswap(API_MAX_PAGE_SIZE=9):
                assert pages() == (7, 9)
            assert pages() == (7, 50)
        assert settings.SKILLSWAP_KIT == {"API_MAX_PAGE_SIZE": 50}
    assert not hasattr(settings, "SKILLSWAP_KIT")


def test_a_key_that_nobody_declares_is_an_error():
    with pytest.raises(ImproperlyConfigured, match="'PUBLIC_BROWSNG'"), override_skillswap(PUBLIC_BROWSNG=False):
        pass
    assert not hasattr(settings, "SKILLSWAP_KIT")


def test_what_was_built_from_the_setting_is_built_again():
    first = geocoders["default"]
    with override_skillswap(EXCHANGE_GRID_KM=7):
        assert geocoders["default"] is not first


@override_skillswap(EXCHANGE_PROPOSAL_DAYS=3)
def test_as_decorator():
    assert exchange_settings.PROPOSAL_DAYS == 3


@pytest.fixture
def closed_site():
    with override_skillswap(PUBLIC_BROWSING=False):
        yield


@pytest.mark.usefixtures("closed_site")
def test_in_a_fixture():
    assert core_settings.PUBLIC_BROWSING is False


def test_the_fixture_s_value_is_gone_afterwards():
    assert core_settings.PUBLIC_BROWSING is True


@override_skillswap(API_PAGE_SIZE=7, API_MAX_PAGE_SIZE=8)
class ClassTests(SimpleTestCase):
    def test_on_a_class(self):
        assert pages() == (7, 8)

    @override_skillswap(API_PAGE_SIZE=5)
    def test_on_a_class_and_a_method(self):
        assert pages() == (5, 8)


@override_skillswap(API_PAGE_SIZE=6)
class InheritingTests(ClassTests):
    def test_on_a_class(self):
        assert pages() == (6, 8)
