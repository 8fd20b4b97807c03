"""What the example site answers: social sign-in where it is configured, one policy, pages for what went wrong."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from .fixtures import needs_example, run_python

pytestmark = needs_example

ASK = """
import django; django.setup()
import json
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.views import defaults
call_command("migrate", verbosity=0)
browser = Client(raise_request_exception=False)
{script}
"""
CLIENTS = {
    "GOOGLE_CLIENT_ID": "our-google-client",
    "GOOGLE_CLIENT_SECRET": "canary-google",
    "FACEBOOK_CLIENT_ID": "our-facebook-app",
    "FACEBOOK_CLIENT_SECRET": "canary-facebook",
}


def ask(data, script, **variables):
    done = run_python(data, "-c", ASK.format(script=script), ALLOWED_HOSTS="testserver", **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


LOOK = """
def look(path):
    answer = browser.get(path)
    return [answer.status_code, answer.content.decode(), answer.headers.get("Content-Security-Policy", "")]
"""


SOCIAL = (
    LOOK
    + """
page = look("/accounts/login/")
away = {name: browser.post(f"/accounts/{name}/login/").headers.get("Location") for name in ("google", "facebook")}
print(json.dumps([page, away]))
"""
)


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    return ask(tmp_path_factory.mktemp("social"), SOCIAL, **CLIENTS)


class TestSocialSignIn:
    def test_there_is_a_button_for_each(self, configured):
        (_status, page, _policy), _away = configured
        assert "Continue with Google" in page
        assert "Continue with Facebook" in page
        assert "canary" not in page

    @pytest.mark.parametrize(
        ("name", "host", "client_id"),
        [
            ("google", "accounts.google.com", "our-google-client"),
            ("facebook", "www.facebook.com", "our-facebook-app"),
        ],
    )
    def test_it_leads_to_the_service_as_our_client(self, configured, name, host, client_id):
        (_status, _page, policy), away = configured
        url = urlsplit(away[name])
        query = parse_qs(url.query)
        assert (url.scheme, url.hostname) == ("https", host)
        assert query["client_id"] == [client_id]
        assert query["redirect_uri"] == [f"http://testserver/accounts/{name}/login/callback/"]
        assert query["state"]
        assert "canary" not in away[name]
        assert f"https://{host}" in policy.partition("form-action")[2].partition(";")[0]

    def test_where_none_is_configured_there_is_nothing_of_it(self, tmp_path):
        (status, page, policy), away = ask(tmp_path, SOCIAL)
        assert status == 200
        assert "Continue with" not in page
        assert away == {"google": None, "facebook": None}
        assert "form-action 'self';" in f"{policy};"


STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


POLICIES = (
    LOOK
    + """
browser.defaults["HTTP_ACCEPT"] = "text/html"
paths = ["/", "/accounts/login/", "/offers/", "/admin/login/", "/api/docs/", "/api/redoc/", "/api/", "/nothing/"]
print(json.dumps({path: look(path)[2] for path in paths}))
"""
)


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    found = ask(tmp_path_factory.mktemp("policy"), POLICIES, DEBUG="0")
    return {path: set(filter(None, policy.split("; "))) for path, policy in found.items()}


class TestPolicy:
    @pytest.mark.parametrize("path", ["/", "/accounts/login/", "/offers/", "/admin/login/", "/nothing/"])
    def test_nothing_inline_and_nothing_from_elsewhere(self, policies, path):
        assert policies[path] == STRICT

    def test_the_browsable_api_may_style_and_no_more(self, policies):
        assert policies["/api/"] - STRICT == {"style-src 'self' 'unsafe-inline'"}
        assert STRICT - policies["/api/"] == {"style-src 'self'"}

    def test_swagger_may_draw_the_icons_in_its_stylesheet(self, policies):
        assert policies["/api/docs/"] ^ STRICT == {"img-src 'self'", "img-src 'self' data:"}

    def test_redoc_alone_is_exempt(self, policies):
        assert policies["/api/redoc/"] == set()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_what_went_wrong(tmp_path, language):
    script = f"""
from django.db import connection
from django.utils import translation
translation.activate({language!r})
request = RequestFactory().get("/")
strict = Client(enforce_csrf_checks=True, headers={{"accept-language": {language!r}}})
browser.defaults["HTTP_ACCEPT_LANGUAGE"] = {language!r}
answers = [
    strict.post("/accounts/login/", {{}}),
    browser.get("/nothing/"),
]
translation.activate({language!r})
connection.close()
connection.settings_dict["NAME"] = "/nowhere/at/all"  # whoever asks the database now fails
answers += [defaults.bad_request(request, ValueError()), defaults.server_error(request)]
print(json.dumps([[answer.status_code, answer.content.decode()] for answer in answers]))
"""
    answers = ask(tmp_path, script, DEBUG="0")
    assert [status for status, _page in answers] == [403, 404, 400, 500]
    for _status, page in answers:
        assert "skillswap_kit/skillswap.css" in page
        assert f'<html lang="{language}"' in page
        assert 'href="/"' in page


def test_a_site_for_members_only_says_so_and_sends_strangers_to_sign_in(tmp_path):
    script = (
        LOOK
        + """
print(json.dumps([look("/")[1], browser.get("/offers/?kind=want").headers["Location"]]))
"""
    )
    page, location = ask(tmp_path, script, PUBLIC_BROWSING="0")
    assert "shown to people who have signed in" in page
    assert location == "/accounts/login/?next=/offers/%3Fkind%3Dwant"
