"""What every page does: who gets in, where it goes on, what it looks like in somebody else's site."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django import forms
from django.conf import global_settings, settings
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from django.test.utils import override_script_prefix
from django.urls import include, path, reverse

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.web.pages import CommandPage, FormPage, ShowPage
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap

from .meetings import signed_in

LOADERS = ["django.template.loaders.locmem.Loader", "django.template.loaders.app_directories.Loader"]
BODY = '{% extends "skillswap_kit/base.html" %}{% load skillswap %}{% block body %}<p>Here I am</p>'
TEMPLATES = {
    "shown.html": BODY + '{% element "button" url="/somewhere/" text="Go" %}{% endblock %}',
    "frame.html": "<html><title>{% block title %}Mine{% endblock %}</title>{% block extra_head %}{% endblock %}"
    '<body class="mine">{% block content %}{% endblock %}</body></html>',
}


class ShownPage(ShowPage):
    template_name = "shown.html"
    title = "Shown"


class RefusedPage(ShownPage):
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotAllowed("Not for you.") if "django" not in request.GET else PermissionDenied


class BrokenPage(ShownPage):
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise ValueError("A bug.")


class NameForm(forms.Form):
    name = forms.CharField()
    more = forms.CharField(required=False)


class NamePage(FormPage):
    title = "Name"
    form_class = NameForm
    done = "It is named."

    def perform(self, data: dict[str, Any]) -> None:
        if data["name"] == "taken":
            raise InvalidInput(fields={"name": ["Somebody has it."], "elsewhere": ["Not on the form."]})
        if data["name"] == "never":
            raise NotAllowed("Nobody may.")

    def next_url(self, result: None) -> str:
        return reverse("shown")


class EndPage(CommandPage):
    title = "End it?"
    done = "It has ended."
    is_final = True

    def perform(self, data: dict[str, Any]) -> None: ...

    def next_url(self, result: None) -> str:
        return reverse("shown")


own = [
    path("shown/", ShownPage.as_view(), name="shown"),
    path("refused/", RefusedPage.as_view(), name="refused"),
    path("broken/", BrokenPage.as_view()),
    path("name/", NamePage.as_view(), name="name"),
    path("end/", EndPage.as_view(), name="end"),
]
urlpatterns = [*own, path("", include("tests.urls"))]


class Below:
    """A URLconf with the pages below the language."""

    urlpatterns = [
        *i18n_patterns(path("", include("skillswap_kit.urls_pages"))),
        path("accounts/", include("tests.urls")),
    ]


def templates(**own_ones: str) -> Any:
    configured = deepcopy(settings.TEMPLATES)
    configured[0].pop("APP_DIRS", None)
    named = {name.replace("__", "/").replace("_html", ".html"): text for name, text in own_ones.items()}
    configured[0]["OPTIONS"]["loaders"] = [(LOADERS[0], {**TEMPLATES, **named}), LOADERS[1]]
    return override_settings(TEMPLATES=configured)


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site():
    with override_settings(ROOT_URLCONF=__name__, LOGIN_URL="/sign-in/"), templates():
        yield


@pytest.fixture
def member(make_user) -> Client:
    return signed_in(make_user())


def html(answer: Any) -> str:
    return answer.content.decode()


class TestAccess:
    def test_a_stranger_signs_in_and_comes_back(self):
        answer = Client().get("/shown/?tab=2")
        assert answer.status_code == 302
        assert answer.url == "/sign-in/?next=/shown/%3Ftab%3D2"

    def test_somebody_deactivated_is_a_stranger(self, make_user):
        user = make_user()
        client = signed_in(user)
        user.is_active = False
        user.save()
        assert client.get("/shown/").url.startswith("/sign-in/")

    def test_what_is_not_theirs_is_refused_with_the_reason(self, member):
        answer = member.get("/refused/")
        assert answer.status_code == 403
        assert "Not for you." in html(answer)
        assert html(answer).count("<h1") == 1

    def test_refusals_of_django_are_told_in_the_same_way(self, member):
        answer = member.get("/refused/?django")
        assert (answer.status_code, "skillswap.css" in html(answer)) == (403, True)

    def test_hidden_and_missing_look_the_same(self, member, make_user):
        theirs = make_swap([make_user(), make_user()])
        answers = [member.get(reverse("skillswap_exchange:swap", args=[key])) for key in (theirs.pk, 999_999, "x")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({html(answer).partition("<main")[2].partition("</main>")[0] for answer in answers}) == 1

    def test_a_bug_is_no_refusal(self, member):
        with pytest.raises(ValueError, match="A bug"):
            member.get("/broken/")

    def test_nothing_is_kept_by_browsers_and_proxies(self, member):
        for answer in (member.get("/shown/"), member.get("/refused/"), Client().get("/shown/")):
            assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
            assert "Cookie" in answer["Vary"]

    @pytest.mark.parametrize("is_open", [True, False])
    def test_strangers_browse_where_the_site_lets_them(self, is_open: bool):
        with override_skillswap(PUBLIC_BROWSING=is_open):
            for name in ("listings", "members"):
                answer = Client().get(reverse(f"skillswap_exchange:{name}"))
                assert answer.status_code == (200 if is_open else 302)

    def test_a_middleware_that_asks_everybody_to_sign_in_leaves_it_to_the_setting(self):
        required = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
        with override_settings(MIDDLEWARE=required):
            start = reverse("skillswap_exchange:listings")
            assert Client().get(start).status_code == 200
            assert Client().post(reverse("skillswap_core:theme"), {"theme": "dark"}).url == start


class TestWhereTheSiteBegins:
    """Its name in the header, the way out of an error, and choosing colours without a way back."""

    @pytest.mark.parametrize(
        ("home", "expected"), [("", "/neighbours/home/"), ("shown", "/neighbours/shown/"), ("/street/", "/street/")]
    )
    def test_it_is_named_or_the_first_entry_of_the_navigation(self, member, home: str, expected: str):
        with override_skillswap(HOME_URL=home), override_script_prefix("/neighbours/"):
            pages = [html(member.get(f"/{name}/", SCRIPT_NAME="/neighbours")) for name in ("shown", "refused")]
            chosen = member.post("/look/theme/", {"theme": "dark"}, SCRIPT_NAME="/neighbours")
        assert all(f'<a class="ssk-brand" href="{expected}">' in page for page in pages)
        assert f'<a class="ssk-btn" href="{expected}">' in pages[1]
        assert chosen.url == expected

    def test_where_strangers_have_no_navigation_it_is_the_root(self):
        with override_skillswap(PUBLIC_BROWSING=False):
            assert Client().post(reverse("skillswap_core:theme"), {"theme": "dark"}).url == "/"


class TestForms:
    def test_what_worked_is_said_once_on_the_next_page(self, member):
        answer = member.post("/name/", {"name": "Maya"}, follow=True)
        assert answer.redirect_chain == [("/shown/", 302)]
        assert html(answer).count("It is named.") == 1
        assert "It is named." not in html(member.get("/shown/"))

    def test_errors_stand_beside_their_field_and_the_input_stays(self, member):
        answer = member.post("/name/", {"name": "taken", "more": "words"})
        form = answer.context["form"]
        assert answer.status_code == 400
        assert form.errors["name"] == ["Somebody has it."]
        assert form.non_field_errors() == ["Not on the form."]
        assert 'value="words"' in html(answer)

    def test_a_refusal_without_a_field_stands_above(self, member):
        answer = member.post("/name/", {"name": "never"})
        assert answer.status_code == 403
        assert answer.context["form"].non_field_errors() == ["Nobody may."]

    @pytest.mark.parametrize(
        ("asked", "led"),
        [
            ("/elsewhere/?a=1", "/elsewhere/?a=1"),
            ("https://evil.example/", "/shown/"),
            ("//evil.example/", "/shown/"),
            ("/\\evil.example", "/shown/"),
            ("/\t//evil.example/", "/shown/"),
            ("/\t///evil.example/", "/shown/"),
            ("/\n/evil.example/", "/shown/"),
            ("javascript:alert(1)", "/shown/"),
            ("http://testserver/here/", "http://testserver/here/"),
        ],
    )
    def test_it_goes_on_within_this_site_alone(self, member, asked: str, led: str):
        assert member.post("/name/", {"name": "Maya", "next": asked}).url == led

    def test_a_command_asks_first_and_acts_by_post(self, member):
        asked = member.get("/end/")
        assert "ssk-btn--final" in html(asked)
        assert "End it?" in html(asked)
        assert "It has ended." in html(member.post("/end/", follow=True))

    def test_a_post_without_its_token_is_refused(self, make_user):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user())
        assert client.post("/end/").status_code == 403


class TestColours:
    def test_a_choice_is_kept_and_shown(self, member):
        answer = member.post(reverse("skillswap_core:theme"), {"theme": "dark", "next": "/shown/"})
        cookie = answer.cookies["skillswap_theme"]
        assert (answer.url, cookie["httponly"], cookie["samesite"]) == ("/shown/", True, "Lax")
        assert 'data-ssk-theme="dark"' in html(member.get("/shown/"))

    def test_other_colours_are_not_taken(self, member):
        answer = member.post(reverse("skillswap_core:theme"), {"theme": '"><script>', "next": "//evil.example"})
        assert (answer.url, "skillswap_theme" in answer.cookies) == (reverse("skillswap_matching:home"), False)
        member.cookies["skillswap_theme"] = '"><script>'
        assert 'data-ssk-theme="auto"' in html(member.get("/shown/"))

    def test_a_link_cannot_choose(self, member):
        assert member.get(reverse("skillswap_core:theme")).status_code == 405


class TestLanguages:
    def test_people_switch_to_another(self, member):
        assert 'lang="en" dir="ltr"' in html(member.get("/shown/"))
        member.post(reverse("skillswap_core:language"), {"language": "ar", "next": "/shown/"})
        assert 'lang="ar" dir="rtl"' in html(member.get("/shown/"))

    def test_below_the_language_the_address_moves_along(self):
        with override_settings(ROOT_URLCONF=Below):
            address = reverse("skillswap_core:language")
            assert Client().post(address, {"language": "ar", "next": "/en/offers/"}).url == "/ar/offers/"
            assert 'lang="ar" dir="rtl"' in html(Client().get("/ar/offers/"))

    def test_nothing_is_offered_that_does_nothing(self, member):
        without = [name for name in settings.MIDDLEWARE if "Locale" not in name]
        switch = f'action="{reverse("skillswap_core:language")}"'
        assert switch in html(member.get("/shown/"))
        with override_settings(MIDDLEWARE=without):
            assert switch not in html(member.get("/shown/"))
        with override_settings(LANGUAGES=global_settings.LANGUAGES):
            assert switch not in html(member.get("/shown/"))


class TestOtherPeoplesSites:
    def test_the_host_s_frame_stays_and_the_navigation_comes_along(self, member):
        with override_skillswap(BASE_TEMPLATE="frame.html"):
            page = html(member.get("/shown/"))
        assert '<body class="mine">' in page
        assert "<title>Shown · SkillSwap</title>" in page
        assert page.index("skillswap.css") < page.index('class="mine"') < page.index("Here I am")
        assert reverse("skillswap_exchange:swaps") in page
        assert page.count("<html") == page.count("<h1") == 1

    def test_errors_stand_in_the_host_s_frame_too(self, member):
        with override_skillswap(BASE_TEMPLATE="frame.html"):
            assert '<body class="mine">' in html(member.get("/refused/"))

    def test_an_element_is_replaced_everywhere_at_once(self, member):
        with templates(skillswap_kit__elements__button_html='<a class="own" href="{{ url }}">{{ text }}!</a>'):
            assert '<a class="own" href="/somewhere/">Go!</a>' in html(member.get("/shown/"))

    def test_the_name_of_the_site_is_text(self, member):
        with override_skillswap(SITE_NAME="<b>Bees & Co</b>"):
            assert "&lt;b&gt;Bees &amp; Co&lt;/b&gt;" in html(member.get("/shown/"))

    def test_a_site_without_messages_works_and_stays_silent(self, member):
        without = [name for name in settings.MIDDLEWARE if "Message" not in name]
        with override_settings(MIDDLEWARE=without):
            answer = member.post("/name/", {"name": "Maya"}, follow=True)
        assert answer.status_code == 200
        assert "It is named." not in html(answer)
