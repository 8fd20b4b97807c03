"""What the pages need of a site is said at start-up, and a site that has only the API is not asked."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.checks import run_checks
from django.test import override_settings
from django.test.utils import override_script_prefix
from django.urls import include, path, reverse_lazy

from skillswap_kit.core.web.checks import MESSAGES, PROCESSORS
from skillswap_kit.testing.settings import override_skillswap

urlpatterns = [path("api/", include("skillswap_kit.urls_api"))]

LOCMEM = "django.template.loaders.locmem.Loader"
APPS = "django.template.loaders.app_directories.Loader"
COMPLETE = "{% block title %}{% endblock %}{% block extra_head %}{% endblock %}{% block content %}{% endblock %}"


class OwnLoginRequired(LoginRequiredMiddleware):
    """As hosts subclass it."""


def ids(**which: bool) -> list[str]:
    """Those of the kit; the database is asked for nothing."""
    return [message.id for message in run_checks(**which) if (message.id or "").startswith("skillswap_core")]


def messages(wanted: str) -> list[str]:
    return [message.msg for message in run_checks() if message.id == wanted]


def with_templates(**templates: str):
    """The site has these templates of its own, by name with ``_`` for the dot."""
    configured = deepcopy(settings.TEMPLATES)
    del configured[0]["APP_DIRS"]
    own = {name.replace("_html", ".html"): text for name, text in templates.items()}
    configured[0]["OPTIONS"]["loaders"] = [(LOCMEM, own), APPS]
    return override_settings(TEMPLATES=configured)


def without_processor(*paths: str):
    configured = deepcopy(settings.TEMPLATES)
    options = configured[0]["OPTIONS"]
    options["context_processors"] = [path for path in options["context_processors"] if path not in paths]
    return override_settings(TEMPLATES=configured)


def without_middleware(name: str):
    return override_settings(MIDDLEWARE=[path for path in settings.MIDDLEWARE if not path.endswith(name)])


@pytest.fixture(autouse=True)
def usual_sqlite(monkeypatch):
    """The databases are another matter."""
    monkeypatch.setattr(settings, "SILENCED_SYSTEM_CHECKS", ["skillswap_core.W001"])


def test_the_suite_s_own_site_is_in_order():
    assert ids() == []


class TestTheBaseTemplate:
    def test_one_with_all_blocks_is_in_order(self):
        with with_templates(mine_html=COMPLETE), override_skillswap(BASE_TEMPLATE="mine.html"):
            assert ids() == []

    def test_a_missing_one_is_an_error(self):
        with override_skillswap(BASE_TEMPLATE="nowhere.html"):
            assert ids() == ["skillswap_core.E011"]
            assert "nowhere.html" in messages("skillswap_core.E011")[0]

    def test_a_broken_one_is_an_error(self):
        with with_templates(mine_html="{% block title %}"), override_skillswap(BASE_TEMPLATE="mine.html"):
            assert ids() == ["skillswap_core.E011"]

    @pytest.mark.parametrize("name", ["title", "extra_head", "content"])
    def test_a_missing_block_is_named(self, name: str):
        text = COMPLETE.replace(f"{{% block {name} %}}{{% endblock %}}", "")
        with with_templates(mine_html=text), override_skillswap(BASE_TEMPLATE="mine.html"):
            assert ids() == ["skillswap_core.W003"]
            assert f"has no block {name!r}" in messages("skillswap_core.W003")[0]

    def test_blocks_of_what_it_extends_count(self):
        mine = '{% extends "theirs.html" %}{% block title %}Mine{% endblock %}'
        with (
            with_templates(mine_html=mine, theirs_html=COMPLETE.replace("extra_head", "head")),
            override_skillswap(BASE_TEMPLATE="mine.html"),
        ):
            assert ids() == ["skillswap_core.W003"]
            assert "'extra_head'" in messages("skillswap_core.W003")[0]

    def test_one_that_extends_its_namesake_is_followed(self):
        own = {"skillswap_kit/site_html": '{% extends "skillswap_kit/site.html" %}'}
        with with_templates(**own):
            assert ids() == []

    def test_what_only_a_request_can_tell_is_not_judged(self):
        with (
            with_templates(mine_html="{% extends layout %}"),
            override_skillswap(BASE_TEMPLATE="mine.html"),
        ):
            assert ids() == []

    def test_a_value_that_is_no_name_is_judged_once(self):
        with override_skillswap(BASE_TEMPLATE=7):
            assert ids() == ["skillswap_core.E003"]


class TestTheTemplateEngine:
    def test_one_that_does_not_look_into_apps_is_an_error(self):
        configured = deepcopy(settings.TEMPLATES)
        configured[0]["APP_DIRS"] = False
        with override_settings(TEMPLATES=configured):
            assert "skillswap_core.E010" in ids()

    def test_another_one_beside_it_does_no_harm(self):
        other = {"BACKEND": "django.template.backends.dummy.TemplateStrings", "NAME": "other", "APP_DIRS": True}
        bare = {"BACKEND": "django.template.backends.django.DjangoTemplates", "NAME": "bare", "APP_DIRS": False}
        with override_settings(TEMPLATES=[other, bare, *settings.TEMPLATES]):
            assert ids() == []

    @pytest.mark.parametrize("name", PROCESSORS)
    def test_a_context_processor_is_missing(self, name: str):
        with without_processor(name):
            assert ids() == ["skillswap_core.E012"]
            assert name in messages("skillswap_core.E012")[0]


class TestMiddleware:
    def test_without_authentication_nobody_is_signed_in(self):
        with without_middleware("AuthenticationMiddleware"):
            assert "skillswap_core.E013" in ids()

    def test_without_messages_nobody_is_told_what_worked(self):
        with without_middleware("MessageMiddleware"):
            assert ids() == ["skillswap_core.W005"]
        with without_processor(MESSAGES):
            assert ids() == ["skillswap_core.W005"]

    def test_a_deployment_has_the_middleware_of_the_pages_before_that_of_tokens(self):
        turned = [path for path in settings.MIDDLEWARE if not path.endswith("PagesMiddleware")]
        turned.append("skillswap_kit.core.web.middleware.PagesMiddleware")
        for context in (without_middleware("PagesMiddleware"), override_settings(MIDDLEWARE=turned)):
            with context:
                assert ids() == []
                assert ids(include_deployment_checks=True) == ["skillswap_core.W006"]
        assert ids(include_deployment_checks=True) == []

    @pytest.mark.parametrize(
        "path", [f"{LoginRequiredMiddleware.__module__}.LoginRequiredMiddleware", f"{__name__}.OwnLoginRequired"]
    )
    def test_a_site_that_asks_everybody_to_sign_in_decides_about_browsing(self, path: str):
        with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, path]):
            assert ids() == ["skillswap_core.W004"]
            for decided in (True, False):
                with override_skillswap(PUBLIC_BROWSING=decided):
                    assert ids() == []

    def test_functions_and_what_cannot_be_imported_are_passed_over(self):
        factory = "django.utils.decorators.sync_and_async_middleware"
        with override_settings(MIDDLEWARE=["nowhere.at.All", factory, *settings.MIDDLEWARE]):
            assert ids() == []


class BelowLanguages:
    """As the site of the suite, with a page to sign in at ``/en/door/``."""

    urlpatterns = [path("", include("tests.urls")), *i18n_patterns(path("door/", lambda request: None, name="door"))]


class TestWhereItLeads:
    @pytest.mark.parametrize("login_url", ["/nowhere/", "nowhere", "/nowhere/?from=here", "accounts:nothing"])
    def test_sign_in_that_is_not_there_is_named(self, login_url: str):
        with override_settings(LOGIN_URL=login_url):
            assert ids() == ["skillswap_core.W007"]
            assert repr(login_url) in messages("skillswap_core.W007")[0]

    @pytest.mark.parametrize("login_url", ["/door/", "/door", "/en/door/?from=here", "door", reverse_lazy("door")])
    def test_pages_below_a_language_are_found(self, login_url: str):
        with override_settings(ROOT_URLCONF=BelowLanguages, LOGIN_URL=login_url):
            assert ids() == []

    def test_other_sites_and_what_stands_beside_this_one_are_not_judged(self):
        with override_settings(LOGIN_URL="https://id.example.org/in/"):
            assert ids() == []
        with override_script_prefix("/swaps/"), override_settings(LOGIN_URL="/portal/in/"):
            assert ids() == []

    def test_addresses_of_a_site_below_a_prefix_are_judged_without_it(self):
        with override_script_prefix("/neighbours/"):
            for login_url, found in (("/neighbours/admin/login/", []), ("/neighbours/in/", ["skillswap_core.W007"])):
                with override_settings(LOGIN_URL=login_url):
                    assert ids() == found

    def test_a_start_that_is_not_there_is_an_error(self):
        for home, found in (("nowhere", ["skillswap_core.E014"]), ("/offers/", []), ("skillswap_exchange:swaps", [])):
            with override_skillswap(HOME_URL=home):
                assert ids() == found


@pytest.mark.parametrize("urlconf", [__name__, None])
def test_a_site_without_pages_needs_nothing_of_this(urlconf: str | None):
    with override_settings(ROOT_URLCONF=urlconf, TEMPLATES=[], MIDDLEWARE=[]), override_skillswap(BASE_TEMPLATE="no"):
        assert ids() == []
