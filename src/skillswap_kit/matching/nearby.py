"""Distance as a condition that every database computes: great circles of cells, a rectangle around them first."""

from __future__ import annotations

import math
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cos, Power, Radians, Sin
from django.db.models.lookups import LessThanOrEqual

from skillswap_kit.exchange.geo import EARTH_RADIUS_KM, Coordinates
from skillswap_kit.exchange.models import Profile

MAX_DISTANCE_KM = 20_000
"""Nobody on Earth is much farther away."""

_ROUNDING_DEGREES = 1e-6
"""By so much the rectangle is larger than the circle needs."""


def within(profiles: QuerySet[Profile], centre: Coordinates, km: float) -> QuerySet[Profile]:
    """The profiles whose cell is at most so many kilometres from ``centre``; those without a cell are not."""
    # The haversine of the angle grows with the distance, so that it is compared without taking it back.
    largest = math.sin(km / (2 * EARTH_RADIUS_KM)) ** 2
    return profiles.filter(_rectangle(centre, km), LessThanOrEqual(_haversine(centre), Value(largest)))


def _haversine(centre: Coordinates) -> Any:
    latitude, upward = math.radians(centre.latitude), F("latitude") - Value(centre.latitude)
    across = Power(Sin(Radians(F("longitude") - Value(centre.longitude)) / 2.0), 2)
    return Power(Sin(Radians(upward) / 2.0), 2) + Value(math.cos(latitude)) * Cos(Radians("latitude")) * across


def _rectangle(centre: Coordinates, km: float) -> Q:
    """The latitudes and longitudes that the circle touches."""
    angle = km / EARTH_RADIUS_KM
    height = math.degrees(angle) + _ROUNDING_DEGREES
    south, north = centre.latitude - height, centre.latitude + height
    rows = Q(latitude__gte=south, latitude__lte=north, longitude__isnull=False)
    if south <= -90 or north >= 90:
        # Around a pole lie all longitudes.
        return rows
    width = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(centre.latitude)))) + _ROUNDING_DEGREES
    return rows & _longitudes(centre.longitude - width, centre.longitude + width)


def _longitudes(west: float, east: float) -> Q:
    if west < -180:
        return Q(longitude__gte=west + 360) | Q(longitude__lte=east)
    if east > 180:
        return Q(longitude__gte=west) | Q(longitude__lte=east - 360)
    return Q(longitude__gte=west, longitude__lte=east)
