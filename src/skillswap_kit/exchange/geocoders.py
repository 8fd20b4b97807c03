"""Finding the coordinates of a place that somebody typed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from skillswap_kit.core.backends import BackendRegistry
from skillswap_kit.core.text import normalise

from .cities import CITIES
from .geo import Coordinates


class BaseGeocoder(ABC):
    """Knows where places are. Subclass, write ``geocode``, name the class in SKILLSWAP_KIT["EXCHANGE_GEOCODERS"]."""

    def __init__(self, alias: str, **options: Any) -> None:
        self.alias, self.options = alias, options

    @abstractmethod
    def geocode(self, place: str) -> Coordinates | None:
        """Where ``place`` is, in any language and spelling; None if it is unknown. What it answers is snapped."""


geocoders = BackendRegistry("EXCHANGE_GEOCODERS", BaseGeocoder)  # type: ignore[type-abstract]


class StaticGeocoder(BaseGeocoder):
    """A table of large cities, so that a site works without any service.

    The option ``places`` adds to it: ``{"Fayoum": (29.31, 30.84)}``.
    """

    def __init__(self, alias: str, *, places: Mapping[str, tuple[float, float]] | None = None) -> None:
        super().__init__(alias)
        self._places = {normalise(name): point for names, point in CITIES.items() for name in names}
        self._places |= {normalise(name): point for name, point in (places or {}).items()}

    def geocode(self, place: str) -> Coordinates | None:
        """Looks for the whole text, then for what stands before its first comma."""
        for name in (place, place.replace("،", ",").split(",")[0]):
            if point := self._places.get(normalise(name)):
                return Coordinates(latitude=point[0], longitude=point[1])
        return None


class DummyGeocoder(BaseGeocoder):
    """Knows no place: for sites where places are names only, and for tests."""

    def geocode(self, place: str) -> Coordinates | None:
        return None
