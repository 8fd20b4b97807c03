"""Files that no member of good will uploads. ``CANARY`` stands for what must not survive: payloads, places, names."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import NamedTuple

from PIL import ExifTags, Image, PngImagePlugin

CANARY = b"cAnArY7331"
TEXT = CANARY.decode()


class Upload(NamedTuple):
    name: str
    data: bytes


def picture(size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """A small image; ``options`` go to Pillow, among them the ``format``."""
    return encoded(Image.linear_gradient("L").resize(size).convert(mode), **options)


def encoded(image: Image.Image, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, **{"format": "PNG", **options})  # type: ignore[arg-type]
    return target.getvalue()


def not_images() -> Iterator[Upload]:
    """What ``clean_image`` must refuse, whatever it is called."""
    for (label, data), extension in product(PAYLOADS.items(), (".png", ".jpg", ".gif", ".webp", ".svg", "")):
        yield Upload(f"{label}{extension}", data)
    for (label, magic), (payload, data) in product(MAGIC.items(), PAYLOADS.items()):
        yield Upload(f"{payload} behind the magic of {label}.{label}", magic + data)
    yield from _foreign_formats()
    yield from _truncated()
    yield from damaged()
    yield from image_bombs()
    yield Upload("empty.png", b"")
    yield Upload("too large.png", picture() + b"\0" * (5 * 1024 * 1024))


PAYLOADS = {
    "svg": f'<svg xmlns="http://www.w3.org/2000/svg" onload="{TEXT}"><script>alert(1)</script></svg>'.encode(),
    "svg with prologue": f'<?xml version="1.0"?><svg><image href="file:///etc/passwd"/>{TEXT}</svg>'.encode(),
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>' + CANARY,
    "html": f"<!DOCTYPE html><html><script>alert('{TEXT}')</script></html>".encode(),
    "html without doctype": f"\n <HTML><body onload=alert('{TEXT}')>".encode(),
    "script": f"<script>alert('{TEXT}')</script>".encode(),
    "php": f"<?php system('{TEXT}'); ?>".encode(),
    "shell": f"#!/bin/sh\necho {TEXT}\n".encode(),
    "postscript": f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({TEXT}) run\n".encode(),
    "rich text": b"{\\rtf1\\object\\objdata " + CANARY + b"}",
    "executable": b"MZ\x90\0\3\0\0\0" + CANARY * 10,
    "elf": b"\x7fELF\2\1\1\0" + CANARY * 10,
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34" + CANARY,
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + CANARY,
    "rar": b"Rar!\x1a\7\1\0" + CANARY,
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + CANARY,
    "gzip": zlib.compress(bytes(10_000_000), 1, 31) + CANARY,
    "mhtml": f"MIME-Version: 1.0\nContent-Type: multipart/related\n\n{TEXT}".encode(),
    "batch": f"@echo off\necho {TEXT}".encode(),
    "shortcut": f"[InternetShortcut]\nURL=file:///{TEXT}".encode(),
    "flash": b"CWS\x06" + CANARY,
    "nulls": bytes(1000) + CANARY,
    "utf-16 html": f"<html>{TEXT}</html>".encode("utf-16"),
    "noise": random.Random(7).randbytes(5000),
}
MAGIC = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0",
    "gif": b"GIF89a",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
}


def _foreign_formats() -> Iterator[Upload]:
    """Images that Pillow could read if it were let."""
    formats = ("BMP", "TIFF", "ICO", "PPM", "TGA", "EPS", "PDF", "PCX", "SGI", "DIB", "ICNS", "DDS", "SPIDER")
    for format_, extension in product(formats, ("png", "jpg", "gif", "webp")):
        mode = "F" if format_ == "SPIDER" else "RGB"
        yield Upload(f"{format_} called {extension}.{extension}", picture((32, 32), mode, format=format_))


def _truncated() -> Iterator[Upload]:
    for format_, (numerator, denominator) in product(("PNG", "JPEG", "GIF", "WEBP"), TRUNCATED_AT):
        data = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), format=format_)
        yield Upload(f"{numerator}/{denominator} of.{format_.lower()}", data[: len(data) * numerator // denominator])


TRUNCATED_AT = [(part, 16) for part in range(1, 15)] + [(1, 100), (1, 1000)]


def damaged() -> Iterator[Upload]:
    png = picture()
    yield Upload("wrong checksum.png", png[:29] + bytes(4) + png[33:])
    yield Upload("no end of pixels.png", png[: png.index(b"IDAT") - 4])
    yield Upload("no pixels.png", png[: png.index(b"IDAT") - 4] + png_chunk(b"IEND", b""))
    yield Upload("pixels twice too few.png", png_file(100, 100, zlib.compress(bytes(1000))))
    yield Upload("not deflated.png", png_file(100, 100, CANARY * 100))
    yield Upload("no width.png", png_file(0, 100, zlib.compress(bytes(1000))))
    yield Upload("negative.png", png_file(2**31, 2**31, zlib.compress(bytes(1000))))
    yield Upload("unknown colours.png", png_file(10, 10, zlib.compress(bytes(1000)), colours=5))
    yield Upload("chunk beyond the end.png", png[:33] + struct.pack(">I", 2**31 - 1) + b"tEXt" + CANARY)
    jpeg = picture(format="JPEG")
    yield Upload("segment beyond the end.jpg", jpeg[:2] + b"\xff\xe1\xff\xff" + CANARY)
    yield Upload("header only.jpg", jpeg[: jpeg.index(b"\xff\xda")])
    yield Upload("only markers.jpg", b"\xff\xd8" + b"\xff" * 1_000_000)
    yield Upload("many segments.jpg", b"\xff\xd8" + b"\xff\xfe\0\2" * 1_000_000)
    yield Upload("many restarts.jpg", b"\xff\xd8" + b"\xff\xd0\xff\x00" * 1_000_000)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def zeros(length: int) -> bytes:
    """So many of them, deflated."""
    stream = zlib.compressobj(1)
    return b"".join(stream.compress(bytes(1_000_000)) for _ in range(length // 1_000_000)) + stream.flush()


def png_file(width: int, height: int, pixels: bytes, *, colours: int = 2, extra: bytes = b"") -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, colours, 0, 0, 0))
    return MAGIC["png"] + header + extra + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def image_bombs() -> Iterator[Upload]:
    for side in (7_000, 20_000, 65_000, 1_000_000, 2**31 - 1):
        yield Upload(f"claims {side} squared.png", png_file(side, side, zlib.compress(bytes(1_000_000))))
    for size in ((15_900_000, 1), (1, 15_900_000)):
        yield Upload(f"{size}.png", encoded(Image.new("L", size)))
    for width, height in ((2**31 - 1, 1), (1, 2**31 - 1), (50_000_000, 1), (1, 50_000_000)):
        yield Upload(f"claims {width} by {height}.png", png_file(width, height, zlib.compress(bytes(100))))
    yield Upload("a gigabyte of pixels.png", png_file(20_000, 10_000, zeros(600_000_000)))
    yield Upload("text bomb.png", png_file(10, 10, zlib.compress(bytes(310)), extra=_text_bomb()))
    gif, jpeg = picture(mode="P", format="GIF"), picture(format="JPEG")
    yield Upload("claims 65535 squared.gif", gif[:6] + b"\xff\xff\xff\xff" + gif[10:])
    start = jpeg.index(b"\xff\xc0")
    for side in (b"\xff\xdc", b"\x40\0"):
        yield Upload(f"claims {side.hex()}.jpg", jpeg[: start + 5] + side * 2 + jpeg[start + 9 :])
    canvas = b"VP8X\x0a\0\0\0\0\0\0\0\xff\xff\xfe\xff\xff\xfe"
    yield Upload("claims 16 million squared.webp", b"RIFF\x16\0\0\0WEBP" + canvas)
    yield Upload("five thousand scans.jpg", scans(5000))
    yield Upload("five thousand scans behind an end.jpg", scans(5000, before=b"\xff\xfe\0\4\xff\xd9"))


def scans(count: int, *, before: bytes = b"") -> bytes:
    """A progressive JPEG whose last scan is repeated: each one lets the decoder go over all pixels again."""
    data = picture((3000, 3000), "L", format="JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + (before + data[last:-2]) * count + data[-2:]


def images_with_secrets() -> Iterator[Upload]:
    """Pictures that are accepted, and of which nothing but the pixels may be kept."""
    for (label, options), format_ in product(_metadata(), ("JPEG", "PNG", "WEBP")):
        yield Upload(f"{label}.{format_.lower()}", picture(format=format_, **options))
    for format_ in ("JPEG", "PNG", "WEBP", "GIF"):
        whole = picture(mode="P" if format_ == "GIF" else "RGB", format=format_)
        for label, payload in PAYLOADS.items():
            yield Upload(f"{label} behind.{format_.lower()}", whole + payload)
        yield Upload(f"zip behind.{format_.lower()}", whole + archive({"a.txt": CANARY}))
    yield Upload("comment.gif", picture(mode="P", format="GIF", comment=CANARY))
    yield Upload("comment.jpg", picture(format="JPEG", comment=CANARY))
    second = Image.new("P", (40, 30), 3)
    moving = {"save_all": True, "append_images": [second] * 5, "comment": CANARY}
    yield Upload("moving.gif", picture(mode="P", format="GIF", **moving))
    yield Upload("moving.webp", picture(format="WEBP", save_all=True, append_images=[second.convert("RGB")]))
    yield Upload("two pictures.jpg", picture(format="MPO", save_all=True, append_images=[second.convert("RGB")]))
    private = png_chunk(b"prVt", CANARY) + png_chunk(b"eXIf", exif_bomb())
    yield Upload("exif bomb.png", png_file(10, 10, zlib.compress(bytes(310)), extra=private))
    bomb = b"Exif\0\0" + exif_bomb(60_000)
    segment = b"\xff\xe1" + struct.pack(">H", len(bomb) + 2) + bomb
    jpeg = picture(format="JPEG")
    yield Upload("exif bomb.jpg", jpeg[:2] + segment * 80 + jpeg[2:])


def _metadata() -> Iterator[tuple[str, dict[str, object]]]:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = TEXT
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (30.0, 2.0, 40.0), 3: "E", 4: (31.0, 14.0, 9.0), 29: TEXT})
    yield "exif with gps", {"exif": exif.tobytes()}
    for orientation in range(10):
        exif[ExifTags.Base.Orientation] = orientation
        yield f"exif turned {orientation}", {"exif": exif.tobytes()}
    yield "profile", {"icc_profile": CANARY * 50}
    yield "xmp", {"xmp": b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"}
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", TEXT)
    text.add_itxt("Location", TEXT, zip=True)
    yield "text", {"pnginfo": text, "comment": CANARY}


def exif_bomb(size: int = 4_000_000) -> bytes:
    """Thousands of entries which all claim the whole of the data as their value."""
    count = min(60_000, size // 24)
    entries = b"".join(struct.pack("<HHLL", tag, 7, size - 12 * count - 20, 8) for tag in range(1000, 1000 + count))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries).ljust(size, b"\0")


def _text_bomb() -> bytes:
    packed = zlib.compress(bytes(900_000), 9)
    return b"".join(png_chunk(b"zTXt", b"k%d\0\0" % number + packed) for number in range(500))


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return target.getvalue()


WORD_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    b'.wordprocessingml.document.main+xml"/></Types>'
)
WORD = {"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<w:document/>"}
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:document-content/>"}


def not_documents() -> Iterator[Upload]:
    """What ``clean_document`` must refuse."""
    for (label, data), extension in product(PAYLOADS.items(), (".pdf", ".docx", ".txt", ".md", ".html", ".exe", "")):
        yield Upload(f"{label}{extension}", data)
    for name in (
        "note.html",
        "note.js",
        "note.svg",
        "note.bat",
        "note",
        "note.txt.exe",
        "note.txt.",
        ".txt",
        "note.csv",
    ):
        yield Upload(name, b"harmless words")
    for data in (b"a\0b", b"\xff\xfe", b"caf\xe9", b"\x1b[31m", b"\x07", "text".encode("utf-16")):
        yield Upload(f"{data.hex()}.txt", data)
    for format_ in ("PNG", "JPEG", "GIF", "WEBP", "TIFF"):
        yield Upload(f"{format_}.pdf", picture(format=format_))
    yield Upload("empty.pdf", b"")
    yield Upload("too large.pdf", b"%PDF-1.7\n" + b"x" * 10 * 1024 * 1024 + b"%%EOF")
    yield Upload("without an end.pdf", b"%PDF-1.7\n<html>" + CANARY)
    yield Upload("not at the start.pdf", b"\n\n%PDF-1.7\n%%EOF")
    yield from _foreign_archives()
    yield from _macros()
    yield from archive_bombs()


def _foreign_archives() -> Iterator[Upload]:
    yield Upload("plain archive.docx", archive({"a.txt": CANARY}))
    yield Upload("program.docx", archive({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": CANARY}))
    yield Upload("no types.docx", archive({"word/document.xml": CANARY}))
    yield Upload("empty archive.docx", archive({}))
    yield Upload("book.odt", archive({"mimetype": b"application/epub+zip", "content.xml": CANARY}))
    yield Upload("no content.odt", archive({"mimetype": ODT["mimetype"]}))
    for name in ("../../etc/cron.d/x", "/etc/passwd", "a\\..\\b", "C:/x", "word/../../x"):
        yield Upload(f"leaves by {name}.docx", archive({**WORD, name: CANARY}))
    word = archive(WORD)
    for cut in (10, 100, len(word) // 2, len(word) - 1):
        yield Upload(f"cut at {cut}.docx", word[:cut])
    yield Upload("something behind.docx", word + CANARY)
    yield Upload("something before.docx", CANARY + word)
    yield Upload("encrypted.docx", _with_flag(word, 0x1))
    for compression in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield Upload(f"compression {compression}.docx", archive(WORD, compression))
    yield Upload("wrong length.docx", _with_length(archive({**WORD, "x": bytes(1000)}), 1000, 10))
    twice = archive({**WORD, "[Content_Types].xmm": CANARY})
    yield Upload("name twice.docx", twice.replace(b"[Content_Types].xmm", b"[Content_Types].xml"))
    yield Upload("damaged stream.docx", word[:60] + bytes(20) + word[80:])


def _with_flag(data: bytes, flag: int) -> bytes:
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + struct.pack("<H", flag) + data[at + 2 :]


def _with_length(data: bytes, length: int, claimed: int) -> bytes:
    return data.replace(struct.pack("<L", length), struct.pack("<L", claimed))


def _macros() -> Iterator[Upload]:
    names = ("word/vbaProject.bin", "xl/VBAPROJECT.BIN", "word/activeX/activeX1.xml", "xl/macrosheets/sheet1.xml")
    for name in (*names, "word/embeddings/oleObject1.bin"):
        yield Upload(f"{name.replace('/', ' ')}.docx", archive({**WORD, name: CANARY}))
    for kind in (b"vnd.ms-word.document.macroEnabled.main+xml", b"vnd.ms-office.vbaProject", b"vnd.ms-office.activeX"):
        types = WORD_TYPES + b'<Override PartName="/x.bin" ContentType="application/' + kind + b'"/>'
        yield Upload(f"{kind.decode()}.docx", archive({**WORD, "[Content_Types].xml": types, "x.bin": CANARY}))
    for name in ("Basic/Standard/Module1.xml", "Scripts/python/x.py"):
        yield Upload(f"{name.replace('/', ' ')}.odt", archive({**ODT, name: CANARY}))


def archive_bombs() -> Iterator[Upload]:
    yield Upload("unpacks to 80 MB.docx", archive({**WORD, "x": bytes(80_000_000)}))
    yield Upload("many members.docx", archive({**WORD, **{f"f{number}": b"" for number in range(3_000)}}))
    yield Upload("very many members.docx", archive({f"f{number}": b"" for number in range(60_000)}))
    lying = archive({**WORD, "x": bytes(30_000_000)})
    yield Upload("claims 10 bytes of 30 MB.docx", _with_length(lying, 30_000_000, 10))
    yield Upload("members overlap.docx", _overlapping())
    yield Upload("claims fewer members.docx", lying[:-14] + struct.pack("<2H", 1, 1) + lying[-10:])
    yield Upload("archives in archives.docx", archive({"a.zip": archive({"b.zip": archive({"c": bytes(10_000_000)})})}))
    yield Upload(
        "directory of 5 MB.docx",
        b"PK\3\4" + bytes(5_000_000) + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 9, 9, 5_000_000, 4, 0),
    )


def _overlapping() -> bytes:
    """Nearly two thousand members, each of which claims all that follows as its own."""
    data = archive({"x": random.Random(5).randbytes(9_000_000), **{f"f{number}": b"" for number in range(1_900)}})
    head, *members = data.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([head, *(each[:16] + struct.pack("<L", 9_000_000) + each[20:] for each in members)])


def hostile_names() -> Iterator[str]:
    """Of files whose content is fine."""
    yield from ("../../../etc/passwd", "..\\..\\windows\\x", "/etc/passwd", "C:\\boot.ini", "a/b/c", "", ".", "..", "/")
    yield from (
        "x.php",
        "x.png.php",
        "x.php.png",
        "x.php\0.png",
        "x.html",
        "x.svg",
        "x.htaccess",
        ".htaccess",
        "CON",
        "x ",
    )
    yield from ("\u202egnp.exe", "x\u202egnp.php", "a\r\nSet-Cookie: x=1", 'x"; filename="y.exe', "x%00.png", "x;.png")
    yield from (
        "n" * 5_000,
        "n" * 5_000 + ".png",
        "سيرة.pdf",
        "\U0001f600.png",
        "x\u200b.png",
        "\ufeffx",
        "-rf",
        "$(id)",
        "`id`",
    )
    yield from ("x.png/", "x::$DATA", "x.p\u0455d", "COM1.png", "\ud800.png", "x.", "x..", "  ", "x\ty", "%2e%2e%2f")


def expensive() -> Iterator[Upload]:
    """As large as accepted: what the limits of time and memory are for."""
    yield Upload("grey.jpg", encoded(Image.new("L", (6300, 6300)), format="JPEG"))
    noise = Image.effect_noise((2000, 2000), 20)
    yield Upload("camera.jpg", encoded(noise.resize((7300, 5470)).convert("RGB"), format="JPEG", quality=40))
    progressive = {"format": "JPEG", "progressive": True, "quality": 40, "subsampling": 0}
    yield Upload("progressive.jpg", encoded(noise.resize((3250, 3250)).convert("RGB"), **progressive))
    yield Upload("just not halved.jpg", encoded(noise.resize((3070, 3070)).convert("RGB"), **progressive))
    yield Upload("inks.jpg", encoded(noise.resize((2820, 2820)).convert("CMYK"), **progressive))
    yield Upload("transparent.png", encoded(Image.new("RGBA", (3990, 3990), (9, 8, 7, 100))))
    yield Upload("colours.png", encoded(noise.resize((1900, 1800)).convert("RGB")))
    yield Upload("wide.png", encoded(Image.new("RGBA", (65_500, 240))))
    yield Upload("high.png", encoded(Image.new("RGBA", (240, 65_500))))
    yield Upload("palette.gif", encoded(Image.new("P", (3990, 3990)), format="GIF"))
    yield Upload("alpha.webp", encoded(Image.new("RGBA", (2300, 2300), (9, 8, 7, 100)), format="WEBP", lossless=True))
    yield Upload("lossy.webp", encoded(noise.resize((2300, 2300)).convert("RGB"), format="WEBP", quality=60))
    unpacked = {f"word/media/{number}.bmp": bytes(6_000_000) for number in range(10)}
    yield Upload("large.docx", archive(WORD | unpacked))
    yield Upload("incompressible.docx", archive(WORD | {"word/media/1.png": random.Random(3).randbytes(9_900_000)}))
    yield Upload("long.txt", "\U0001f600ab ".encode() * 1_400_000)
