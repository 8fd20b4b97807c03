"""Office documents are ZIP archives: looked into without unpacking more than a bounded amount."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from .errors import (
    DocumentDamaged,
    DocumentHasMacros,
    DocumentNotAllowed,
    DocumentUnpacksTooLarge,
    UploadRefused,
)

MAX_ENTRIES = 2000
MAX_DIRECTORY_BYTES = 512 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_MANIFEST_BYTES = 1024 * 1024

OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
}
OPEN_XML = {
    b"openxmlformats-officedocument.wordprocessingml.document.main+xml": ".docx",
    b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    b"openxmlformats-officedocument.presentationml.presentation.main+xml": ".pptx",
}
_MANIFESTS = ("mimetype", "META-INF/manifest.xml", "[Content_Types].xml")
_PROGRAMS_IN_NAMES = ("vbaproject", "macrosheets/", "activex/", "basic/", "scripts/", "oleobject")
_PROGRAMS_IN_MANIFESTS = (b"vbaproject", b"macroenabled", b"activex", b"oleobject", b"macrosheet")

# signature, disk numbers, entries here, entries, size and offset of the directory, length of the comment
_END_RECORD = struct.Struct("<4s2H2H2LH")
_CHUNK = 1024 * 1024


def office_extension(data: bytes, *, field: str) -> str:
    """The extension that the archive's own manifest calls for.

    Raises DocumentDamaged, DocumentUnpacksTooLarge, DocumentHasMacros and, for other archives,
    DocumentNotAllowed.
    """
    count = _directory_length(data, field=field)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, count=count, size=len(data), field=field)
            contents = {entry.filename: _content(data, entry) for entry in entries}
    except UploadRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError, OSError) as error:
        raise DocumentDamaged(field=field) from error
    _check_programs(contents, field=field)
    return _kind(contents, field=field)


def _directory_length(data: bytes, *, field: str) -> int:
    """Before anything reads the directory: the end record must be at the end, and say that it is small."""
    if len(data) < _END_RECORD.size or not data.startswith(b"PK\x05\x06", len(data) - _END_RECORD.size):
        raise DocumentDamaged(field=field)
    _, _, _, _, entries, size, _, _ = _END_RECORD.unpack(data[-_END_RECORD.size :])
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY_BYTES:
        raise DocumentUnpacksTooLarge(field=field)
    return int(entries)


def _check_entries(entries: list[zipfile.ZipInfo], *, count: int, size: int, field: str) -> None:
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise DocumentUnpacksTooLarge(field=field)
    names = {entry.filename for entry in entries}
    encrypted = any(entry.flag_bits & 0x1 for entry in entries)
    # More packed bytes than there are: the members overlap, and each would be read again.
    overlapping = sum(entry.compress_size for entry in entries) > size
    miscounted = not len(names) == len(entries) == count
    if miscounted or overlapping or encrypted or not all(map(_is_inside, names)):
        raise DocumentDamaged(field=field)


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and not {"\\", ":", "\0"} & set(name) and ".." not in name.split("/")


def _content(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Unpack all of ``entry``, keep it if it is a manifest. Raises ValueError if its length is a lie."""
    lengths = struct.unpack_from("<4s22x2H", data, entry.header_offset)
    start = entry.header_offset + 30 + lengths[1] + lengths[2]
    packed = data[start : start + entry.compress_size]
    kept = MAX_MANIFEST_BYTES if entry.filename in _MANIFESTS else 0
    if entry.compress_type == zipfile.ZIP_STORED:
        unpacked, length = packed[:kept], len(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacked, length = _inflated(packed, limit=entry.file_size, kept=kept)
    else:
        raise NotImplementedError(f"compression {entry.compress_type}")
    if lengths[0] != b"PK\x03\x04" or length != entry.file_size:
        raise ValueError(f"{entry.filename} is not what the directory says")
    return unpacked


def _inflated(packed: bytes, *, limit: int, kept: int) -> tuple[bytes, int]:
    """The first ``kept`` bytes and the whole length, counted no further than just beyond ``limit``."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    head, length = b"", 0
    while not stream.eof and length <= limit:
        chunk = stream.decompress(packed, _CHUNK)
        packed = stream.unconsumed_tail
        if not chunk and not packed:
            break
        length += len(chunk)
        head += chunk[: kept - len(head)]
    return head, length


def _check_programs(contents: dict[str, bytes], *, field: str) -> None:
    names, texts = "\n".join(contents).lower(), b"\n".join(contents.values()).lower()
    if any(word in names for word in _PROGRAMS_IN_NAMES) or any(word in texts for word in _PROGRAMS_IN_MANIFESTS):
        raise DocumentHasMacros(field=field)


def _kind(contents: dict[str, bytes], *, field: str) -> str:
    mimetype = contents.get("mimetype", b"").strip()
    if "content.xml" in contents and mimetype in OPEN_DOCUMENT:
        return OPEN_DOCUMENT[mimetype]
    for kind, extension in OPEN_XML.items():
        if kind in contents.get("[Content_Types].xml", b""):
            return extension
    raise DocumentNotAllowed(field=field)
