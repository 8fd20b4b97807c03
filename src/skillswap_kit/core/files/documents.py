"""Documents: kept as they are, so their content must be of a known kind. They are only ever downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile, File

from ..conf import core_settings
from .errors import DocumentDamaged, DocumentNotAllowed
from .office import office_extension
from .uploads import display_name, random_name, read_upload

CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}

_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_CODE = re.compile(
    r"\s*(<!doctype|<html|<head|<body|<svg|<script|<\?|<!--|<!entity|<iframe|%!|#!|\{\\rtf|mime-version:|@echo|"
    r"\[internetshortcut\])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class CleanDocument:
    """A document that was accepted: ``file`` has a random name, ``name`` is what people called it."""

    file: ContentFile[bytes]
    name: str
    content_type: str


def clean_document(upload: File[Any] | IO[bytes], *, field: str = "file") -> CleanDocument:
    """Accept ``upload`` if its content is a PDF, plain text, Markdown or an office document without macros.

    The content decides about the extension; only between kinds of plain text the name does. Raises EmptyFile,
    FileTooLarge, DocumentNotAllowed, DocumentDamaged, DocumentHasMacros and DocumentUnpacksTooLarge.
    """
    data = read_upload(upload, limit=core_settings.DOCUMENT_MAX_BYTES, field=field)
    name = upload.name or ""
    extension = _extension(data, name, field=field)
    return CleanDocument(
        file=ContentFile(data, name=random_name(extension)),
        name=display_name(name, extension=extension),
        content_type=CONTENT_TYPES[extension],
    )


def _extension(data: bytes, name: str, *, field: str) -> str:
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-1024:]:
            raise DocumentDamaged(field=field)
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        return office_extension(data, field=field)
    claimed = PurePosixPath(name.lower()).suffix
    if claimed in {".txt", ".md"} and _is_plain_text(data):
        return claimed
    raise DocumentNotAllowed(field=field)


def _is_plain_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _NOT_IN_TEXT.search(text) and not _CODE.match(text)
