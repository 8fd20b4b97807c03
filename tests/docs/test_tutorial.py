"""docs/tutorial/index.md works as typed, from `startproject` to the reviews; and so do the lines of README.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.example.fixtures import free_port

from . import neighbours, typed

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("modeltranslation"), reason="the extra “i18n” is not installed"),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


def django(folder: Path, *arguments: str) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**variables, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_lines_of_the_readme_make_a_site(tmp_path: Path) -> None:
    text = (typed.DOCS.parent / "README.md").read_text(encoding="utf-8")
    settings, urls = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    lines = [line for line in (settings + urls).splitlines() if line and not line.startswith("#")]
    assert len(lines) <= 12

    django(tmp_path, "startproject", "mysite", ".")
    with (tmp_path / "mysite" / "settings.py").open("a", encoding="utf-8") as file:
        file.write("\n" + settings)
    with (tmp_path / "mysite" / "urls.py").open("a", encoding="utf-8") as file:
        file.write("\n" + urls)
    for command in (["migrate", "--verbosity", "0"], ["check"], ["makemigrations", "--check"]):
        django(tmp_path, *command, "--settings", "mysite.settings")


@pytest.mark.browser
@pytest.mark.skipif(not find_spec("playwright"), reason="the dependency group “browser” is not installed")
@pytest.mark.skipif(not find_spec("allauth"), reason="the extra “accounts” is not installed")
def test_the_tutorial_works_as_typed(tmp_path: Path, browser: Browser) -> None:
    address = f"127.0.0.1:{free_port()}"
    page = typed.steps("tutorial/index.md", {"127.0.0.1:8000": address})
    # The terminal waits while people are at their browsers: before what programs do, which comes after them.
    started, played = tmp_path / "started", tmp_path / "played"
    after = next(number for number, step in enumerate(page) if "call()" in step.typed)
    pause = typed.Step(f"touch {started}; while [ ! -e {played} ]; do sleep 0.1; done\n")
    page.insert(after, pause)
    # What the first step installs is this environment.
    variables = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    with ThreadPoolExecutor(1) as terminal:
        outputs = terminal.submit(typed.run, page, folder=tmp_path, variables=variables)
        try:
            while not started.exists() and not outputs.done():
                time.sleep(0.1)
            told = neighbours.play(browser, f"http://{address}") if started.exists() else []
        finally:
            played.touch()

    assert len(page) > 8
    assert typed.differences(page, outputs.result()) == []
    assert told == neighbours.words_of_the_page()
