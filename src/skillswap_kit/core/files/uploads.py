"""Reading an upload without trusting what it says about itself."""

from __future__ import annotations

import re
import secrets
import unicodedata
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

from .errors import EmptyFile, FileTooLarge

MAX_NAME_LENGTH = 100
_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")


def read_upload(upload: File[Any] | IO[bytes], *, limit: int, field: str) -> bytes:
    """All bytes of ``upload``; no more than ``limit`` are held. Raises EmptyFile and FileTooLarge."""
    upload.seek(0)
    data = bytes(upload.read(limit + 1))
    if not data:
        raise EmptyFile(field=field)
    if len(data) > limit:
        message = _("The file is too large. At most %(limit)s are accepted.")
        raise FileTooLarge(message % {"limit": filesizeformat(limit)}, field=field)
    return data


def random_name(extension: str = "") -> str:
    """A name that nobody can guess and that says nothing about the original. ``extension`` has its dot."""
    return secrets.token_hex(16) + extension


def display_name(name: str | None, *, extension: str) -> str:
    """What people see as the name of their file: one line, no path, nothing invisible, and our extension."""
    last = re.split(r"[/\\]", name or "")[-1]
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last[: 4 * MAX_NAME_LENGTH])
    stem = " ".join(visible.rsplit(".", 1)[0].split()).strip(". ")
    return (stem[: MAX_NAME_LENGTH - len(extension)] or "file") + extension


@deconstructible(path="skillswap_kit.core.files.RandomName")
class RandomName:
    """``upload_to`` of every file field of the kit: ``folder/ab/ab12….ext``, whatever the file was called."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, instance: object, filename: str) -> str:
        extension = PurePosixPath(filename).suffix.lower()
        name = random_name(extension if _EXTENSION.fullmatch(extension) else "")
        return f"{self.folder}/{name[:2]}/{name}"
