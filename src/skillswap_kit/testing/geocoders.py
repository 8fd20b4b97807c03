"""What every geocoder must do. Inherit, name yours, and run the class with pytest."""
# ruff: noqa: S101 (pytest explains plain assertions)

from __future__ import annotations

from abc import ABC, abstractmethod

from skillswap_kit.exchange.geo import Coordinates
from skillswap_kit.exchange.geocoders import BaseGeocoder


class GeocoderContract(ABC):
    """Subclass it as ``class TestMyGeocoder(GeocoderContract)``; the lists may stay empty."""

    known_places: tuple[str, ...] = ()
    """Names that the geocoder finds."""

    unknown_places: tuple[str, ...] = ("Nowhere-upon-Nothing 7331",)
    """Names that it does not find."""

    @abstractmethod
    def make_geocoder(self) -> BaseGeocoder:
        """A fresh one, built as the setting would build it: an alias, then the options by keyword."""

    def test_it_is_a_geocoder_and_knows_its_alias(self) -> None:
        geocoder = self.make_geocoder()
        assert isinstance(geocoder, BaseGeocoder)
        assert geocoder.alias

    def test_known_places_have_the_same_coordinates_each_time(self) -> None:
        geocoder = self.make_geocoder()
        for place in self.known_places:
            found = geocoder.geocode(place)
            assert isinstance(found, Coordinates), place
            assert geocoder.geocode(f"  {place} ") == found, place

    def test_unknown_places_are_none(self) -> None:
        geocoder = self.make_geocoder()
        for place in self.unknown_places:
            assert geocoder.geocode(place) is None, place

    def test_any_text_is_answered(self) -> None:
        geocoder = self.make_geocoder()
        for place in ("", " ", ",", "،", "x" * 10_000, "\u202e\u0301", "'; --", "../..", "٣١", "\N{COLLISION SYMBOL}"):
            assert isinstance(geocoder.geocode(place), Coordinates | None), place
