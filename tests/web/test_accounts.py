"""The door: allauth's pages in the kit's dress, sign-up with a name and a picture, and the account page."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from skillswap_kit.exchange.models import Profile

if not apps.is_installed("skillswap_kit.accounts"):
    pytest.skip("needs the extra “accounts”", allow_module_level=True)

import allauth
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "ar")
PASSWORD = "wind-in-the-olives-7"

ENTRANCE = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
    "account_request_login_code",
    "socialaccount_login_cancelled",
]
MANAGE = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "socialaccount_connections",
    "usersessions_list",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "skillswap_accounts:settings",
    "skillswap_accounts:sign-out-everywhere",
]
# Codes by phone and codes for new passwords have no addresses in this site.
UNREACHABLE = {"account/confirm_password_reset_code.html", "account/confirm_phone_verification_code.html"}
ALLAUTH_TEMPLATES = Path(allauth.__file__).parent / "templates"
WHOLE_PAGES = sorted(
    str(path.relative_to(ALLAUTH_TEMPLATES))
    for folder in ("account", "mfa", "socialaccount", "usersessions")
    for path in (ALLAUTH_TEMPLATES / folder).rglob("*.html")
    if path.parent.name not in {"snippets", "email", "messages"}
    # The browser does not stay on the last one.
    and not path.name.startswith(("base", "login_redirect"))
    and str(path.relative_to(ALLAUTH_TEMPLATES)) not in UNREACHABLE
)
FORMS = dict.fromkeys(("form", "verify_form", "change_form", "webauthn_form"), Form())
NOW = timezone.now()
STAND_INS = {**FORMS, "action_url": "/", "totp_svg": "<svg></svg>", "trust_from": NOW, "trust_until": NOW}


@pytest.fixture(autouse=True)
def fresh_limits():
    """Sign-ins are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def amina(make_user):
    return with_password(make_user("amina"))


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=address(user), verified=True, primary=True)
    return user


def address(user):
    return getattr(user, user.get_email_field_name())


