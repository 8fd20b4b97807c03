"""What a JPEG file says before it is decoded: Pillow parses all metadata and decodes any number of scans."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

MAX_SEGMENTS = 1000
MAX_GAP = 1000
"""Bytes between two segments before the first scan. There should be none; Pillow walks over any number one by one."""
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_TEMPORARY, _START, _END, _SCAN = 0x01, 0xD8, 0xD9, 0xDA
# Applications' segments and comments, but not JFIF (E0) and Adobe (EE), which say how colours are meant.
_METADATA = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_EXIF_SEGMENT = 0xE1
_EXIF_HEAD = b"Exif\0\0"
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Outline:
    """How often a decoder goes over the picture, its Exif data, and the file without any metadata."""

    scans: int
    exif: bytes
    picture: bytes


def outline(data: bytes) -> Outline:
    """Walk over the segments up to the end of the first image. Raises ValueError if there are too many, or gaps."""
    kept, kept_from, position, scans, exif = [], 0, 2, 0, b""
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, position)
        if not scans and (found.start() if found else len(data)) - position > MAX_GAP:
            raise ValueError("much between the segments")
        if found is None or found[1][0] == _END:
            kept.append(data[kept_from : found.end() if found else None])
            return Outline(scans=scans, exif=exif, picture=b"".join(kept))
        marker, position = found[1][0], found.end()
        if marker in (_TEMPORARY, _START):
            continue
        scans += marker == _SCAN
        content = position + 2
        position += int.from_bytes(data[position:content])
        if marker in _METADATA:
            kept.append(data[kept_from : found.start()])
            kept_from = position
        if marker == _EXIF_SEGMENT and not exif and data.startswith(_EXIF_HEAD, content):
            exif = data[content:position]
    raise ValueError("too many segments")


def orientation(exif: bytes) -> int:
    """The one Exif tag that matters to us; 1 (upright) if it is missing or the data is damaged."""
    tiff = exif.removeprefix(_EXIF_HEAD)
    order = ">" if tiff.startswith(b"MM") else "<"
    try:
        (start,) = struct.unpack_from(order + "4xL", tiff)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, value = struct.unpack_from(order + "H6xH", tiff, entry)
            if tag == _ORIENTATION:
                return int(value)
    except struct.error:
        pass
    return 1
