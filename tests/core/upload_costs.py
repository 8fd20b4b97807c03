"""What a file may cost, measured in a process of its own: ``python -m tests.core.upload_costs`` prints JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import django

MEGABYTE = 1024 * 1024


def _memory(kind: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{kind}:")[1].split()[0]) * 1024


def cost(clean: Callable[[Any], Any], name: str, data: bytes) -> tuple[float, float]:
    """Seconds of the processor, and megabytes by which the peak of resident memory rose."""
    from skillswap_kit.core.files import UploadRefused

    upload = BytesIO(data)
    upload.name = name
    Path("/proc/self/clear_refs").write_text("5")
    before, started = _memory("VmRSS"), time.process_time()
    with suppress(UploadRefused):
        clean(upload)
    return time.process_time() - started, (_memory("VmHWM") - before) / MEGABYTE


def measured() -> Iterator[tuple[str, float, float]]:
    from skillswap_kit.core.files import clean_document, clean_image

    from .upload_corpus import archive_bombs, damaged, expensive, image_bombs, picture

    for format_ in ("JPEG", "PNG", "WEBP", "GIF"):
        clean_image(BytesIO(picture(format=format_)))
    for name, data in chain(image_bombs(), damaged(), archive_bombs(), expensive()):
        is_document = name.endswith((".docx", ".txt"))
        yield name, *cost(clean_document if is_document else clean_image, name, data)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(list(measured())))
