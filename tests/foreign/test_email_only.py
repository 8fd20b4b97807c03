"""Users by e-mail and UUID, ATOMIC_REQUESTS, Arabic, ``i18n_patterns``, members only, a strict policy, allauth."""

from __future__ import annotations

import json

import pytest

from . import written
from .conftest import Environments
from .project import Host, get

pytestmark = pytest.mark.slow

INSTALL = "docs/how-to/install.md"
SIGN_IN = "docs/how-to/sign-in-pages.md"

SETTINGS = """
from importlib.util import find_spec

AUTH_USER_MODEL = "people.Person"
INSTALLED_APPS = [*INSTALLED_APPS, "people"]
DATABASES["default"]["ATOMIC_REQUESTS"] = True
LANGUAGE_CODE = "ar"
MIDDLEWARE.append("django.contrib.auth.middleware.LoginRequiredMiddleware")
SKILLSWAP_KIT = {"PUBLIC_BROWSING": False, "CONTACT_POLICIES": ["people.policies.SameSchool"]}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]

POLICY = {name: ["'self'"] for name in ("default-src", "form-action", "base-uri")}
if find_spec("django.middleware.csp"):
    MIDDLEWARE.append("django.middleware.csp.ContentSecurityPolicyMiddleware")
    SECURE_CSP = POLICY
else:
    INSTALLED_APPS = [*INSTALLED_APPS, "csp"]
    MIDDLEWARE.append("csp.middleware.CSPMiddleware")
    CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY}
"""


@pytest.fixture(scope="module")
def host(environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> Host:
    python = environments("accounts,i18n", "django-csp")
    host = Host.start(python, tmp_path_factory.mktemp("email_only") / "site", files="email_only")
    sign_in = written.block(SIGN_IN, "# settings.py")
    host.append("settings.py", written.settings(), sign_in, SETTINGS)
    pages = written.block(INSTALL, "# urls.py: pages below /en/ and /ar/")
    host.append("urls.py", pages, written.block(SIGN_IN, "# urls.py"))
    host.write("people/policies.py", written.block("docs/how-to/contact-policy.md", "# mysite/policies.py"))
    receiver = written.block(
        "docs/how-to/customise.md", "# mysite/receivers.py, imported in the ready() of an AppConfig"
    )
    host.write("people/receivers.py", f"from people.models import Badge\n\n{receiver}")
    host.manage("makemigrations", "people", "--verbosity", "0")
    host.migrate()
    host.manage("createcachetable")
    return host


def test_the_checks_have_nothing_to_say(host: Host):
    assert host.our_messages() == []


def test_the_story_through_pages(host: Host):
    assert host.tell("pages").endswith("the end\n")
    host.manage("skillswap_run_due")
    assert host.tell("customised").endswith("the end\n")


def test_strangers_are_sent_to_sign_in(host: Host):
    with host.served() as address:
        status, page = get(f"{address}/ar/offers/")
        refused, answer = get(f"{address}/api/vocabulary/", refused=True)
    assert (status, refused) == (200, 401), answer
    assert 'name="password"' in page
    assert '<html lang="ar" dir="rtl"' in page
    assert json.loads(answer)["code"] == "not_authenticated"
