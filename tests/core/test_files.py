"""Uploads: only decoded content of known kinds is kept, under names of our own, and costs little."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models.fields.files import FieldFile
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.files import (
    DocumentHasMacros,
    DocumentUnpacksTooLarge,
    EmptyFile,
    FileTooLarge,
    NotAnImage,
    RandomName,
    TooManyPixels,
    UploadRefused,
    clean_document,
    clean_image,
    delete_on_commit,
    display_name,
    kit_storage,
    serve_file,
)
from skillswap_kit.core.files.jpeg import orientation, outline

from . import upload_corpus as corpus
from .upload_corpus import CANARY, ODT, WORD, Upload, archive, encoded, picture

RANDOM_NAME = re.compile(r"[0-9a-f]{32}\.[a-z]{2,4}")
HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
FORMAT_OF = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


def uploaded(data: bytes, name: str = "x.png") -> BytesIO:
    upload = BytesIO(data)
    upload.name = name
    return upload


def accepted(clean: Any, uploads: Any) -> list[str]:
    """The names of the files that ``clean`` did not refuse."""
    names = []
    for name, data in uploads:
        try:
            clean(uploaded(data, name))
        except UploadRefused:
            continue
        names.append(name)
    return names


def counted(uploads: Any, names: list[str]) -> Any:
    for upload in uploads:
        names.append(upload.name)
        yield upload


def test_nothing_but_images_and_known_documents_is_accepted():
    images, documents = [], []
    assert accepted(clean_image, counted(corpus.not_images(), images)) == []
    assert accepted(clean_document, counted(corpus.not_documents(), documents)) == []
    assert len(images) + len(documents) >= 500


def test_nothing_but_pixels_survives():
    for name, data in corpus.images_with_secrets():
        kept = clean_image(uploaded(data, name))
        assert CANARY not in kept.read(), name
        kept.seek(0)
        with Image.open(kept) as image:
            assert image.format == FORMAT_OF[Path(kept.name or "").suffix], name
            image.load()
            assert not image.getexif(), name
            assert set(image.info) <= HARMLESS, name
            assert getattr(image, "n_frames", 1) == 1, name


@pytest.mark.parametrize("name", list(corpus.hostile_names()))
def test_names_are_ours(name):
    assert RANDOM_NAME.fullmatch(clean_image(uploaded(picture(), name)).name or "")
    document = clean_document(uploaded(archive(WORD), name))
    assert RANDOM_NAME.fullmatch(document.file.name or "")
    assert document.name.endswith(".docx")
    assert len(document.name) <= 100
    assert not set(document.name) & set("/\\\0\r\n\u202e\u200b\ufeff\ud800")
    assert RANDOM_NAME.fullmatch(Path(RandomName("x")(None, f"{name}x.png")).name)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak of memory can be reset on Linux only")
def test_no_file_costs_more_than_two_seconds_and_100_megabytes():
    command = [sys.executable, "-m", "tests.core.upload_costs"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    costs = json.loads(done.stdout)
    assert len(costs) >= 40
    assert [cost for cost in costs if cost[1] > 2 or cost[2] > 100] == []


def test_what_stands_between_segments_is_not_walked_over():
    """Pillow would, byte by byte: seconds for a file of megabytes."""
    start, rest = picture(format="JPEG")[:2], picture(format="JPEG")[2:]
    assert outline(start + b"\xff\xd0" * 100 + rest).scans
    for file in (start + b"\xff\xd0\xff\0" * 1000 + rest, start + b"\xff\xd0" * 1000):
        with pytest.raises(ValueError, match="between"):
            outline(file)
        with pytest.raises(UploadRefused):
            clean_image(uploaded(file))


COLOURS = {
    "JPEG": ("1", "L", "RGB", "CMYK"),
    "PNG": ("1", "L", "LA", "I;16", "P", "RGB", "RGBA"),
    "WEBP": ("L", "P", "RGB", "RGBA"),
    "GIF": ("1", "L", "LA", "P", "RGB", "RGBA"),
}


@pytest.mark.parametrize(("name_format", "mode"), [(key, mode) for key, modes in COLOURS.items() for mode in modes])
def test_every_colour_mode_is_stored(name_format, mode):
    image = Image.linear_gradient("L").resize((50, 40))
    data = encoded((image if mode == "I;16" else image.convert("RGBA")).convert(mode), format=name_format)
    with Image.open(clean_image(uploaded(data))) as kept:
        assert kept.size == (50, 40)
        low, high = kept.convert("L").getextrema()
        assert low < 20  # type: ignore[operator]
        assert high > 235  # type: ignore[operator]


def test_a_large_image_is_scaled_and_keeps_its_proportions():
    for format_ in ("JPEG", "PNG", "WEBP", "GIF"):
        with Image.open(clean_image(uploaded(picture((3000, 1000), format=format_)))) as kept:
            assert 1500 <= kept.width <= 2048
            assert kept.width == pytest.approx(3 * kept.height, rel=0.01)
    with Image.open(clean_image(uploaded(picture((300, 100))), max_side=60)) as kept:
        assert kept.size == (60, 20)
    with Image.open(clean_image(uploaded(picture((1, 3000))))) as kept:
        assert kept.size == (1, 2048)


def test_scaling_keeps_the_picture():
    original = Image.linear_gradient("L").resize((3000, 3000)).convert("RGBA")
    original.putalpha(Image.linear_gradient("L").rotate(90).resize((3000, 3000)))
    with Image.open(clean_image(uploaded(encoded(original)), max_side=500)) as kept:
        expected = original.resize((500, 500), Image.Resampling.LANCZOS)
        differences = [abs(a - b) for a, b in zip(kept.tobytes(), expected.tobytes(), strict=True)]
        assert sum(differences) / len(differences) < 1


TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("name_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turned", [1, *TURNED])
def test_a_turned_picture_stands_upright(turned, name_format, byte_order):
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("black", (0, 0, 16, 16))
    stored = upright.transpose(TURNED[turned]) if turned in TURNED else upright
    exif = Image.Exif()
    exif.endian = byte_order
    exif[0x0112] = turned
    data = encoded(stored, format=name_format, exif=exif.tobytes())
    with Image.open(clean_image(uploaded(data))) as kept:
        assert kept.size == (64, 32)
        grey = kept.convert("L")
        assert [grey.getpixel(at) < 128 for at in ((4, 4), (60, 4), (4, 28), (60, 28))] == [True, False, False, False]


@given(st.binary(max_size=300))
def test_any_exif_data_has_an_orientation(data):
    assert isinstance(orientation(b"Exif\0\0" + data), int)
    assert isinstance(orientation(b"Exif\0\0MM\0*\0\0\0\x08" + data), int)


@given(st.lists(st.sampled_from([b"\xff", b"\0", b"\xe1\0\4ab", b"\xda\0\2", b"\xd9", b"\xd0", b"x", b"\xff\xfe"])))
def test_the_outline_never_grows(parts):
    data = b"\xff\xd8" + b"".join(parts)
    found = outline(data)
    assert len(found.picture) <= len(data)
    assert found.picture.startswith(b"\xff\xd8")


@given(st.binary(max_size=400), st.sampled_from([*corpus.MAGIC.values(), b"%PDF-", b"PK\3\4", b""]))
def test_any_bytes_are_a_refusal_or_a_file(data, magic):
    for clean in (clean_image, clean_document):
        accepted(clean, [Upload("x.txt", magic + data)])


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", EmptyFile, "file_empty"),
        (b"x" * 6_000_000, FileTooLarge, "file_too_large"),
        (b"x" * 600, NotAnImage, "not_an_image"),
        (corpus.png_file(7_000, 7_000, b""), TooManyPixels, "too_many_pixels"),
    ],
)
def test_the_error_says_which_field_and_what_to_do(data, error, code):
    with pytest.raises(error) as caught:
        clean_image(uploaded(data), field="avatar")
    assert isinstance(caught.value, InvalidInput)
    assert caught.value.code == code
    assert [str(message) for message in caught.value.fields["avatar"]] == [str(caught.value)]
    assert str(caught.value).endswith(".")


def test_limits_are_settings():
    with override_settings(SKILLSWAP_KIT={"IMAGE_MAX_PIXELS": 1_000}), pytest.raises(TooManyPixels, match=r"0\.001"):
        clean_image(uploaded(picture((40, 30))))
    with override_settings(SKILLSWAP_KIT={"IMAGE_MAX_SIDE": 20}):
        assert Image.open(clean_image(uploaded(picture((40, 30))))).size == (20, 15)
    with override_settings(SKILLSWAP_KIT={"DOCUMENT_MAX_BYTES": 5}), pytest.raises(FileTooLarge, match=r"5\sbytes"):
        clean_document(uploaded(b"123456", "x.txt"))


@pytest.mark.parametrize(
    ("name", "data", "kept_as", "content_type"),
    [
        ("My notes.txt", "ملاحظات\r\n\tand more\f".encode(), "My notes.txt", "text/plain; charset=utf-8"),
        ("README.MD", "\ufeff# Title <b>x</b>".encode(), "README.md", "text/markdown; charset=utf-8"),
        ("سيرة ذاتية.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n", "سيرة ذاتية.pdf", "application/pdf"),
        ("really.exe", b"%PDF-1.4\n%%EOF", "really.pdf", "application/pdf"),
        ("letter.zip", archive(WORD), "letter.docx", "application/vnd.openxmlformats-officedocument"),
        ("letter.odt", archive(ODT, 0), "letter.odt", "application/vnd.oasis.opendocument.text"),
    ],
)
def test_documents_are_kept_as_they_are_under_the_name_of_their_content(name, data, kept_as, content_type):
    document = clean_document(SimpleUploadedFile(name, data, content_type="text/html"))
    assert document.file.read() == data
    assert document.name == kept_as
    assert document.content_type.startswith(content_type)
    assert Path(document.file.name or "").suffix == Path(kept_as).suffix


@pytest.mark.parametrize("kind", ["spreadsheetml.sheet", "presentationml.presentation"])
def test_the_other_kinds_of_office_documents(kind):
    types = WORD["[Content_Types].xml"].replace(b"wordprocessingml.document", kind.encode())
    extension = clean_document(uploaded(archive({"[Content_Types].xml": types}), "x")).name[-5:]
    assert extension == {"s": ".xlsx", "p": ".pptx"}[kind[0]]


def test_office_documents_with_programs_or_bombs_say_so():
    with pytest.raises(DocumentHasMacros):
        clean_document(uploaded(archive({**WORD, "word/vbaProject.bin": b""})))
    with pytest.raises(DocumentUnpacksTooLarge):
        clean_document(uploaded(archive({**WORD, "x": bytes(70_000_000)})))


def test_a_display_name_is_one_visible_line():
    assert display_name("a/b\\c\r\nd\u202e  e.tar.gz", extension=".pdf") == "c d e.tar.pdf"
    assert display_name(None, extension=".txt") == "file.txt"
    assert display_name("...", extension=".txt") == "file.txt"
    assert len(display_name("م" * 5_000, extension=".txt")) == 100


def test_upload_to_and_storage_can_be_written_into_migrations():
    written, imports = MigrationWriter.serialize(RandomName("avatars"))
    assert written == "skillswap_kit.core.files.RandomName('avatars')"
    assert imports == {"import skillswap_kit.core.files"}
    assert MigrationWriter.serialize(models.ImageField(storage=kit_storage))[0].count("kit_storage") == 1


def test_upload_to_drops_names_and_odd_extensions():
    assert re.fullmatch(r"avatars/(..)/\1[0-9a-f]{30}\.png", RandomName("avatars")(None, "me at home.PNG"))
    assert re.fullmatch(r"avatars/(..)/\1[0-9a-f]{30}", RandomName("avatars")(None, "x.p\u0455d/../y"))


OTHER_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage", "OPTIONS": {"base_url": "/private/"}},
}


def test_the_storage_is_chosen_at_the_moment_of_use():
    storage = kit_storage()
    field: models.FileField = models.FileField(storage=kit_storage)
    with override_settings(STORAGES=OTHER_STORAGES, SKILLSWAP_KIT={"FILE_STORAGE": "private"}):
        name = storage.save("x.txt", ContentFile(b"secret"))
        assert storages["private"].exists(name)
        assert not default_storage.exists(name)
        assert field.storage.open(name).read() == b"secret"
        assert field.storage.url(name) == "/private/x.txt"
        assert isinstance(storage, InMemoryStorage)


@pytest.fixture
def stored():
    """Stores bytes and answers with the file field that holds them."""

    def store(name: str, data: bytes = b"data") -> FieldFile:
        field: models.FileField = models.FileField(storage=kit_storage)
        return FieldFile(None, field, kit_storage().save(name, ContentFile(data)))  # type: ignore[arg-type]

    return store


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_with_the_commit_and_stays_with_a_rollback(stored):
    replaced, kept = stored("a.png"), stored("b.png")
    with transaction.atomic():
        delete_on_commit(replaced)
        assert replaced.storage.exists(replaced.name)
    assert not replaced.storage.exists(replaced.name)
    with transaction.atomic():
        delete_on_commit(kept)
        transaction.set_rollback(True)
    assert kept.storage.exists(kept.name)
    delete_on_commit(None)


@pytest.mark.django_db(transaction=True)
def test_a_storage_that_fails_to_delete_disturbs_nobody(stored, monkeypatch, caplog):
    file = stored("a.png")
    monkeypatch.setattr(InMemoryStorage, "delete", lambda *args: 1 / 0)
    delete_on_commit(file)
    assert "ZeroDivisionError" in caplog.text


def test_our_images_are_shown_and_documents_are_downloaded(stored):
    request = RequestFactory().get("/")
    image = serve_file(stored("a.webp"), request=request)
    assert image.headers["Content-Type"] == "image/webp"
    assert image.headers["Content-Disposition"].startswith("inline")
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in image.headers["Content-Security-Policy"]
    assert image.headers["Cache-Control"] == "private, no-cache"
    for name in ("a.pdf", "a.txt", "a.svg", "a.html", "a", "a.PNG"):
        document = serve_file(stored(name), request=request, name='my "cv"\r\nX: y.pdf')
        assert document.headers["Content-Disposition"].startswith("attachment")
        assert "\n" not in document.headers["Content-Disposition"]
        assert document.headers["Content-Type"] != "text/html"
        assert "sandbox" in document.headers["Content-Security-Policy"]
    assert (
        serve_file(stored("a.png"), request=request, as_attachment=True)
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


def test_a_browser_that_has_the_file_gets_304(stored):
    file = stored("a.png")
    first = serve_file(file, request=RequestFactory().get("/"))
    request = RequestFactory().get("/", headers={"If-None-Match": first.headers["ETag"]})
    again, other = serve_file(file, request=request), serve_file(stored("b.png"), request=request)
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_a_missing_file_is_not_found(stored):
    file = stored("a.png")
    file.storage.delete(file.name)
    for missing in (file, None):
        with pytest.raises(NotFound):
            serve_file(missing, request=RequestFactory().get("/"))


def test_a_zip_stream_that_ends_early_is_refused():
    data = archive({**WORD, "x": b"a" * 1000})
    packed = zlib.compress(b"a" * 1000, wbits=-15)
    assert accepted(clean_document, [Upload("x.docx", data.replace(packed[:-2], b"\0" * (len(packed) - 2)))]) == []
