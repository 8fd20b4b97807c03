"""Places: everybody in a cell looks the same from everywhere, and a name has coordinates in each of its spellings."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from django.test import override_settings
from hypothesis import assume, given
from hypothesis import strategies as st

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.exchange.cities import CITIES
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.geo import Coordinates, distance_km, snap
from skillswap_kit.exchange.geocoders import BaseGeocoder, DummyGeocoder, StaticGeocoder, geocoders
from skillswap_kit.testing.geocoders import GeocoderContract

POINTS = st.builds(
    Coordinates,
    latitude=st.floats(-90, 90) | st.sampled_from([-90.0, 0.0, 90.0, 89.99, -89.977]),
    longitude=st.floats(-180, 180) | st.sampled_from([-180.0, 0.0, 180.0, 179.999]),
)
CAIRO = Coordinates(latitude=30.0444, longitude=31.2357)


@given(POINTS)
def test_a_centre_is_its_own_cell(point):
    cell = snap(point)
    assert snap(cell) == cell


@given(POINTS)
def test_the_centre_is_within_half_a_diagonal(point):
    # Of a square it would be 0.71; the wedges around the poles reach a little further.
    assert distance_km(point, snap(point)) <= exchange_settings.GRID_KM * 0.8


@given(st.floats(-85, 85), st.floats(-179, 179), st.floats(-1, 1), st.floats(-1, 1))
def test_nobody_is_closer_than_the_cell(latitude, longitude, north, east):
    """All who stand around a centre, up to nearly half an edge away, have the coordinates of that centre."""
    centre = snap(Coordinates(latitude=latitude, longitude=longitude))
    half = exchange_settings.GRID_KM * 0.45 / 111.2
    point = Coordinates(
        latitude=centre.latitude + north * half,
        longitude=centre.longitude + east * half / math.cos(math.radians(centre.latitude)),
    )
    assert snap(point) == centre


@given(POINTS, POINTS, POINTS)
def test_an_observer_learns_the_cell_and_no_more(observer, one, other):
    assume(snap(one) == snap(other))
    assert distance_km(snap(observer), snap(one)) == distance_km(snap(observer), snap(other))


def attackers_guess(start: Coordinates, answers: dict[Coordinates, float]) -> Coordinates:
    """The point within 6 km of ``start`` to which the distances fit best."""

    def misfit(guess: Coordinates) -> float:
        return sum((distance_km(at, guess) - distance) ** 2 for at, distance in answers.items())

    steps = [number * 0.3 / 111.2 for number in range(-20, 21)]
    widen = 1 / math.cos(math.radians(start.latitude))
    return min(
        (
            Coordinates(latitude=start.latitude + north, longitude=start.longitude + east * widen)
            for north in steps
            for east in steps
        ),
        key=misfit,
    )


def test_an_attacker_who_asks_from_everywhere_finds_the_cell_and_not_the_person():
    chance = random.Random(15)
    errors = []
    for _ in range(25):
        victim = Coordinates(latitude=chance.uniform(-60, 60), longitude=chance.uniform(-170, 170))
        positions = (
            snap(
                Coordinates(
                    latitude=victim.latitude + chance.uniform(-1, 1), longitude=victim.longitude + chance.uniform(-1, 1)
                )
            )
            for _ in range(15)
        )
        answers = {at: distance_km(at, snap(victim)) for at in positions}
        errors.append(distance_km(attackers_guess(victim, answers), victim))
    assert statistics.median(errors) >= 1


def test_cells_are_as_large_as_the_setting_says():
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_GRID_KM": 50}):
        far = snap(CAIRO)
    assert far != snap(CAIRO)
    assert distance_km(far, CAIRO) < 50
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_GRID_KM": 5}):
        row = {snap(Coordinates(latitude=60, longitude=number / 1000)) for number in range(1000)}
    assert len(row) == pytest.approx(math.cos(math.radians(60)) * 111.2 / 5, abs=1.5)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e308, 180.0001, -181.0])
def test_impossible_numbers_are_refused(number):
    for coordinates in ({"latitude": number, "longitude": 0.0}, {"latitude": 0.0, "longitude": number}):
        with pytest.raises(InvalidInput):
            Coordinates(**coordinates)


@given(POINTS, POINTS)
def test_distance_is_the_same_both_ways_and_at_most_half_around(one, other):
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert 0 <= distance_km(one, other) <= math.pi * 6371.001
    assert distance_km(one, one) == 0


def test_known_distances():
    alexandria = Coordinates(latitude=31.2001, longitude=29.9187)
    west, east = Coordinates(latitude=0, longitude=-179.5), Coordinates(latitude=0, longitude=179.5)
    assert distance_km(CAIRO, alexandria) == pytest.approx(180, rel=0.02)
    assert distance_km(west, east) == pytest.approx(111.2, rel=0.01)


class TestStaticGeocoder(GeocoderContract):
    known_places = ("Cairo", "القاهرة", "القاهره", "CAIRO, Egypt", "القاهرة، مصر", "são paulo", "Sao Paulo", "Fayoum")
    unknown_places = ("Atlantis", "Cai", "Egypt")

    def make_geocoder(self) -> BaseGeocoder:
        return StaticGeocoder("default", places={"Fayoum": (29.31, 30.84)})


class TestDummyGeocoder(GeocoderContract):
    unknown_places = ("Cairo", "Nowhere")

    def make_geocoder(self) -> BaseGeocoder:
        return DummyGeocoder("dummy")


@pytest.mark.parametrize("names", CITIES, ids=lambda names: names[0])
def test_every_city_is_found_by_each_of_its_names(names):
    found = {geocoders["default"].geocode(name) for name in names}
    assert found == {Coordinates(latitude=CITIES[names][0], longitude=CITIES[names][1])}


def test_every_city_has_an_arabic_name():
    assert len(CITIES) >= 120
    assert [names for names in CITIES if not any("\u0600" <= letter <= "\u06ff" for letter in names[-1])] == []