def signed_in(user, **client):
    """A browser in which somebody has signed in by the page."""
    browser = Client(**client)
    answer = browser.post(reverse("account_login"), {"login": address(user), "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return browser


def confirmed(user):
    """The same, who has just given the password once more: parts of the account ask for it."""
    browser = signed_in(user)
    assert browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return browser


def is_signed_in(browser):
    return browser.get(reverse("skillswap_accounts:settings")).status_code == 200


def check_dress(html, language):
    """The kit's document and stylesheet, the right language, and nothing inline."""
    assert "skillswap_kit/skillswap.css" in html
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert html.count("<h1") == 1
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html)
    assert "<style" not in html
    inline = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", html)
    assert inline == []


def picture(color="red"):
    data = BytesIO()
    Image.new("RGB", (640, 480), color).save(data, "PNG")
    return SimpleUploadedFile("me.png", data.getvalue(), "image/png")


def newcomer(**fields):
    return {"email": "nour@example.org", "username": "nour", "password1": PASSWORD, **fields}


def registered():
    email = get_user_model().get_email_field_name()
    return get_user_model()._default_manager.filter(**{email: "nour@example.org"})


@pytest.mark.parametrize("language", LANGUAGES)
class TestDress:
    @pytest.mark.parametrize("name", ENTRANCE)
    def test_the_pages_of_strangers(self, client, language, name):
        answer = client.get(reverse(name), headers={"accept-language": language})
        assert answer.status_code == 200
        check_dress(answer.content.decode(), language)

    @pytest.mark.parametrize("name", MANAGE)
    def test_the_pages_of_members(self, amina, language, name):
        answer = confirmed(amina).get(reverse(name), headers={"accept-language": language})
        assert answer.status_code == 200
        check_dress(answer.content.decode(), language)

    @pytest.mark.parametrize("name", WHOLE_PAGES)
    def test_no_template_of_allauth_stands_outside(self, rf, amina, language, name):
        request = rf.get("/")
        request.user, request.LANGUAGE_CODE = amina, language
        with translation.override(language):
            html = render_to_string(name, STAND_INS, request)
        check_dress(html, language)

    @pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
    def test_the_pages_of_a_second_factor(self, amina, language, name):
        browser = confirmed(amina)
        TOTP.activate(amina, "A" * 32)
        RecoveryCodes.activate(amina)
        answer = browser.get(reverse(name), headers={"accept-language": language})
        assert answer.status_code == 200
        check_dress(answer.content.decode(), language)


def test_every_text_of_allauths_pages_is_arabic(client):
    page = client.get(reverse("account_login"), headers={"accept-language": "ar"}).content.decode()
    assert "كلمة المرور" in page
    assert "Password" not in page.partition("<main")[2].partition("</main>")[0]


def test_labels_have_no_colon_and_the_links_lead_on(client):
    page = client.get(reverse("account_login")).content.decode()
    assert ">Password</label>" in page
    assert f'href="{reverse("account_reset_password")}"' in page
    assert f'href="{reverse("account_signup")}"' in page


class TestSecondFactor:
    def test_the_code_to_scan_stands_in_the_page_where_a_strict_policy_allows_it(self, amina):
        page = confirmed(amina).get(reverse("mfa_activate_totp")).content.decode()
        assert "<svg" in page
        assert "<?xml" not in page
        assert 'src="data:' not in page

    def test_it_is_asked_for_at_the_next_sign_in(self, amina):
        TOTP.activate(amina, "A" * 32)
        code = RecoveryCodes.activate(amina).get_unused_codes()[0]
        browser = Client()
        answer = browser.post(reverse("account_login"), {"login": address(amina), "password": PASSWORD}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("mfa_authenticate")
        check_dress(answer.content.decode(), "en")
        assert not is_signed_in(browser)

        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(browser)


class TestSignUp:
    def test_with_name_and_picture(self, client):
        answer = client.post(reverse("account_signup"), newcomer(display_name="  Nour   Haddad ", avatar=picture()))
        assert answer.status_code == 302
        profile = Profile.objects.get(user=registered().get())
        assert profile.display_name == "Nour Haddad"
        with Image.open(profile.avatar.open()) as kept:
            assert max(kept.size) <= 512

    def test_without_either(self, client):
        assert client.post(reverse("account_signup"), newcomer()).status_code == 302
        assert registered().exists()
        assert not Profile.objects.exists()

    @pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b""], ids=["no-picture", "empty"])
    def test_a_wrong_picture_is_refused_beside_its_field_and_nobody_is_registered(self, client, content):
        wrong = SimpleUploadedFile("me.png", content, "image/png")
        answer = client.post(reverse("account_signup"), newcomer(display_name="Nour", avatar=wrong))
        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == {"avatar"}
        page = answer.content.decode()
        assert 'value="Nour"' in page
        assert str(answer.context["form"].errors["avatar"][0]) in page
        assert not registered().exists()

    @pytest.mark.parametrize("name", ["x" * 81, "nul\0"], ids=["long", "nul"])
    def test_a_name_that_cannot_be_kept_is_refused_too(self, client, name):
        answer = client.post(reverse("account_signup"), newcomer(display_name=name))
        assert answer.context["form"].errors.keys() == {"display_name"}
        assert not registered().exists()

    def test_nobody_is_half_registered_when_the_picture_cannot_be_stored(self, client, monkeypatch):
        def full(**_kwargs):
            raise OSError("no space left")

        monkeypatch.setattr("skillswap_kit.accounts.forms.set_avatar", full)
        with pytest.raises(OSError, match="no space left"):
            client.post(reverse("account_signup"), newcomer(display_name="Nour", avatar=picture()))
        assert not registered().exists()

    def test_by_the_api_there_is_a_name_and_no_picture(self, client):
        body = {"email": "nour@example.org", "username": "nour", "password": PASSWORD, "display_name": "Nour"}
        answer = client.post("/api/auth/register/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        profile = Profile.objects.get(user=registered().get())
        assert profile.display_name == "Nour"
        assert not profile.avatar

    def test_with_another_service_too(self, client, settings):
        settings.SOCIALACCOUNT_AUTO_SIGNUP = False
        away = client.post(reverse("dummy_login"))
        back = client.post(away.url, {"id": "7", "email": "nour@example.org", "username": "nour"})
        assert back.url.partition("?")[0] == reverse("socialaccount_signup")
        check_dress(client.get(back.url).content.decode(), "en")

        wrong = SimpleUploadedFile("me.png", b"no picture", "image/png")
        refused = client.post(back.url, newcomer(display_name="Nour", avatar=wrong))
        assert refused.context["form"].errors.keys() == {"avatar"}
        assert not registered().exists()

        client.post(back.url, newcomer(display_name="Nour", avatar=picture()))
        profile = Profile.objects.get(user=registered().get())
        assert (profile.display_name, bool(profile.avatar)) == ("Nour", True)

    def test_an_address_that_is_taken_is_not_told_where_all_are_verified(self, client, amina, settings):
        settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
        answer = client.post(reverse("account_signup"), newcomer(email=address(amina)))
        assert answer.status_code == 302
        assert answer.url == reverse("account_email_verification_sent")


class TestMails:
    def link(self, pattern):
        return re.search(rf"http://testserver({pattern}\S+)", mail.outbox[-1].body)[1]

    def test_an_address_is_verified_by_the_link_in_the_mail(self, client):
        client.post(reverse("account_signup"), newcomer())
        page = client.get(link := self.link("/accounts/confirm-email/"))
        check_dress(page.content.decode(), "en")
        assert not EmailAddress.objects.get(email="nour@example.org").verified
        client.post(link)
        assert EmailAddress.objects.get(email="nour@example.org").verified

    def test_a_password_is_reset_by_the_link_in_the_mail_and_the_link_works_once(self, amina):
        stranger = Client()
        stranger.post(reverse("account_reset_password"), {"email": address(amina)})
        form = stranger.get(link := self.link("/accounts/password/reset/key/"), follow=True)
        check_dress(form.content.decode(), "en")
        new = {"password1": "snow-on-the-cedars-8", "password2": "snow-on-the-cedars-8"}
        stranger.post(form.request["PATH_INFO"], new)
        amina.refresh_from_db()
        assert amina.check_password("snow-on-the-cedars-8")

        used = Client().get(link, follow=True)
        assert used.context["token_fail"]
        check_dress(used.content.decode(), "en")


class TestPassword:
    def change(self, browser, present):
        new = {"password1": "snow-on-the-cedars-8", "password2": "snow-on-the-cedars-8"}
        return browser.post(reverse("account_change_password"), {"oldpassword": present, **new})

    def test_it_is_changed_with_the_present_one_only(self, amina):
        browser = signed_in(amina)
        refused = self.change(browser, "wrong")
        assert refused.context["form"].errors.keys() == {"oldpassword"}
        amina.refresh_from_db()
        assert amina.check_password(PASSWORD)

        self.change(browser, PASSWORD)
        amina.refresh_from_db()
        assert amina.check_password("snow-on-the-cedars-8")


class TestSettings:
    def titles(self, browser):
        return [str(door.title) for door in browser.get(reverse("skillswap_accounts:settings")).context["doors"]]

    def test_every_part_that_is_installed_has_a_door(self, amina):
        assert self.titles(signed_in(amina)) == [
            "Password", "E-mail addresses", "Second factor", "Linked accounts", "Sessions", "Sign out everywhere",
        ]  # fmt: skip

    def test_without_a_service_to_sign_in_with_there_is_nothing_to_link(self, amina, monkeypatch):
        adapter = "allauth.socialaccount.adapter.DefaultSocialAccountAdapter.list_providers"
        monkeypatch.setattr(adapter, lambda *args: [])
        assert "Linked accounts" not in self.titles(signed_in(amina))

    def test_who_has_no_password_is_offered_to_choose_one(self, amina, client):
        amina.set_unusable_password()
        amina.save()
        client.force_login(amina)
        page = client.get(reverse("skillswap_accounts:settings")).content.decode()
        assert reverse("account_set_password") in page
        assert reverse("account_change_password") not in page
        check_dress(client.get(reverse("account_set_password")).content.decode(), "en")

    def test_the_doors_follow_the_language_in_the_address(self, amina, client, settings):
        settings.ROOT_URLCONF = "tests.web.below_languages"
        client.force_login(amina)
        for language in LANGUAGES:
            doors = client.get(f"/{language}/account/").context["doors"]
            assert {door.url.split("/")[1] for door in doors} == {language}

    def test_strangers_are_sent_to_sign_in_and_come_back(self, client):
        for name in ("settings", "sign-out-everywhere"):
            url = reverse(f"skillswap_accounts:{name}")
            assert client.get(url).url == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_a_site_with_the_api_alone_can_have_allauths_pages(name, client, settings):
    settings.ROOT_URLCONF = "tests.web.api_alone"
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "/look/" not in answer.content.decode()


class TestSignOut:
    def test_everywhere_ends_every_session_and_token(self, amina, make_user):
        here, phone, other = signed_in(amina), signed_in(amina), signed_in(with_password(make_user()))
        name = "username" if hasattr(amina, "username") else "email"
        body = {name: getattr(amina, "username", address(amina)), "password": PASSWORD}
        tokens = Client().post("/api/auth/login/", body, content_type="application/json").json()["meta"]
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert Client().get("/api/auth/me/", headers=bearer).status_code == 200

        url = reverse("skillswap_accounts:sign-out-everywhere")
        assert here.get(url).status_code == 200
        assert is_signed_in(phone)

        assert here.post(url).url == "/"
        assert not is_signed_in(here)
        assert not is_signed_in(phone)
        assert is_signed_in(other)
        assert Client().get("/api/auth/me/", headers=bearer).status_code in (401, 403)
        refresh = {"refresh_token": tokens["refresh_token"]}
        again = Client().post("/api/auth/refresh/", refresh, content_type="application/json")
        assert again.status_code >= 400

    def test_everywhere_leads_where_signing_out_leads(self, amina, settings):
        settings.LOGOUT_REDIRECT_URL = "skillswap_exchange:listings"
        answer = signed_in(amina).post(reverse("skillswap_accounts:sign-out-everywhere"))
        assert answer.url == reverse("skillswap_exchange:listings")

    def test_everywhere_includes_the_admin(self, amina):
        amina.is_staff = True
        amina.save()
        admin = Client()
        given = {"username": amina.get_username(), "password": PASSWORD, "next": "/admin/"}
        assert admin.post(reverse("admin:login"), given).url == "/admin/"
        assert admin.get("/admin/").status_code == 200

        signed_in(amina).post(reverse("skillswap_accounts:sign-out-everywhere"))
        assert admin.get("/admin/").status_code == 302

    def test_a_link_does_not_do_it(self, amina):
        browser = signed_in(amina)
        assert browser.get(reverse("account_logout")).status_code == 200
        assert browser.get(reverse("skillswap_accounts:sign-out-everywhere")).status_code == 200
        assert is_signed_in(browser)

    def test_the_button_in_the_header_does(self, amina):
        browser = signed_in(amina)
        page = browser.get(reverse("skillswap_accounts:settings")).content.decode()
        assert re.search(rf'<form[^>]*method="post" action="{reverse("account_logout")}"', page)
        browser.post(reverse("account_logout"))
        assert not is_signed_in(browser)


class TestSignIn:
    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_next_never_leaves_this_site(self, amina, elsewhere):
        given = {"login": address(amina), "password": PASSWORD, "next": elsewhere}
        answer = Client().post(reverse("account_login"), given)
        assert answer.status_code == 302
        assert "evil" not in answer.url
        assert "javascript" not in answer.url

    def test_next_leads_back_to_where_one_was(self, amina):
        given = {"login": address(amina), "password": PASSWORD, "next": "/members/"}
        assert Client().post(reverse("account_login"), given).url == "/members/"

    def test_who_was_deactivated_cannot_sign_in(self, amina):
        amina.is_active = False
        amina.save()
        browser = Client()
        browser.post(reverse("account_login"), {"login": address(amina), "password": PASSWORD})
        assert not is_signed_in(browser)

    def test_and_is_out_at_once(self, amina):
        browser = signed_in(amina)
        amina.is_active = False
        amina.save()
        assert not is_signed_in(browser)

    def test_a_wrong_password_keeps_the_name_and_says_no_more(self, amina):
        answer = Client().post(reverse("account_login"), {"login": address(amina), "password": "wrong"})
        nobody = Client().post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong"})
        assert f'value="{address(amina)}"' in answer.content.decode()
        assert answer.context["form"].errors == nobody.context["form"].errors
