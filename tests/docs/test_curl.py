"""The how-tos that are typed with curl work as typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.example.fixtures import demo_data, needs_example, running_demo

from . import typed

__all__ = ["demo_data"]

pytestmark = [
    pytest.mark.slow,
    needs_example,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


def test_the_story_by_curl_works_as_typed(demo_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    with running_demo(data) as site:
        page = typed.steps("how-to/use-the-api-with-curl.md", {"SITE=http://127.0.0.1:8000": f"SITE={site.url}"})
        outputs = typed.run(page, folder=tmp_path)

    assert len(page) > 15
    assert typed.differences(page, outputs) == []


def test_signing_in_by_curl_works_as_typed(demo_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    with running_demo(data) as site:
        page = typed.steps("how-to/sign-in-api.md", {"SITE=http://127.0.0.1:8000": f"SITE={site.url}"})
        outputs = typed.run(page, folder=tmp_path)

    assert len(page) > 5
    assert typed.differences(page, outputs) == []
