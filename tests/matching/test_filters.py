"""What can be asked of matches, and that the database measures distances as Python does."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillswap_kit.core.api.filters import BooleanFilter, IntegerFilter
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.geo import Coordinates, distance_km
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import update_profile
from skillswap_kit.matching.filters import MatchFilterSet, match_filterset
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.nearby import within
from skillswap_kit.matching.services import recommend
from skillswap_kit.matching.web.matches.forms import seen_choices
from skillswap_kit.testing.factories import make_category, make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap

from .seekers import WANT

pytestmark = pytest.mark.django_db

CAIRO, GIZA, ALEXANDRIA = (30.0444, 31.2357), (30.0131, 31.2089), (31.2001, 29.9187)


def at(place):
    return Coordinates(latitude=place[0], longitude=place[1])


def asked(seeker, **query):
    """The filters as a request gives them, which must be valid."""
    filterset = bound(seeker, **query)
    assert filterset.is_valid(), filterset.errors
    return filterset


def bound(seeker, **query):
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in query.items()})
    request = type("Request", (), {"user": seeker.user})()
    return match_filterset()(data, queryset=Profile.objects.none(), request=request)


def found(seeker, **query):
    rows = recommend(by=seeker.user, narrow=asked(seeker, **query).filter_queryset).rows
    return {row.profile.user for row in rows}


# The offer


def test_category_is_that_of_a_skill_that_one_wants(seeker, match):
    music = make_category(name="Music")
    strings = make_category(name="Strings", parent=music)
    oud = make_skill("Oud", category=strings)
    make_listing(seeker.user, skill=oud, kind=WANT)
    guitarist, player = match(), match(skill=oud)
    make_listing(guitarist, skill=make_skill("Drums", category=music))

    assert found(seeker, category=music.pk) == {player}
    assert found(seeker, category=strings.pk) == {player}
    assert found(seeker, category=seeker.guitar.category_id) == {guitarist}
    assert found(seeker, category=2_000_000_000) == set()


def test_a_skill_is_one_that_one_wants_taught_itself_or_by_what_helps_with_it(seeker, match):
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=50, source="curated")
    guitarist, helper, other = match(), match(skill=ukulele), match(skill=seeker.spanish)

    assert found(seeker, skill=seeker.guitar.pk) == {guitarist, helper}
    assert found(seeker, skill=seeker.spanish.pk) == {other}
    assert found(seeker, skill=ukulele.pk) == set()


def test_level_is_the_least(seeker, match):
    people = [match(level=level) for level in ("beginner", "intermediate", "advanced", "expert")]
    assert found(seeker, level="beginner") == set(people)
    assert found(seeker, level="advanced") == set(people[2:])
    assert found(seeker, level="expert") == set(people[3:])


def test_language_is_of_the_offer_or_spoken(seeker, match):
    teaches, speaks = match(language="ar"), match(profile={"languages": ["ar", "fr"]})
    match(language="en")
    assert found(seeker, language="ar") == found(seeker, language="AR") == {teaches, speaks}
    assert found(seeker, language="fr") == {speaks}


def test_remote_and_in_person(seeker, match):
    remote, in_person, both = match(mode="remote"), match(mode="in_person"), match(mode="both")
    assert found(seeker, remote="true") == {remote, both}
    assert found(seeker, remote="false") == {in_person, both}


def test_what_is_asked_of_an_offer_is_asked_of_one_offer(seeker, match):
    """A beginner at the guitar who is an expert in Spanish is no expert at the guitar; nor is one elsewhere online."""
    expert_elsewhere = match(level="beginner", mode="remote")
    make_listing(expert_elsewhere, skill=seeker.spanish, level="expert", mode="in_person")
    unwanted = match(mode="in_person")
    make_listing(unwanted, skill=make_skill("Knitting"), level="expert", mode="remote")

    music = seeker.guitar.category_id
    assert found(seeker, level="expert") == {expert_elsewhere}
    assert found(seeker, level="expert", category=music) == set()
    assert found(seeker, level="expert", remote="true") == set()
    assert found(seeker, level="expert", remote="false") == {expert_elsewhere}
    assert found(seeker, level="beginner", category=music, remote="true") == {expert_elsewhere}
    assert found(seeker, language="ar", remote="true") == set()


def test_an_offer_that_helps_with_what_one_wants_counts(seeker, match):
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=50)
    helper = match(skill=ukulele, level="expert")
    assert found(seeker, level="expert", category=ukulele.category_id) == {helper}


def test_a_paused_offer_does_not_count(seeker, match):
    person = match(level="expert")
    offer = person.skillswap_listings.get(kind="offer")
    make_listing(person, skill=seeker.spanish)
    type(offer).objects.filter(pk=offer.pk).update(status="paused")
    assert found(seeker) == {person}
    assert found(seeker, level="expert") == set()


# The member


def test_distance_is_that_of_cells(seeker, match):
    update_profile(by=seeker.user, location=at(CAIRO))
    near = match(profile={"location": at(GIZA)})
    far = match(profile={"location": at(ALEXANDRIA)})
    match()
    assert found(seeker, distance_km=20) == {near}
    assert found(seeker, distance_km=170) == {near}
    assert found(seeker, distance_km=190) == {near, far}


def test_a_distance_from_nowhere_is_refused(seeker, match):
    match(profile={"location": at(GIZA)})
    filterset = bound(seeker, distance_km=20)
    assert not filterset.is_valid()
    assert list(filterset.errors) == ["distance_km"]
    assert "where you are" in str(filterset.errors["distance_km"])


def test_rating_is_the_least(seeker, match):
    good, bad, _unrated = match(), match(), match()
    for person, rating in ((good, 4.5), (bad, 3.2)):
        Profile.objects.filter(user=person.pk).update(rating=rating)
    assert found(seeker, rating_min="4.5") == {good}
    assert found(seeker, rating_min=3) == {good, bad}


def test_seen_is_the_last_sign_in_or_the_last_thing_done(seeker, match):
    acted, signed_in, away = match(), match(), match()
    Event.objects.update(occurred_at=timezone.now() - timedelta(days=40))
    Event.objects.create(name="exchange.listing_updated", by=acted, occurred_at=timezone.now() - timedelta(days=3))
    users = get_user_model()._default_manager
    users.filter(pk=signed_in.pk).update(last_login=timezone.now() - timedelta(days=6))
    users.filter(pk=away.pk).update(last_login=timezone.now() - timedelta(days=20))
    assert found(seeker, seen_within_days=4) == {acted}
    assert found(seeker, seen_within_days=7) == {acted, signed_in}
    assert found(seeker, seen_within_days=30) == {acted, signed_in, away}


def test_nobody_asks_who_was_seen_before_events_are_kept(seeker, match):
    """Of whoever did something before that nothing is known any more, so a list would leave them out unsaid."""
    assert not bound(seeker, seen_within_days=91).is_valid()
    assert bound(seeker, seen_within_days=90).is_valid()
    with override_skillswap(EVENT_RETENTION_DAYS=30):
        filterset = bound(seeker, seen_within_days=31)
        assert not filterset.is_valid()
        assert "less than or equal to 30" in str(filterset.errors["seen_within_days"])
        assert [days for days, _name in seen_choices()] == ["", 1, 7, 30]
    assert [days for days, _name in seen_choices()] == ["", 1, 7, 30, 90]
    with override_skillswap(EVENT_RETENTION_DAYS=1000):
        assert bound(seeker, seen_within_days=365).is_valid()
        assert not bound(seeker, seen_within_days=366).is_valid()


def test_filters_add_up(seeker, match):
    update_profile(by=seeker.user, location=at(CAIRO))
    everything = match(level="expert", mode="remote", profile={"location": at(GIZA), "languages": ["ar"]})
    match(level="expert", mode="remote", profile={"location": at(ALEXANDRIA), "languages": ["ar"]})
    match(level="expert", mode="remote", profile={"location": at(GIZA)})
    Profile.objects.update(rating=4)
    query = {"level": "expert", "remote": "true", "language": "ar", "distance_km": 50, "rating_min": 4}
    assert found(seeker, **query, seen_within_days=1, category=seeker.guitar.category_id) == {everything}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "music"), ("level", "master"), ("remote", "maybe"), ("distance_km", "0"), ("distance_km", "20001"),
        ("distance_km", "2.5"), ("rating_min", "0"), ("rating_min", "6"), ("rating_min", "NaN"),
        ("seen_within_days", "0"), ("seen_within_days", "9999999"), ("language", "x" * 101),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(name, value, seeker):
    filterset = bound(seeker, **{name: value})
    assert not filterset.is_valid()
    assert list(filterset.errors) == [name]


# Distance

# Cells have five digits, as ``geo.snap`` rounds them.
PLACES = st.tuples(*(st.integers(-most * 10**5, most * 10**5).map(lambda digits: digits / 10**5) for most in (90, 180)))


@pytest.mark.parametrize("km", [1, 100, 5_000, 20_000])
@pytest.mark.parametrize(
    "centre", [(0, 0), (0, 179.99), (0, -179.99), (89.99, 10), (-89.99, 10), (60, 179), (-60, -179), (90, 0)]
)
def test_the_rectangle_leaves_nobody_out(km, centre, make_user):
    """Around the poles and across the date line, against the plain formula."""
    spots = [(lat, lon) for lat in range(-90, 91, 30) for lon in range(-180, 181, 45)]
    near = [(max(-90, min(90, centre[0] + d)), centre[1]) for d in (-0.5, -0.005, 0.005, 0.5)]
    profiles = [Profile(user=make_user(), latitude=lat, longitude=lon) for lat, lon in [*spots, *near]]
    Profile.objects.bulk_create(profiles)
    expected = {p.pk for p in Profile.objects.all() if distance_km(at(centre), at((p.latitude, p.longitude))) <= km}
    assert set(within(Profile.objects.all(), at(centre), km).values_list("pk", flat=True)) == expected
    assert expected or km < 100


@given(centre=PLACES, place=PLACES, km=st.integers(1, 20_000))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_measures_as_python_does(centre, place, km, seeker):
    Profile.objects.update(latitude=place[0], longitude=place[1])
    distance = distance_km(at(centre), at(place))
    if abs(distance - km) > 1e-3:
        is_near = within(Profile.objects.all(), at(centre), km).exists()
        assert is_near is (distance <= km)


# Filters of the host


class OnlyPictured(FilterSet):
    pictured = BooleanFilter(method="with_picture", label="true: with a picture.")

    def with_picture(self, queryset: QuerySet[Profile], name: str, value: bool) -> QuerySet[Profile]:
        return queryset.exclude(avatar="") if value else queryset


class OtherRating(FilterSet):
    rating_min = IntegerFilter(field_name="rating_count", lookup_expr="gte")


def test_a_host_adds_filters(seeker, match):
    pictured, _plain = match(level="expert"), match(level="expert")
    Profile.objects.filter(user=pictured.pk).update(avatar="avatars/x.png")
    own = [f"{__name__}.OnlyPictured"]
    with override_skillswap(MATCHING_FILTERS=["skillswap_kit.matching.filters.MatchFilterSet", *own]):
        assert found(seeker, level="expert", pictured="true") == {pictured}
        assert match_filterset() is match_filterset()
    assert "pictured" not in match_filterset().base_filters
    with override_skillswap(MATCHING_FILTERS=own):
        assert set(match_filterset().base_filters) == {"pictured"}


NAMES = ["category", "distance_km", "language", "level", "rating_min", "remote", "seen_within_days", "skill"]


@pytest.mark.parametrize("removed", NAMES)
def test_a_host_does_without_any_filter(removed, seeker, match, client, monkeypatch):
    update_profile(by=seeker.user, location=at(CAIRO))
    person = match(level="expert", language="en", profile={"location": at(GIZA)})
    Profile.objects.filter(user=person.pk).update(rating=5)
    asked = {
        "category": seeker.guitar.category_id, "distance_km": 50, "language": "en", "level": "expert", "rating_min": 5,
        "remote": "true", "seen_within_days": 1, "skill": seeker.guitar.pk,
    }  # fmt: skip
    assert sorted(asked) == NAMES
    del asked[removed]
    monkeypatch.setitem(globals(), "Fewer", type("Fewer", (MatchFilterSet,), {removed: None}))
    client.force_login(seeker.user)
    with override_skillswap(MATCHING_FILTERS=[f"{__name__}.Fewer"]):
        assert removed not in match_filterset().base_filters
        assert found(seeker, **asked) == {person}
        for query in ({}, asked, *({name: value} for name, value in asked.items())):
            page = client.get("/matches/", query)
            assert [card.person.key for card in page.context["matches"]] == [person.pk]
            assert removed not in page.context["filters"].fields


def test_the_first_of_two_filters_of_one_name_wins(seeker):
    with override_skillswap(
        MATCHING_FILTERS=[f"{__name__}.OtherRating", f"{MatchFilterSet.__module__}.MatchFilterSet"]
    ):
        assert match_filterset().base_filters["rating_min"].field_name == "rating_count"


@pytest.mark.parametrize("paths", [["nowhere.Filters"], ["skillswap_kit.matching.filters.match_filterset"]])
def test_what_is_no_filter_set_is_named(paths):
    with override_skillswap(MATCHING_FILTERS=paths), pytest.raises(ImproperlyConfigured, match="MATCHING_FILTERS"):
        match_filterset()
