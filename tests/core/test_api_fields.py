"""Fields refuse what no database or reader can use, and give the same error for the hidden and the missing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.test import override_settings
from django.urls import resolve, reverse
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer

from skillswap_kit.core.api.fields import (
    LanguageCodeField,
    MomentField,
    PlainTextField,
    ScopedPrimaryKeyRelatedField,
    TimeZoneField,
    UserField,
    UserKeyField,
    WallTimeError,
    moment_in_zone,
)
from skillswap_kit.core.keys import parse_key, written_key
from skillswap_kit.core.policies import BaseContactPolicy
from skillswap_kit.exchange.models import Category, Skill

from .api_world import make_person


def read(field, data):
    return field.run_validation(data)


def seen_by(person, field):
    """The field inside a serializer that a request of this person fills."""
    serializer = type("Input", (Serializer,), {"field": field})(context={"request": SimpleNamespace(user=person)})
    return serializer.fields["field"]


def message(error_info):
    return error_info.value.detail[0]


# Keys


@pytest.mark.parametrize(
    ("field", "raw", "key"),
    [
        (models.BigAutoField(), "7", 7),
        (models.BigAutoField(), 7, 7),
        (models.UUIDField(), "6F9619FF-8B86-D011-B42D-00CF4FC964FF", uuid.UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")),
        (models.CharField(max_length=50), "a.b@example.org", "a.b@example.org"),
    ],
)
def test_keys_are_read_by_the_type_of_their_column(field, raw, key):
    assert parse_key(field, raw) == key


@pytest.mark.parametrize(
    "raw", [True, None, 1.5, [], {}, "", "+7", "07", " 7", "7\n", "٧", "1_0", "9" * 400, "\0", "x"]
)
def test_one_key_has_one_spelling(raw):
    with pytest.raises(ValueError, match="key"):
        parse_key(models.BigAutoField(), raw)


@pytest.mark.parametrize("raw", ["x", "6f9619ff8b86d011b42d00cf4fc964ff", 7, "{6f9619ff-8b86-d011-b42d-00cf4fc964ff}"])
def test_uuids_have_one_spelling_too(raw):
    with pytest.raises(ValueError, match="key"):
        parse_key(models.UUIDField(), raw)


@pytest.mark.parametrize(
    ("key", "written"), [("team/amina", "team~1amina"), ("~1", "~01"), ("~/~", "~0~1~0"), ("a b%2F", "a b%2F"), (7, 7)]
)
def test_every_key_can_stand_in_a_path(key, written):
    assert written_key(key) == written
    if isinstance(key, str):
        path = reverse("skillswap_exchange_api:user-avatar", kwargs={"pk": written})
        raw = resolve(unquote(path)).kwargs["pk"]
        assert parse_key(models.CharField(max_length=50), raw) == key


@pytest.mark.parametrize("raw", ["team/amina", "a~2", "~"])
def test_text_keys_have_one_spelling_too(raw):
    with pytest.raises(ValueError, match="key"):
        parse_key(models.CharField(max_length=50), raw)


def test_text_keys_are_bounded():
    with pytest.raises(ValueError, match="key"):
        parse_key(models.CharField(max_length=10), "a" * 11)
    with pytest.raises(ValueError, match="key"):
        parse_key(models.CharField(max_length=10), "")


@pytest.mark.django_db
def test_user_keys_are_shown_as_json():
    person = make_person()
    expected = person.pk if isinstance(person.pk, int) else str(person.pk)
    assert UserKeyField().to_representation(person) == expected
    assert UserKeyField().to_representation(person.pk) == expected
    assert read(UserKeyField(), expected) == person.pk
    with pytest.raises(ValidationError):
        read(UserKeyField(), ["x"])


class HideEverybody(BaseContactPolicy):
    def hidden_from(self, user):
        return get_user_model()._default_manager.exclude(pk=user.pk).values_list("pk", flat=True)


@pytest.mark.django_db
def test_users_who_cannot_be_reached_look_like_nobody():
    sender, other, gone = make_person(), make_person(), make_person(is_active=False)
    field = seen_by(sender, UserField())
    assert read(field, str(other.pk)) == other
    missing = str(uuid.uuid4()) if isinstance(other.pk, uuid.UUID) else "987654"
    messages = []
    for key in (missing, str(gone.pk), "x", "\0"):
        with pytest.raises(ValidationError) as refused:
            read(field, key)
        messages.append(message(refused))
    with override_settings(SKILLSWAP_KIT={"CONTACT_POLICIES": [f"{__name__}.HideEverybody"]}):
        with pytest.raises(ValidationError) as refused:
            read(field, str(other.pk))
        messages.append(message(refused))
        assert read(field, str(sender.pk)) == sender
    assert len(set(messages)) == 1


@pytest.mark.django_db
def test_rows_that_one_may_not_see_do_not_exist():
    owner, other = make_person(), make_person()
    category = Category.objects.create(name="Music", slug="music")
    hidden = Skill.objects.create(name="x", slug="x", category=category, status="proposed", proposed_by=owner)
    assert read(seen_by(owner, ScopedPrimaryKeyRelatedField(Skill)), hidden.pk) == hidden
    messages = []
    for person in (other, AnonymousUser()):
        for key in (hidden.pk, 987654, "x", True, [1], {"id": 1}, "9" * 400, "\0"):
            with pytest.raises(ValidationError) as refused:
                read(seen_by(person, ScopedPrimaryKeyRelatedField(Skill)), key)
            messages.append(message(refused))
    assert len(set(messages)) == 1
    assert seen_by(owner, ScopedPrimaryKeyRelatedField(Skill)).to_representation(hidden) == hidden.pk


# Text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Oud  ", "Oud"),
        ("عازف عود", "عازف عود"),
        ("a\u200db", "a\u200db"),  # joiners belong to emoji and Persian
        ("\u200fمرحبا", "\u200fمرحبا"),
        ("👩‍🏫", "👩‍🏫"),
    ],
)
def test_text_is_trimmed_and_kept(sent, kept):
    assert read(PlainTextField(max_length=20), sent) == kept


@pytest.mark.parametrize(
    "sent", ["a\0b", "a\x07b", "a\nb", "a\tb", "a\ud800b", "a\u202eb", "a" * 21, 7.5, True, [], {}]
)
def test_text_that_cannot_be_used_is_refused(sent):
    if sent == 7.5:
        assert read(PlainTextField(max_length=20), sent) == "7.5"
        return
    with pytest.raises(ValidationError):
        read(PlainTextField(max_length=20), sent)


@pytest.mark.parametrize("sent", ["", "   ", "\u200b\u200b", "\u2800 "[1:], "\u3000", "\u00ad"])
def test_invisible_text_is_blank(sent):
    with pytest.raises(ValidationError) as refused:
        read(PlainTextField(max_length=20), sent)
    assert refused.value.get_codes() == ["blank"]
    assert read(PlainTextField(max_length=20, allow_blank=True), sent) == ""


def test_only_long_text_has_lines():
    assert read(PlainTextField(max_length=20, multiline=True), "one\r\ntwo\rthree\n\tfour") == "one\ntwo\nthree\n\tfour"
    with pytest.raises(ValidationError):
        read(PlainTextField(max_length=20, multiline=True), "a\x1bb")


# Zones and languages


def test_zones_are_those_of_the_database_of_zones():
    assert read(TimeZoneField(), "Africa/Cairo") == "Africa/Cairo"
    for name in ("", "Cairo", "africa/cairo", "../../etc/passwd", "+03:00", "\0", "A" * 65, "Africa/Cairo\n\0"):
        with pytest.raises(ValidationError):
            read(TimeZoneField(), name)


def test_languages_are_those_of_django_and_of_the_site():
    assert read(LanguageCodeField(), "ar") == "ar"
    assert read(LanguageCodeField(), "pt_BR") == "pt-br"
    for code in ("", "xx", "arabic", "\0"):
        with pytest.raises(ValidationError):
            read(LanguageCodeField(), code)
    with override_settings(LANGUAGES=[("am", "Amharic")]):
        assert read(LanguageCodeField(), "am") == "am"
    assert read(LanguageCodeField(allow_blank=True), "") == ""


# Moments


def test_moments_are_read_with_their_offset_and_shown_in_utc():
    moment = read(MomentField(), "2030-01-31T18:00:00+02:00")
    assert moment == datetime(2030, 1, 31, 16, tzinfo=UTC)
    assert MomentField().to_representation(moment) == "2030-01-31T16:00:00Z"
    assert read(MomentField(), "2030-01-31T18:00:00Z").utcoffset() == timedelta(0)


@override_settings(TIME_ZONE="Asia/Tokyo")
def test_the_zone_of_the_site_changes_nothing():
    moment = datetime(2030, 1, 31, 18, tzinfo=timezone(timedelta(hours=2)))
    assert MomentField().to_representation(moment) == "2030-01-31T16:00:00Z"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2030-01-31T18:00:00", "no_offset"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("9999-12-31T23:59:59-14:00", "out_of_range"),
        ("1899-12-31T23:59:59Z", "out_of_range"),
        ("2201-01-01T00:00:00Z", "out_of_range"),
        ("2030-02-30T18:00:00Z", "invalid"),
        ("tomorrow", "invalid"),
        ("2030-01-31", "no_offset"),
        (1900000000, "invalid"),
        (True, "invalid"),
        (None, "null"),
        ({}, "invalid"),
        ("2030-01-31T18:00:00+99:00", "invalid"),
        ("\0", "invalid"),
    ],
)
def test_other_moments_are_refused(sent, code):
    with pytest.raises(ValidationError) as refused:
        read(MomentField(), sent)
    assert refused.value.get_codes() == [code]


def test_a_bare_time_is_let_through_where_the_zone_is_told_apart():
    bare = read(MomentField(allow_naive=True), "2030-01-31T18:00:00")
    assert moment_in_zone(bare, ZoneInfo("Africa/Cairo")) == datetime(2030, 1, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "wall_time",
    [datetime(2025, 3, 30, 2, 30), datetime(2025, 10, 26, 2, 30)],  # noqa: DTZ001
    ids=["clocks skip it", "clocks show it twice"],
)
def test_times_that_clocks_skip_or_repeat_are_refused(wall_time):
    with pytest.raises(WallTimeError):
        moment_in_zone(wall_time, ZoneInfo("Europe/Berlin"))
