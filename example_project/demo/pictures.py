"""Small abstract pictures: nobody's face, and the same ones each time."""

from __future__ import annotations

import colorsys
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]


def abstract_picture(random: Random, *, side: int = 160) -> BytesIO:
    """A PNG of a few overlapping discs on a plain ground."""
    hue = random.random()
    picture = Image.new("RGB", (side, side), _colour(hue, 0.35, 0.95))
    draw = ImageDraw.Draw(picture)
    for number in range(random.randint(3, 5)):
        x, y, radius = (random.uniform(low, high) * side for low, high in ((0, 1), (0, 1), (0.15, 0.5)))
        colour = _colour(hue + random.uniform(-0.12, 0.12) + 0.5 * (number % 2), 0.6, random.uniform(0.55, 0.95))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    file = BytesIO()
    picture.save(file, "PNG")
    return file


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
