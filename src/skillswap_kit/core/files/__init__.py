"""Uploads: the decoded content decides what is kept, names are random, views that authorise serve it."""

from .documents import CleanDocument, clean_document
from .errors import (
    DocumentDamaged,
    DocumentHasMacros,
    DocumentNotAllowed,
    DocumentUnpacksTooLarge,
    EmptyFile,
    FileTooLarge,
    NotAnImage,
    TooManyPixels,
    UploadRefused,
)
from .images import clean_image
from .serving import serve_file
from .storage import delete_on_commit, kit_storage, stored
from .uploads import RandomName, display_name, random_name

__all__ = [
    "CleanDocument",
    "DocumentDamaged",
    "DocumentHasMacros",
    "DocumentNotAllowed",
    "DocumentUnpacksTooLarge",
    "EmptyFile",
    "FileTooLarge",
    "NotAnImage",
    "RandomName",
    "TooManyPixels",
    "UploadRefused",
    "clean_document",
    "clean_image",
    "delete_on_commit",
    "display_name",
    "kit_storage",
    "random_name",
    "serve_file",
    "stored",
]
