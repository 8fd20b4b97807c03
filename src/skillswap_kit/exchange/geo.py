"""Where members are, never closer than a cell of a fixed grid.

Coordinates are snapped before they are stored, so that no distance, filter or order can tell more than the cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput

from .conf import exchange_settings

KM_PER_DEGREE = 111.2
EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, kw_only=True)
class Coordinates:
    """A point on Earth in degrees. Raises InvalidInput for numbers that are none."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        # Written so that NaN fails as well.
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise InvalidInput(fields={"location": [_("These are no coordinates.")]})


def snap(point: Coordinates) -> Coordinates:
    """The centre of the grid cell that holds ``point``; its edges are about GRID_KM long.

    The cells depend on nothing but the setting: rows of equal height, and in each row as many cells as fit.
    """
    edge = exchange_settings.GRID_KM / KM_PER_DEGREE
    latitude = _centre(point.latitude, start=-90, span=180, cells=180 / edge)
    longitude = _centre(point.longitude, start=-180, span=360, cells=360 / edge * math.cos(math.radians(latitude)))
    return Coordinates(latitude=latitude, longitude=longitude)


def _centre(value: float, *, start: int, span: int, cells: float) -> float:
    number = max(1, round(cells))
    index = min(int((value - start) / span * number), number - 1)
    return round(start + (index + 0.5) * span / number, 5)


def distance_km(one: Coordinates, other: Coordinates) -> float:
    """The great-circle distance of two points. Give it cells: what is measured exactly can be found exactly."""
    lower, upper = math.radians(one.latitude), math.radians(other.latitude)
    across = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    chord = math.sin((upper - lower) / 2) ** 2 + math.cos(lower) * math.cos(upper) * across
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
