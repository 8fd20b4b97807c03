"""Somebody who reads pages."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image


class Reader:
    """A browser: signed in if a user is given."""

    def __init__(self, user: Any = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def open(self, path: str, *, status: int = 200, **query: Any) -> Any:
        answer = self.client.get(path, query)
        assert answer.status_code == status, answer.content.decode()
        return answer

    def text(self, path: str, *, status: int = 200, **query: Any) -> str:
        """The page as a person reads it, without tags."""
        return plain(self.open(path, status=status, **query))

    def rows(self, path: str, **query: Any) -> list[Any]:
        """What a list shows."""
        return list(self.open(path, **query).context["page"].rows)

    def wrong(self, path: str, **query: Any) -> list[str]:
        """The fields of the search that have an error beside them."""
        answer = self.open(path, **query)
        assert answer.context["page"].rows == []
        errors = answer.context["filters"].errors
        assert all(str(text) in plain(answer) for texts in errors.values() for text in texts)
        return list(errors)

    def queries(self, path: str, **query: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.open(path, **query)
        return len(captured)


def plain(answer: Any) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def picture() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile("x.png", data.getvalue(), "image/png")
