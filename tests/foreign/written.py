"""What the documentation tells hosts to write, word for word."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def block(page: str, first_line: str) -> str:
    """The block of a page (below the root of the repository) that begins with this line."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = (re.sub(f"^{indent}", "", content, flags=re.MULTILINE) for indent, _kind, content in FENCE.findall(text))
    (found,) = (content for content in blocks if content.splitlines()[0].strip() == first_line)
    return found


def settings(*, without: tuple[str, ...] = ()) -> str:
    """What the README adds to the settings, less the lines with these words."""
    lines = block("README.md", "# settings.py, at the end").splitlines()
    return "\n".join(line for line in lines if not any(word in line for word in without))


def frame() -> str:
    return block("docs/how-to/theme.md", "{% load static %}<!DOCTYPE html>")


def urls() -> str:
    return block("README.md", "# urls.py, at the end")
