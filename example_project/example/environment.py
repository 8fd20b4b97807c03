"""What differs between machines comes from environment variables, each explained in `.env.example`.

Nothing here prints or logs a value.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


MAIL_SCHEMES: dict[str, dict[str, Any]] = {
    "smtp": {"port": 25},
    "smtp+tls": {"port": 587, "use_tls": True},
    "smtps": {"port": 465, "use_ssl": True},
}
MAIL_TIMEOUT = 10
MAIL_SETTINGS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "use_ssl": "EMAIL_USE_SSL",
    "timeout": "EMAIL_TIMEOUT",
}
"""What the options of a mailer were called before Django 6.1."""


def read_env_file(file: Path) -> None:
    """Take lines such as ``DEBUG=0`` of a file, if it is there. What the environment says itself goes first."""
    if not file.is_file():
        return
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        name, is_set, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if not is_set:
            raise ImproperlyConfigured(f"{file.name}, line {number}: neither NAME=value nor a # comment.")
        if value := value.strip().strip("\"'"):
            os.environ.setdefault(name.strip(), value)


def text(name: str, *, default: str = "") -> str:
    """A variable as it is; an empty one is none."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A switch such as ``DEBUG=1``. Raises ImproperlyConfigured for what is neither yes nor no."""
    value = text(name, default=str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")
    return value in TRUE


def number(name: str, *, default: int) -> int:
    """A whole number, not negative. Raises ImproperlyConfigured for anything else."""
    value = text(name, default=str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(value)


def words(name: str, *, default: list[str]) -> list[str]:
    """A list with commas, such as ``ALLOWED_HOSTS=a.example,b.example``."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def secret_key(file: Path) -> str:
    """``SECRET_KEY``, or a key that is made at the first start and kept in an untracked file of its own."""
    if key := text("SECRET_KEY"):
        return key
    if not file.exists():
        _write_once(file, get_random_secret_key())
    return file.read_text().strip()


def _write_once(file: Path, text: str) -> None:
    """Write ``file`` whole, readable by its owner only; if another process is at it, the first one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        os.link(scratch, file)
    except FileExistsError:
        pass
    finally:
        Path(scratch).unlink()


def database(sqlite_file: Path) -> dict[str, Any]:
    """The database that ``DATABASE_URL`` names, else a SQLite file."""
    url = text("DATABASE_URL")
    if not url:
        sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{sqlite_file}"))
    config["OPTIONS"] = {**_options(config["ENGINE"]), **config.get("OPTIONS", {})}
    return config


def _options(engine: str) -> dict[str, Any]:
    match engine.rsplit(".", 1)[-1]:
        case "sqlite3":
            return SQLITE_OPTIONS
        case "postgresql":
            # Under ASGI requests change threads, so that persistent connections would pile up.
            return {"pool": True}
        case "mysql":
            return {"charset": "utf8mb4"}
    return {}


def caches() -> dict[str, Any]:
    """Redis where ``REDIS_URL`` names one, else the memory of each process."""
    if url := text("REDIS_URL"):
        return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def mail_settings() -> dict[str, Any]:
    """What ``EMAIL_URL`` names: as MAILERS where Django has them, else as EMAIL_*. Without one, the console."""
    url = urlsplit(text("EMAIL_URL"))
    mailer = _smtp(url) if url.scheme else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if hasattr(mail, "mailers"):
        return {"MAILERS": {"default": mailer}}
    options = {MAIL_SETTINGS[name]: value for name, value in mailer.get("OPTIONS", {}).items()}
    return {"EMAIL_BACKEND": mailer["BACKEND"], **options}


def _smtp(url: SplitResult) -> dict[str, Any]:
    if url.scheme not in MAIL_SCHEMES or not url.hostname:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with {', '.join(MAIL_SCHEMES)} and name a host.")
    options = {"host": url.hostname, "timeout": MAIL_TIMEOUT, **MAIL_SCHEMES[url.scheme]}
    if url.port:
        options["port"] = url.port
    if url.username:
        options |= {"username": unquote(url.username), "password": unquote(url.password or "")}
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def social_providers() -> dict[str, dict[str, Any]]:
    """The services people can sign in with: those of which the environment knows the client."""
    google = {"APPS": _client(text("GOOGLE_CLIENT_ID"), text("GOOGLE_CLIENT_SECRET")), "OAUTH_PKCE_ENABLED": True}
    facebook = {"APPS": _client(text("FACEBOOK_CLIENT_ID"), text("FACEBOOK_CLIENT_SECRET"))}
    return {name: config for name, config in {"google": google, "facebook": facebook}.items() if config["APPS"]}


def _client(client_id: str, secret: str) -> list[dict[str, str]]:
    return [{"client_id": client_id, "secret": secret}] if client_id else []
