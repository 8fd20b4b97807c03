"""Members: reading writes nothing, places are snapped, staff rules."""

from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import InvalidTransition
from skillswap_kit.exchange.geo import Coordinates, snap
from skillswap_kit.exchange.geocoders import StaticGeocoder
from skillswap_kit.exchange.models import Profile, Session, SwapLeg
from skillswap_kit.exchange.services import (
    LegTerms,
    add_listing_image,
    deactivate_member,
    edit_member,
    gallery,
    member_statistics,
    members,
    profile_for_update,
    profile_of,
    propose_swap,
    reactivate_member,
    remove_avatar,
    set_avatar,
    update_profile,
)
from skillswap_kit.testing.factories import make_listing, make_member, make_skill

pytestmark = pytest.mark.django_db

CAIRO = Coordinates(latitude=30.04442, longitude=31.235712)


def picture(name="me.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue())


def test_reading_a_profile_writes_nothing(make_user):
    user = make_user()
    assert profile_of(user).pk is None
    assert profile_of(user).time_zone == "UTC"
    assert not Profile.objects.exists()


def test_the_first_write_makes_the_row_and_later_ones_keep_it(make_user):
    user = make_user()
    profile_of(user)
    first = update_profile(by=user, display_name="Mona")
    assert profile_for_update(user) == update_profile(by=user, headline="x") == first
    assert profile_of(get_user_model()._default_manager.get(pk=user.pk)).display_name == "Mona"


def test_everything_can_be_changed(make_user):
    user = make_user()
    profile = update_profile(
        by=user,
        display_name="  Mona \n Ali ",
        headline="Calligraphy",
        bio="Two\nlines",
        languages=["AR", "en", "pt_BR", "ar"],
        time_zone="Africa/Cairo",
        preferred_language="ar",
        place_name="Cairo",
        location=CAIRO,
        visibility="members",
    )
    profile.refresh_from_db()
    assert (profile.display_name, profile.bio, profile.search_name) == ("Mona Ali", "Two\nlines", "mona ali")
    assert [language.code for language in profile.languages.all()] == ["ar", "en", "pt-br"]
    assert (profile.time_zone, profile.preferred_language, profile.visibility) == ("Africa/Cairo", "ar", "members")
    assert Event.objects.filter(name="exchange.profile_updated").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 81),
        ("bio", "x" * 4001),
        ("visibility", "friends"),
        ("time_zone", "Mars/Phobos"),
        ("time_zone", "../etc/passwd"),
        ("preferred_language", "tlh"),
        ("languages", ["english!"]),
        ("languages", ["aa", *(f"a{letter}" for letter in "bcdefghijklmnopqrstuv")]),
    ],
)
def test_wrong_values_are_refused_and_nothing_is_written(make_user, field, value):
    user = make_user()
    with pytest.raises(InvalidInput) as refusal:
        update_profile(by=user, headline="new", **{field: value})
    assert list(refusal.value.fields) == [field]
    assert not Profile.objects.exists()


def test_only_the_cell_of_a_location_is_stored(make_user):
    profile = update_profile(by=make_user(), location=CAIRO)
    assert (profile.latitude, profile.longitude) != (CAIRO.latitude, CAIRO.longitude)
    assert abs(profile.latitude - CAIRO.latitude) < 0.03
    assert abs(profile.longitude - CAIRO.longitude) < 0.03
    profile = update_profile(by=profile.user, headline="still here")
    assert profile.latitude is not None
    profile = update_profile(by=profile.user, location=None)
    assert (profile.latitude, profile.longitude) == (None, None)


def test_a_typed_place_is_geocoded_and_snapped(make_user):
    user = make_user()
    profile = update_profile(by=user, place_name="القاهرة، مصر", geocode=True)
    cell = snap(Coordinates(latitude=30.04, longitude=31.24))
    assert (profile.latitude, profile.longitude) == (cell.latitude, cell.longitude)
    with pytest.raises(InvalidInput) as refusal:
        update_profile(by=user, place_name="Atlantis", geocode=True)
    assert list(refusal.value.fields) == ["place_name"]


def test_another_place_alone_forgets_the_cell_of_the_last_one(make_user):
    user = make_user()
    berlin = update_profile(by=user, place_name="Berlin", geocode=True).latitude
    assert update_profile(by=user, place_name=" Berlin ", headline="x").latitude == berlin
    profile = update_profile(by=user, place_name="Cairo")
    assert (profile.place_name, profile.latitude, profile.longitude) == ("Cairo", None, None)
    assert update_profile(by=user, place_name="Alexandria", location=CAIRO).latitude is not None


@pytest.mark.parametrize("asked_for", ["pt-BR", "pt-br"])
def test_the_language_of_messages_is_kept_as_the_site_spells_it(make_user, asked_for):
    with override_settings(LANGUAGES=[("en", "English"), ("pt-BR", "Português")]):
        assert update_profile(by=make_user(), preferred_language=asked_for).preferred_language == "pt-BR"


