"""Images: what is stored is our own encoding of the decoded pixels, nothing else of the upload survives."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image

from ..conf import core_settings
from .errors import NotAnImage, TooManyPixels, UploadRefused
from .jpeg import orientation, outline
from .uploads import random_name, read_upload

STORED_AS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("JPEG", ".jpg", {"quality": 85}),
    "PNG": ("PNG", ".png", {"compress_level": 4}),
    "GIF": ("PNG", ".png", {"compress_level": 4}),
    "WEBP": ("WEBP", ".webp", {"quality": 85}),
}
"""Format, extension and options by the format that was found; of a GIF the first picture is kept."""

# Only a JPEG of one scan can be scaled while it is decoded. All others need memory for the whole picture
# before anything can be scaled; their pixels are limited so that it stays below this, in bytes.
DECODE_MEMORY = 64_000_000
BYTES_PER_PIXEL = {"PNG": 4, "GIF": 4, "WEBP": 12}
ROWS_AT_ONCE = 16
# The longest that JPEG can say. Scaling takes memory for each pixel of a side, so a line of millions is no image.
LONGEST_SIDE = 65_535
# Each scan goes over all pixels again, and an empty one costs only a few bytes of the file.
MAX_SCANS = 30

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each Exif orientation."""


def clean_image(
    upload: File[Any] | IO[bytes], *, field: str = "image", max_side: int | None = None
) -> ContentFile[bytes]:
    """Decode ``upload`` and encode it again, upright, without metadata, at most ``max_side`` pixels long.

    ``max_side`` is the setting IMAGE_MAX_SIDE unless given. The result has a random name with the right
    extension. Raises EmptyFile, FileTooLarge, TooManyPixels and NotAnImage.
    """
    data = read_upload(upload, limit=core_settings.IMAGE_MAX_BYTES, field=field)
    try:
        return _encoded_again(data, field=field, max_side=max_side or core_settings.IMAGE_MAX_SIDE)
    except UploadRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(field=field) from error
    except Exception as error:  # broken bytes make Pillow's parsers raise all kinds of errors
        raise NotAnImage(field=field) from error


def _encoded_again(data: bytes, *, field: str, max_side: int) -> ContentFile[bytes]:
    found, picture = _decoded(data, field=field, max_side=max_side)
    stored_format, extension, options = STORED_AS[found]
    target = BytesIO()
    picture.save(target, stored_format, **options)
    return ContentFile(target.getvalue(), name=random_name(extension))


def _decoded(data: bytes, *, field: str, max_side: int) -> tuple[str, Image.Image]:
    """The format of ``data`` and its picture, upright, in true colours, no larger than ``max_side``."""
    jpeg = outline(data) if data.startswith(b"\xff\xd8") else None
    with Image.open(BytesIO(jpeg.picture if jpeg else data), formats=list(STORED_AS)) as image:
        found = image.format or ""
        _check_pixels(image, scans=jpeg.scans if jpeg else 0, field=field)
        # A JPEG can be halved while it is decoded: a little smaller than allowed is worth the memory.
        image.draft("RGB", (max_side * 3 // 4, max_side * 3 // 4))
        size = _fitting(image.size, max_side)
        picture = _narrowed(image, size[0])
        turn = UPRIGHT.get(orientation(jpeg.exif if jpeg else image.info.get("exif", b"")))
    del image  # and with it the whole picture, before there is another copy
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    return found, picture if turn is None else picture.transpose(turn)


def _check_pixels(image: Image.Image, *, scans: int, field: str) -> None:
    if scans > MAX_SCANS:
        raise NotAnImage(field=field)
    limit = core_settings.IMAGE_MAX_PIXELS
    if scans != 1:
        cost = BYTES_PER_PIXEL.get(image.format or "", 2 * len(image.getbands()))
        limit = min(limit, DECODE_MEMORY // cost)
    if image.width * image.height > limit or max(image.size) > LONGEST_SIDE:
        message = _("The image has too many pixels. Scale it down to at most %(limit)s megapixels.")
        raise TooManyPixels(message % {"limit": limit / 1_000_000}, field=field)


def _fitting(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    """``image`` in true colours, scaled to ``width``; in strips, as Pillow would copy all of it twice."""
    image.load()
    mode = "RGBA" if image.has_transparency_data else "RGB"
    narrow = Image.new(mode, (width, image.height))
    for top in range(0, image.height, ROWS_AT_ONCE):
        bottom = min(top + ROWS_AT_ONCE, image.height)
        strip = image.crop((0, top, image.width, bottom)).convert(mode)
        narrow.paste(strip.resize((width, bottom - top), Image.Resampling.LANCZOS), (0, top))
    return narrow
