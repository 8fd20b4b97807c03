"""Pages that are typed into a terminal: ``bash`` blocks are run in one shell, ``text`` blocks are what they print."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END_OF_BLOCK = "--- end of block ---"


@dataclass
class Step:
    """What a reader types, and what they are told to see; None where the page does not say."""

    typed: str
    shown: str | None = None


def steps(page: str, replaced: Mapping[str, str]) -> list[Step]:
    """The steps of a page below docs, with what differs where it is tested (an address, a port) replaced."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return list(_steps(FENCE.findall(text)))


def _steps(blocks: list[tuple[str, str]]) -> Iterator[Step]:
    for (kind, content), following in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "bash":
            yield Step(content, following[1] if following[0] == "text" else None)


def run(page_steps: list[Step], *, folder: Path, variables: Mapping[str, str] | None = None) -> list[str]:
    """Type all steps into one shell; what each of them printed. A shell that stops in between is a failure."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    script = "".join(f"{step.typed}echo '{END_OF_BLOCK}'\n" for step in page_steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**inherited, "LC_ALL": "C.UTF-8", **(variables or {})},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    outputs = done.stdout.split(f"{END_OF_BLOCK}\n")[:-1]
    assert len(outputs) == len(page_steps), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr[:2000]
    return outputs


def differences(page_steps: list[Step], outputs: list[str]) -> list[tuple[str, str, str]]:
    """(typed, promised, printed) wherever a page promises something else than what is printed."""
    return [
        (step.typed, step.shown, printed)
        for step, printed in zip(page_steps, outputs, strict=True)
        if step.shown is not None and step.shown.strip() != printed.strip()
    ]
