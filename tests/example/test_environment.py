"""The example takes what differs between machines from the environment or a file, and every variable is explained."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from .fixtures import EXPLAINED, PROJECT, manage, needs_example, run_python

pytestmark = needs_example

KEY = "k-9f3" * 14
READ = re.compile(r"\b(?:text|flag|number|words)\(\s*\"([A-Z_]+)\"")
SOURCES = [*(PROJECT / "example").rglob("*.py"), *(PROJECT / "demo").rglob("*.py")]


def test_every_variable_that_is_read_is_explained_and_no_other():
    read = {name for path in SOURCES for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert read == set(EXPLAINED)
    assert Counter(EXPLAINED).most_common(1)[0][1] == 1


def test_each_has_a_comment_before_it():
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if "=" in line and not line.startswith("#"):
            assert lines[number - 1].startswith(("#", "GOOGLE_", "FACEBOOK_")), line


def test_the_example_of_the_file_can_be_used_as_it_is(tmp_path):
    done = manage(tmp_path, "check", "--fail-level", "WARNING", ENV_FILE=str(PROJECT / ".env.example"))
    assert done.returncode == 0, done.stderr


def settings_of(data, expression, **variables):
    script = f"from django.conf import settings; import json; print(json.dumps({expression}))"
    done = run_python(data, "-c", script, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_file_says_it_and_the_environment_goes_before(tmp_path):
    (file := tmp_path / "own.env").write_text(
        '# a site\nDEBUG=0\n\nALLOWED_HOSTS = "a.example, b.example"\nREDIS_URL=\n'
    )
    asked = "[settings.DEBUG, settings.ALLOWED_HOSTS]"
    assert settings_of(tmp_path, asked, ENV_FILE=str(file)) == [False, ["a.example", "b.example"]]
    assert settings_of(tmp_path, asked, ENV_FILE=str(file), DEBUG="1") == [True, ["a.example", "b.example"]]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"EMAIL_URL": "pigeon://user:canary@host"}, "EMAIL_URL must begin with"),
        ({"EMAIL_URL": "smtp:canary"}, "EMAIL_URL must begin with"),
        ({"HTTPS": "1", "HSTS_SECONDS": "canary"}, "HSTS_SECONDS must be a whole number"),
        ({"ENV_FILE": "{data}/wrong.env"}, "wrong.env, line 1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_read_is_said_without_repeating_it(tmp_path, variables, message):
    (tmp_path / "wrong.env").write_text("canary\n")
    given = {name: value.format(data=tmp_path) for name, value in variables.items()}
    done = manage(tmp_path, "check", **given)
    assert done.returncode != 0
    assert message in done.stderr
    assert "canary" not in done.stdout + done.stderr


MAIL = """(lambda sender: [getattr(sender, name) for name in "host port username password use_tls use_ssl".split()])(
    __import__("django.core.mail", fromlist=["x"]).mailers["default"] if hasattr(settings, "MAILERS")
    else __import__("django.core.mail", fromlist=["x"]).get_connection())"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://post:p%40ss@mail.example", ["mail.example", 587, "post", "p@ss", True, False]),
        ("smtps://post:p%40ss@mail.example", ["mail.example", 465, "post", "p@ss", False, True]),
        ("smtp://mail.example:2525", ["mail.example", 2525, None, None, False, False]),
    ],
)
def test_mail_goes_where_its_url_says(tmp_path, url, expected):
    found = settings_of(tmp_path, MAIL, EMAIL_URL=url)
    assert [value or None if place in (2, 3) else value for place, value in enumerate(found)] == expected


def test_a_site_on_tls_passes_the_deployment_checks(tmp_path):
    variables = {"DEBUG": "0", "HTTPS": "1", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "a.example"}
    variables["EMAIL_URL"] = "smtp://127.0.0.1:1"
    variables["REDIS_URL"] = "redis://127.0.0.1:1/0"  # shared by all processes, where sign-ins are counted
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_year_of_tls_by_the_environment(tmp_path):
    asked = "[settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE]"
    assert settings_of(tmp_path, asked) == [0, False, False]
    assert settings_of(tmp_path, asked, HTTPS="1", HSTS_SECONDS="31536000") == [31536000, True, True]


def test_the_cookie_of_the_language_is_kept_as_the_others_are(tmp_path):
    names = ("SECURE", "HTTPONLY", "SAMESITE")
    asked = f"[settings.LANGUAGE_COOKIE_{', settings.LANGUAGE_COOKIE_'.join(names)}]"
    assert settings_of(tmp_path, asked, HTTPS="1") == [True, True, "Lax"]
    assert settings_of(tmp_path, asked) == [False, True, "Lax"]


def test_proxies_are_believed_only_as_far_as_they_are_ours(tmp_path):
    asked = "[settings.REST_FRAMEWORK['NUM_PROXIES'], bool(settings.SECURE_PROXY_SSL_HEADER)]"
    assert settings_of(tmp_path, asked) == [0, False]
    assert settings_of(tmp_path, asked, TRUSTED_PROXY_COUNT="1") == [1, True]
