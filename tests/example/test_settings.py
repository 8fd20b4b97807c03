"""The example's settings: from the environment, safe without it, and silent about secrets."""

from __future__ import annotations

import stat

import pytest

from .fixtures import manage, needs_example, run_python

pytestmark = needs_example

CANARY = "canary-4f1c9"


def ask(data, expression, **variables):
    """The value of an expression about the settings, as text."""
    done = run_python(
        data, "-c", f"import django; django.setup(); from django.conf import settings; print({expression})", **variables
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_d13_the_asgi_module_loads_by_itself(tmp_path):
    done = run_python(tmp_path, "-c", "from example.asgi import application; print(callable(application))")
    assert done.stdout == "True\n", done.stderr


def test_uvicorn_and_wsgi_find_their_applications(tmp_path):
    done = run_python(tmp_path, "-c", "from example.wsgi import application; print(callable(application))")
    assert done.stdout == "True\n", done.stderr


def test_a_secret_key_is_made_once_and_kept_private(tmp_path):
    first = ask(tmp_path, "settings.SECRET_KEY")
    assert len(first) >= 50
    assert ask(tmp_path, "settings.SECRET_KEY") == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


SECRETS = {
    "SECRET_KEY": f"{CANARY}-key-" + "x" * 50,
    "DATABASE_URL": f"postgres://user:{CANARY}@127.0.0.1:1/nothing",
    "REDIS_URL": f"redis://:{CANARY}@127.0.0.1:1/0",
    "EMAIL_URL": f"smtps://user:{CANARY}@127.0.0.1:1",
    "GOOGLE_CLIENT_ID": "google",
    "GOOGLE_CLIENT_SECRET": f"{CANARY}-google",
    "FACEBOOK_CLIENT_ID": "facebook",
    "FACEBOOK_CLIENT_SECRET": f"{CANARY}-facebook",
}


# The last one waits half a minute for a connection, and says in a traceback why it has none.
@pytest.mark.parametrize(
    "command", [["check"], ["check", "--deploy"], pytest.param(["migrate"], marks=pytest.mark.slow)], ids=" ".join
)
def test_d23_starting_prints_and_stores_no_secret(tmp_path, command):
    done = manage(tmp_path, *command, **SECRETS)
    assert CANARY not in done.stdout + done.stderr
    assert not any(CANARY in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_sqlite_waits_for_its_turn(tmp_path):
    from_settings = ask(tmp_path, "settings.DATABASES['default']['OPTIONS']")
    assert "'transaction_mode': 'IMMEDIATE'" in from_settings
    assert "'timeout': 20" in from_settings
    journal = "__import__('django.db', fromlist=['connection']).connection.cursor().execute('PRAGMA journal_mode')"
    assert ask(tmp_path, f"{journal}.fetchone()") == "('wal',)"


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("postgres://user:pass@host:5432/name", "django.db.backends.postgresql"),
        ("mysql://user:pass@host:3306/name", "django.db.backends.mysql"),
        ("sqlite:////somewhere/else.sqlite3", "django.db.backends.sqlite3"),
    ],
)
def test_another_database_by_its_url(tmp_path, url, engine):
    script = (
        "import sys; sys.path.insert(0, '.');"
        "from pathlib import Path; from example.environment import database;"
        "config = database(Path('unused')); print(config['ENGINE'], config['OPTIONS'])"
    )
    done = run_python(tmp_path, "-c", script, DATABASE_URL=url)
    assert done.stdout.startswith(engine), done.stderr
    assert ("IMMEDIATE" in done.stdout) == engine.endswith("sqlite3")


def test_only_this_machine_is_allowed_until_hosts_are_named(tmp_path):
    assert ask(tmp_path, "settings.ALLOWED_HOSTS") == "['localhost', '127.0.0.1', '[::1]']"
    hosts = ask(tmp_path, "settings.ALLOWED_HOSTS", ALLOWED_HOSTS="a.example, b.example")
    assert hosts == "['a.example', 'b.example']"


def test_a_switch_that_is_neither_on_nor_off_is_an_error(tmp_path):
    done = manage(tmp_path, "check", DEBUG="perhaps")
    assert done.returncode != 0
    assert "DEBUG must be 1 or 0" in done.stderr


def test_nothing_is_wrong_and_nothing_to_migrate(tmp_path):
    assert manage(tmp_path, "check", "--fail-level", "WARNING").returncode == 0
    assert "No changes detected" in manage(tmp_path, "makemigrations", "--check", "--dry-run").stdout
