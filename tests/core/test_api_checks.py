"""E008: an action that nobody was named for is found before a request finds it."""

from __future__ import annotations

from django.test import override_settings
from django.urls import path

from skillswap_kit.core.api.checks import check_access
from skillswap_kit.core.api.permissions import Browse
from skillswap_kit.core.api.views import KitAPIView


class HalfNamedView(KitAPIView):
    access = {"get": Browse}

    def get(self, request): ...

    def put(self, request): ...


urlpatterns = [path("half/", HalfNamedView.as_view()), path("again/", HalfNamedView.as_view())]


@override_settings(ROOT_URLCONF="tests.core.api_world")
def test_an_action_without_an_access_entry_is_an_error():
    (error,) = check_access()
    assert error.id == "skillswap_core.E008"
    assert "SkillViewSet has no access entry for 'forgotten'" in error.msg
    assert "forgotten" in error.hint


@override_settings(ROOT_URLCONF=__name__)
def test_a_method_without_an_access_entry_is_an_error_once():
    (error,) = check_access()
    assert "HalfNamedView has no access entry for 'put'" in error.msg


@override_settings(ROOT_URLCONF="django.contrib.auth.urls")
def test_a_site_without_the_kit_s_addresses_has_nothing_to_check():
    assert check_access() == []


@override_settings(ROOT_URLCONF=None)
def test_a_project_without_addresses_has_nothing_to_check():
    assert check_access() == []


def test_the_kit_s_own_views_are_all_named():
    assert check_access() == []
