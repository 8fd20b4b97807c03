"""Why an upload is refused: one class per reason, the message says what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..errors import InvalidInput


class UploadRefused(InvalidInput):
    """Base of the reasons. ``fields`` names the field that the file was sent in."""

    code = "upload_refused"
    default_message = _("This file cannot be used.")

    def __init__(self, message: Any = None, *, field: str) -> None:
        message = message or self.default_message
        super().__init__(message, fields={field: [message]})


class EmptyFile(UploadRefused):
    code = "file_empty"
    default_message = _("The file is empty. Choose another one.")


class FileTooLarge(UploadRefused):
    code = "file_too_large"
    default_message = _("The file is too large.")


class NotAnImage(UploadRefused):
    code = "not_an_image"
    default_message = _("This is not an image that we can read. Send a JPEG, PNG, WebP or GIF file.")


class TooManyPixels(UploadRefused):
    code = "too_many_pixels"
    default_message = _("The image has too many pixels. Send a smaller version of it.")


class DocumentNotAllowed(UploadRefused):
    code = "document_not_allowed"
    default_message = _(
        "Documents of this kind cannot be used. Send a PDF, plain text, Markdown, Word, Excel, PowerPoint or "
        "OpenDocument file."
    )


class DocumentDamaged(UploadRefused):
    code = "document_damaged"
    default_message = _("The document is damaged or protected by a password. Save it again and send the new file.")


class DocumentHasMacros(UploadRefused):
    code = "document_has_macros"
    default_message = _("Documents with macros or embedded programs are refused. Save it without them, or as PDF.")


class DocumentUnpacksTooLarge(UploadRefused):
    code = "document_unpacks_too_large"
    default_message = _("The document unpacks to far more than its size. Send a smaller one, or a PDF.")
