"""Wrong set-up fails at start-up, one function and one id per rule. Ids are never used again for something else."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from .backends import BackendRegistry
from .conf import SETTINGS_NAME, core_settings, declared_settings, host_settings
from .policies import BaseContactPolicy, contact_policy_paths, contributed_contact_policies, load_policy

KIT_LABEL = "skillswap_core"


@register(KIT_LABEL)
def check_settings_is_a_dict(**kwargs: Any) -> list[CheckMessage]:
    try:
        host_settings()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=f'{SETTINGS_NAME} = {{"PUBLIC_BROWSING": False}}', id="skillswap_core.E001")]
    return []


def _host_settings_or_nothing() -> Mapping[str, Any]:
    try:
        return host_settings()
    except ImproperlyConfigured:
        return {}  # E001 says so.


def is_readable(key: str) -> bool:
    """Whether a setting has a value of its type, so that a rule about what it says can be judged.

    Where it has none, E001 or E003 says so, and the rule has nothing to add.
    """
    try:
        return declared_settings()[key].problem() is None
    except ImproperlyConfigured:
        return False


def policy_problem(path: Any, base: type) -> str | None:
    """Why this dotted path names no policy that is a ``base``, or None."""
    if not isinstance(path, str):
        return f"{path!r} is no dotted path."
    try:
        policy = load_policy(path)
    except (ImproperlyConfigured, TypeError, ValueError) as error:
        return str(error)
    return None if isinstance(policy, base) else f"{path!r} is no {base.__name__}."


@register(KIT_LABEL)
def check_unknown_settings(**kwargs: Any) -> list[CheckMessage]:
    known = declared_settings()
    messages: list[CheckMessage] = []
    for key in _host_settings_or_nothing():
        if key not in known:
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else "docs/reference/settings lists all."
            messages.append(Error(f"{SETTINGS_NAME} has no setting {key!r}.", hint=hint, id="skillswap_core.E002"))
    return messages


@register(KIT_LABEL)
def check_setting_values(**kwargs: Any) -> list[CheckMessage]:
    configured = _host_settings_or_nothing()
    return [
        Error(f'{SETTINGS_NAME}["{key}"] {problem}.', hint=setting.doc, id="skillswap_core.E003")
        for key, setting in declared_settings().items()
        if key in configured and (problem := setting.problem())
    ]


@register(KIT_LABEL)
def check_backends_build(**kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    for registry in BackendRegistry.instances:
        for alias in registry if is_readable(registry.key) else ():
            try:
                backend = registry[alias]
            except ImproperlyConfigured as error:
                hint = 'The form is {alias: {"BACKEND": "dotted.path.Class", "OPTIONS": {}}}.'
                messages.append(Error(str(error), hint=hint, id="skillswap_core.E004"))
            else:
                messages.extend(backend.check() if hasattr(backend, "check") else ())
    return messages


@register(KIT_LABEL)
def check_contact_policies_load(**kwargs: Any) -> list[CheckMessage]:
    hint = "A contact policy is a subclass of skillswap_kit.core.policies.BaseContactPolicy, named by its dotted path."
    paths = contact_policy_paths() if is_readable("CONTACT_POLICIES") else ()
    problems = [policy_problem(path, BaseContactPolicy) for path in paths]
    return [Error(problem, hint=hint, id="skillswap_core.E005") for problem in problems if problem]


@register(KIT_LABEL)
def check_contact_policies_complete(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("CONTACT_POLICIES"):
        return []
    paths = contact_policy_paths()
    return [
        Error(
            f"CONTACT_POLICIES leaves out {path!r}, which an installed app contributes.",
            hint=f"Add {path!r} to the list, or remove the setting to use all contributed policies.",
            id="skillswap_core.E006",
        )
        for path in contributed_contact_policies()
        if path not in paths
    ]


@register(KIT_LABEL)
def check_file_storage(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("FILE_STORAGE") or (alias := core_settings.FILE_STORAGE) in settings.STORAGES:
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["FILE_STORAGE"] names {alias!r}, which STORAGES does not have.',
            hint=f"Add it to STORAGES, or use one of {sorted(settings.STORAGES)}.",
            id="skillswap_core.E007",
        )
    ]


@register(KIT_LABEL)
def check_time_zone_support(**kwargs: Any) -> list[CheckMessage]:
    """Sessions and deadlines are moments: a time of day without a zone is none."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "SkillSwap Kit needs time zone support.",
            hint="Set USE_TZ = True, or leave it out: it is Django's default.",
            id="skillswap_core.E009",
        )
    ]


@register(KIT_LABEL)
def check_sqlite_transaction_mode(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """On SQLite a deferred transaction that turns into a writer fails at once with "database is locked"."""
    return [
        Warning(
            f"The SQLite database {alias!r} does not open its transactions as IMMEDIATE.",
            hint=f'DATABASES["{alias}"]["OPTIONS"] = {{"transaction_mode": "IMMEDIATE", "timeout": 20}}',
            id="skillswap_core.W001",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("ENGINE", "").endswith("sqlite3")
        and str(database.get("OPTIONS", {}).get("transaction_mode")).upper() != "IMMEDIATE"
    ]


@register(KIT_LABEL)
def check_mariadb_isolation(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Under REPEATABLE READ a transaction that waited for a lock still reads what was there before it waited."""
    return [
        Warning(
            f"The database {alias!r} does not use the isolation level READ COMMITTED.",
            hint=f'Leave "isolation_level" out of DATABASES["{alias}"]["OPTIONS"], or set it to "read committed".',
            id="skillswap_core.W002",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("ENGINE", "").endswith("mysql")
        and str(database.get("OPTIONS", {}).get("isolation_level", "read committed")).lower() != "read committed"
    ]
