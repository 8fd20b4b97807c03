"""Signals, and a child process that ends with its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

PATIENCE = 10.0
"""Seconds that a process has to end by itself after it was asked to."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C, or the process was asked to end."""


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise Stopped inside the block on SIGINT, SIGTERM and SIGHUP, and end the block quietly."""
    previous = {number: signal.signal(number, _stop) for number in _signals()}
    try:
        yield
    except Stopped:
        pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def call_on_signals(stop: Callable[[], object]) -> None:
    """From now on the first of them calls this instead, and those that follow change nothing."""

    def stop_once(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        stop()

    for number in _signals():
        signal.signal(number, stop_once)


def _signals() -> list[signal.Signals]:
    return [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise Stopped


def _ignore_signals() -> None:
    """A second Ctrl-C must not interrupt the end."""
    for number in _signals():
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def child_process(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run this Python with ``arguments`` beside the block, and end it with the block.

    It is out of reach of the terminal's Ctrl-C: its end comes from here.
    """
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