@pytest.mark.parametrize("latitude", [-90, -89.99, -45.3, 0, 30.04, 89.99, 90])
@pytest.mark.parametrize("longitude", [-180, -179.99, -0.01, 0, 31.2, 179.99, 180])
def test_snapping_is_stable_and_near(latitude, longitude):
    cell = snap(Coordinates(latitude=latitude, longitude=longitude))
    assert snap(cell) == cell
    assert abs(cell.latitude - latitude) <= 0.025
    assert -180 < cell.longitude < 180


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_impossible_coordinates_are_refused(point):
    with pytest.raises(InvalidInput):
        Coordinates(latitude=point[0], longitude=point[1])


def test_pictures_are_encoded_again_named_at_random_and_deleted_when_replaced(
    make_user, django_capture_on_commit_callbacks
):
    user, storage = make_user(), storages["default"]
    with django_capture_on_commit_callbacks(execute=True):
        first = set_avatar(by=user, upload=picture("../../secret.png")).avatar.name
    assert "secret" not in first
    assert storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        second = set_avatar(by=user, upload=picture()).avatar.name
    assert not storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        assert not remove_avatar(by=user).avatar
    assert not storage.exists(second)
    remove_avatar(by=user)


def test_a_picture_that_is_not_taken_leaves_no_file(make_user, monkeypatch):
    storage, names = storages["default"], []
    save = storage.save

    def watched(*args, **kwargs):
        names.append(save(*args, **kwargs))
        return names[-1]

    monkeypatch.setattr(storage, "save", watched)
    monkeypatch.setattr(members.profile_updated, "record", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        set_avatar(by=make_user(), upload=picture())
    with pytest.raises(NotAllowed):
        add_listing_image(by=make_user(), listing=make_listing(make_user()), upload=picture())
    assert [storage.exists(name) for name in names] == [False, False]


def test_slow_work_holds_no_transaction(make_user, monkeypatch):
    user, outside, seen = make_user(), len(connection.savepoint_ids), []

    def watch(module, name):
        real = getattr(module, name)

        def watched(*args, **kwargs):
            seen.append(len(connection.savepoint_ids) - outside)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(StaticGeocoder, "geocode")
    watch(members, "clean_image")
    watch(gallery, "clean_image")
    watch(storages["default"], "save")
    update_profile(by=user, place_name="Cairo", geocode=True)
    set_avatar(by=user, upload=picture())
    add_listing_image(by=user, listing=make_listing(user), upload=picture())
    assert seen == [0, 0, 0, 0, 0]


def test_a_bad_picture_changes_nothing(make_user):
    user = make_user()
    with pytest.raises(InvalidInput):
        set_avatar(by=user, upload=SimpleUploadedFile("me.png", b"<svg/>"))
    assert not Profile.objects.exists()


# Staff


def test_staff_edit_and_members_cannot(make_user, staff):
    member, other = make_user(), make_user()
    assert edit_member(by=staff, member=member, headline="checked").headline == "checked"
    with pytest.raises(NotAllowed):
        edit_member(by=other, member=member, headline="mine")


def test_staff_close_and_open_accounts(make_user, staff):
    member = make_user()
    deactivate_member(by=staff, member=member)
    member.refresh_from_db()
    assert not member.is_active
    assert list(Event.objects.get(name="exchange.member_deactivated").payload) == ["user_id"]
    with pytest.raises(InvalidTransition):
        deactivate_member(by=staff, member=member)
    reactivate_member(by=staff, member=member)
    member.refresh_from_db()
    assert member.is_active


def test_nobody_closes_their_own_account_or_that_of_somebody_above(make_user, staff, helper_of_staff):
    with pytest.raises(NotAllowed):
        deactivate_member(by=staff, member=staff)
    with pytest.raises(NotAllowed):
        deactivate_member(by=helper_of_staff, member=staff)
    with pytest.raises(NotAllowed):
        deactivate_member(by=make_user(), member=helper_of_staff)
    deactivate_member(by=helper_of_staff, member=make_user())
    deactivate_member(by=staff, member=helper_of_staff)


@pytest.fixture
def helper_of_staff(make_user):
    from django.contrib.auth.models import Permission

    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_profile"))
    return user


# Statistics


def test_statistics_count_sessions_and_different_skills(make_user, django_assert_num_queries):
    teacher, learner = make_user(), make_user()
    guitar, python = make_skill(), make_skill()
    for skill in (guitar, guitar, python):
        swap = propose_swap(by=learner, legs=[LegTerms(giver=teacher, receiver=learner, skill=skill)])
        swap.legs.update(status=SwapLeg.Status.CONFIRMED)
        swap.status, swap.open_key = "completed", None
        swap.save()
        one, other = swap.participants.all()
        for status in (Session.Status.COMPLETED, Session.Status.MISSED):
            Session.objects.create(
                swap=swap,
                requester=one,
                recipient=other,
                topic="x",
                starts_at=timezone.now(),
                duration_minutes=60,
                status=status,
            )
    with django_assert_num_queries(2):
        statistics = member_statistics(teacher)
    assert (statistics.sessions_completed, statistics.skills_taught, statistics.skills_learned) == (3, 2, 0)
    assert member_statistics(learner).skills_learned == 2
    assert member_statistics(make_member(make_user()).user).sessions_completed == 0
