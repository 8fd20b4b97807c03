"""What the framework and the database raise, as errors of the kit."""

from __future__ import annotations

import sqlite3

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from .errors import Conflict, NotAllowed, NotFound, SkillSwapError

_VICTIM_SQLSTATES = {"40001", "40P01"}  # serialization failure, deadlock
_VICTIM_MARIADB_ERRORS = {1020, 1213}  # record has changed since last read, deadlock
_BUSY_SQLSTATES = {*_VICTIM_SQLSTATES, "55P03"}  # lock not available
_BUSY_MARIADB_ERRORS = {*_VICTIM_MARIADB_ERRORS, 1205}  # lock wait timeout
_BUSY_SQLITE_ERRORS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class StillUsed(Conflict):
    """Other rows need it, so it cannot be deleted."""

    code = "still_used"
    default_message = _("This is still used by something else.")


class Busy(SkillSwapError):
    """The database gave way to somebody else; the same request will succeed in a moment."""

    code, status_code = "busy", 503
    default_message = _("Too many people do this at the moment. Try again.")


FAILURES = (SkillSwapError, Http404, PermissionDenied, ProtectedError, RestrictedError, OperationalError)
"""All that ``translated`` knows."""


def translated(error: Exception) -> Exception:
    """The kit's error that means the same, or ``error`` itself."""
    match error:
        case Http404():
            return NotFound()
        case PermissionDenied():
            return NotAllowed()
        case ProtectedError() | RestrictedError():
            return StillUsed()
        case OperationalError() if is_busy(error):
            return Busy()
    return error


def is_busy(error: OperationalError) -> bool:
    """Whether the database refused only because of somebody else's transaction."""
    sqlite_error = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF  # the rest says where it was busy
    return (
        _sqlstate(error) in _BUSY_SQLSTATES
        or sqlite_error in _BUSY_SQLITE_ERRORS
        or _mariadb_error(error) in _BUSY_MARIADB_ERRORS
    )


def is_victim(error: OperationalError) -> bool:
    """Whether the database gave this transaction up, at once and whole, so that another could go on."""
    return _sqlstate(error) in _VICTIM_SQLSTATES or _mariadb_error(error) in _VICTIM_MARIADB_ERRORS


def _sqlstate(error: OperationalError) -> str | None:
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)


def _mariadb_error(error: OperationalError) -> int | None:
    return error.args[0] if error.args else None
