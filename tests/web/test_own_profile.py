"""The page of one's own profile, and of the picture."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import profile_of, set_avatar
from skillswap_kit.testing.factories import make_member

pytestmark = pytest.mark.django_db

PROFILE = "/my/profile/"
AVATAR = "/my/profile/picture/"
REMOVE = "/my/profile/picture/remove/"
CAIRO = (30.04, 31.24)


@pytest.fixture
def mona(make_user):
    return make_user("mona")


@pytest.fixture
def page(client, mona):
    client.force_login(mona)
    return client


def filled(**changes):
    return {"display_name": "Mona", "time_zone": "Africa/Cairo", "visibility": "public", **changes}


def saved(client, mona, **changes):
    answer = client.post(PROFILE, filled(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Profile.objects.get(user=mona.pk)


def refused(client, **changes):
    answer = client.post(PROFILE, filled(**changes))
    assert answer.status_code == 400
    return answer


def picture(name="me.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


# Who


@pytest.mark.parametrize("path", [PROFILE, AVATAR, REMOVE])
def test_strangers_are_sent_to_sign_in(client, db, path):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert f"next={path}" in answer.url


def test_reading_writes_nothing_and_tells_newcomers_how_to_begin(page):
    answer = page.get(PROFILE)
    assert "Begin with a name" in answer.text
    assert "Nothing is kept yet" in answer.text
    assert not Profile.objects.exists()


# What members say of themselves


def test_everything_is_saved_and_shown_again(page, mona):
    texts = {"headline": "Calligraphy", "bio": "From\r\nCairo", "preferred_language": "ar", "visibility": "members"}
    profile = saved(page, mona, languages=["ar", "en"], more_languages="suomi, Greek، PT-BR", **texts)
    assert (profile.display_name, profile.headline, profile.bio) == ("Mona", "Calligraphy", "From\nCairo")
    assert (profile.preferred_language, profile.visibility) == ("ar", "members")
    assert [language.code for language in profile.languages.all()] == ["ar", "el", "en", "fi", "pt-br"]
    shown = page.get(PROFILE).context["form"]
    assert shown["bio"].value() == "From\nCairo"
    assert set(shown["languages"].value()) == {"ar", "el", "en", "fi", "pt-br"}
    assert {"el", "fi", "pt-br"} <= dict(shown.fields["languages"].choices).keys()


def test_languages_are_offered_by_their_own_names(page):
    assert {"العربيّة", "Deutsch", "日本語"} <= set(
        dict(page.get(PROFILE).context["form"].fields["languages"].choices).values()
    )


def test_what_cannot_be_read_stands_beside_its_field_and_the_input_stays(page):
    answer = refused(page, more_languages="Klingon", time_zone="Cairo", latitude="91", longitude="1", headline="Mine")
    form = answer.context["form"]
    assert {"more_languages", "time_zone", "latitude"} == form.errors.keys()
    assert 'value="Mine"' in answer.text
    assert 'value="Klingon"' in answer.text
    assert not Profile.objects.exists()


def test_hostile_text_is_refused_or_escaped(page, mona):
    assert "display_name" in refused(page, display_name="\x1b[0m").context["form"].errors
    saved(page, mona, display_name="<script>alert(1)</script>")
    assert "<script>alert" not in page.get(PROFILE).text


def test_a_time_zone_of_an_older_name_is_kept(page, mona):
    make_member(mona, time_zone="Egypt")
    assert saved(page, mona, time_zone="Egypt").time_zone == "Egypt"


def test_the_zone_of_the_device_is_taken_only_in_place_of_the_default(page, mona):
    assert 'data-ssk-zone="UTC"' in page.get(PROFILE).text
    make_member(mona, time_zone="Asia/Tokyo")
    assert "data-ssk-zone" not in page.get(PROFILE).text


# Where they are


def test_coordinates_are_kept_as_a_cell(page, mona):
    profile = saved(page, mona, place_name="Cairo", latitude=CAIRO[0], longitude=CAIRO[1])
    assert (profile.latitude, profile.longitude) != CAIRO
    assert abs(profile.latitude - CAIRO[0]) < 0.05
    text = page.get(PROFILE).text
    assert "about 5 km" in text
    assert f"{profile.latitude:.2f}" in text


def test_a_place_is_looked_up_when_asked(page, mona):
    assert saved(page, mona, place_name="Cairo").latitude is None
    assert saved(page, mona, place_name="القاهرة", geocode="on").latitude is not None
    assert "place_name" in refused(page, place_name="Nowhere", geocode="on").context["form"].errors


def test_saving_something_else_keeps_the_place(page, mona):
    saved(page, mona, place_name="Cairo", geocode="on")
    assert saved(page, mona, place_name="Cairo", headline="New").latitude is not None


def test_the_place_can_be_forgotten(page, mona):
    assert "forget_location" not in page.get(PROFILE).context["form"].fields
    saved(page, mona, place_name="Cairo", geocode="on")
    profile = saved(page, mona, place_name="Cairo", forget_location="on")
    assert (profile.place_name, profile.latitude, profile.longitude) == ("Cairo", None, None)


def test_half_a_point_is_none(page):
    assert "longitude" in refused(page, latitude="30").context["form"].errors
    assert "latitude" in refused(page, longitude="31").context["form"].errors


# The picture


def test_a_picture_is_set_replaced_and_removed(page, mona):
    assert page.post(AVATAR, {"avatar": picture()}).url == PROFILE
    first = Profile.objects.get(user=mona.pk).avatar.name
    assert REMOVE in page.get(PROFILE).text
    page.post(AVATAR, {"avatar": picture()})
    assert Profile.objects.get(user=mona.pk).avatar.name != first
    assert "Remove your picture?" in page.get(REMOVE).text
    assert Profile.objects.get(user=mona.pk).avatar
    assert page.post(REMOVE).url == PROFILE
    assert not Profile.objects.get(user=mona.pk).avatar


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "The file is empty"), (b"<svg onload=alert(1)>", "not an image that we can read")]
)
def test_a_file_that_is_refused_says_why_beside_its_field(page, content, reason):
    answer = page.post(AVATAR, {"avatar": SimpleUploadedFile("me.png", content, "image/png")})
    assert answer.status_code == 400
    assert reason in answer.context["form"].errors["avatar"][0]
    assert page.post(AVATAR).context["form"].errors.keys() == {"avatar"}


def test_nobody_changes_another_ones_picture(page, mona, make_user):
    other = make_user()
    set_avatar(by=other, upload=picture())
    page.post(REMOVE)
    assert profile_of(other).avatar


def test_queries_do_not_grow_with_languages(page, mona, django_assert_max_num_queries):
    make_member(mona, languages=["ar", "en", "de", "fr", "es", "it", "pt", "tr", "ur", "fa"])
    with django_assert_max_num_queries(8):
        page.get(PROFILE)
