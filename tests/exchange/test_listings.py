"""Listings: one of each kind per skill, by their owner, within limits."""

from functools import partial
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from skillswap_kit.core.errors import InvalidInput, NotAllowed, NotFound
from skillswap_kit.core.models import Event
from skillswap_kit.exchange.exceptions import InvalidTransition, LimitReached, ListingExists
from skillswap_kit.exchange.models import Listing, Profile, Skill
from skillswap_kit.exchange.services import (
    add_listing_faq,
    add_listing_image,
    approve_skill,
    create_listing,
    deactivate_member,
    pause_listing,
    propose_skill,
    remove_listing,
    remove_listing_faq,
    remove_listing_image,
    resume_listing,
    set_avatar,
    update_listing,
    update_listing_faq,
    update_listing_image,
    update_profile,
)
from skillswap_kit.testing.factories import make_category, make_listing, make_skill

pytestmark = pytest.mark.django_db


def picture():
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile("x.png", data.getvalue())


def event_names():
    return [event.name.removeprefix("exchange.") for event in Event.objects.filter(name__contains=".listing_")]


def test_a_listing_makes_its_owner_a_member(make_user):
    user, skill = make_user(), make_skill("Guitar")
    listing = create_listing(by=user, kind="offer", skill=skill, title=" Sing\n along ", price_points=5, language="AR")
    listing.refresh_from_db()
    assert (listing.title, listing.search_text, listing.language) == ("Sing along", "sing along", "ar")
    assert Profile.objects.filter(user=user.pk).exists()
    assert event_names() == ["listing_created"]


def test_one_listing_per_kind_and_skill(make_user):
    user, skill = make_user(), make_skill()
    first = make_listing(user, skill=skill)
    make_listing(user, skill=skill, kind=Listing.Kind.WANT)
    make_listing(make_user(), skill=skill)
    with pytest.raises(ListingExists):
        make_listing(user, skill=skill)
    remove_listing(by=user, listing=first)
    make_listing(user, skill=skill)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("want", "price_points", 5),
        ("offer", "priority", 2),
        ("want", "priority", 9),
        ("offer", "price_points", 10_001),
        ("offer", "title", "x" * 121),
        ("offer", "level", "guru"),
        ("offer", "mode", "telepathy"),
        ("offer", "language", "!"),
        ("offer", "duration_minutes", 0),
        ("offer", "duration_minutes", 100_000),
        ("gift", "kind", None),
    ],
)
def test_wrong_values_are_refused(make_user, kind, field, value):
    fields = {} if field == "kind" else {field: value}
    with pytest.raises(InvalidInput) as refusal:
        create_listing(by=make_user(), kind=kind, skill=make_skill(), **fields)
    assert list(refusal.value.fields) == [field]
    assert not Listing.objects.exists()


def test_the_number_of_listings_is_limited_for_each_kind(make_user, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_LISTINGS": 1}
    user = make_user()
    first = make_listing(user)
    make_listing(user, kind="want")
    with pytest.raises(LimitReached):
        make_listing(user)
    remove_listing(by=user, listing=first)
    make_listing(user)


def test_a_proposed_skill_is_usable_by_its_proposer_and_seen_by_others_once_approved(make_user, staff):
    member, other = make_user(), make_user()
    skill = propose_skill(by=member, name="Chess", category=make_category())
    listing = make_listing(member, skill=skill)
    with pytest.raises(InvalidInput) as refusal:
        make_listing(other, skill=skill)
    assert list(refusal.value.fields) == ["skill"]
    assert listing in Listing.objects.visible_to(member)
    assert listing not in Listing.objects.visible_to(other)
    approve_skill(by=staff, skill=skill)
    assert listing in Listing.objects.visible_to(other)


def test_only_the_owner_edits_pauses_and_resumes(make_user):
    owner, other = make_user(), make_user()
    listing = make_listing(owner)
    for write in (update_listing, pause_listing, resume_listing, remove_listing, add_listing_faq):
        with pytest.raises(NotAllowed):
            write(by=other, listing=listing)
    assert update_listing(by=owner, listing=listing, title="New").search_text == "new"
    assert pause_listing(by=owner, listing=listing).status == Listing.Status.PAUSED
    with pytest.raises(InvalidTransition):
        pause_listing(by=owner, listing=listing)
    assert resume_listing(by=owner, listing=listing).status == Listing.Status.ACTIVE
    with pytest.raises(InvalidTransition):
        resume_listing(by=owner, listing=listing)
    remove_listing(by=owner, listing=listing)
    for write in (update_listing, pause_listing, resume_listing, remove_listing):
        with pytest.raises(InvalidTransition):
            write(by=owner, listing=listing)
    names = ["listing_created", "listing_updated", "listing_paused", "listing_resumed", "listing_removed"]
    assert sorted(event_names()) == sorted(names)


def test_staff_can_remove(make_user, staff):
    listing = make_listing(make_user())
    remove_listing(by=staff, listing=listing)
    listing.refresh_from_db()
    assert listing.status == Listing.Status.REMOVED


def test_who_sees_a_listing(make_user, staff):
    owner, other, stranger = make_user(), make_user(), AnonymousUser()
    listing = make_listing(owner)

    def seen_by():
        return [listing in Listing.objects.visible_to(viewer) for viewer in (stranger, other, owner)]

    assert seen_by() == [True, True, True]
    update_profile(by=owner, visibility="members")
    assert seen_by() == [False, True, True]
    update_profile(by=owner, visibility="connections")
    assert seen_by() == [False, False, True]
    update_profile(by=owner, visibility="public")
    pause_listing(by=owner, listing=listing)
    assert seen_by() == [False, False, True]
    resume_listing(by=owner, listing=listing)
    deactivate_member(by=staff, member=owner)
    assert seen_by() == [False, False, True]
    reactivated = listing.owner
    remove_listing(by=reactivated, listing=listing)
    assert seen_by() == [False, False, False]


# Gallery and questions


def test_pictures_come_and_go_with_their_files(make_user, settings, django_capture_on_commit_callbacks):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_LISTING_IMAGES": 2}
    owner = make_user()
    listing = make_listing(owner)
    first, second = (add_listing_image(by=owner, listing=listing, upload=picture(), caption="a") for _ in range(2))
    assert (first.position, second.position) == (0, 1)
    with pytest.raises(LimitReached):
        add_listing_image(by=owner, listing=listing, upload=picture())
    assert update_listing_image(by=owner, image=first, caption="b", position=5).caption == "b"
    with pytest.raises(InvalidInput):
        update_listing_image(by=owner, image=first, position=-1)
    with pytest.raises(NotAllowed):
        update_listing_image(by=make_user(), image=first, caption="c")
    name = first.file.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_listing_image(by=owner, image=first)
    assert not storages["default"].exists(name)
    assert list(listing.images.all()) == [second]


def test_questions_come_and_go(make_user, settings):
    settings.SKILLSWAP_KIT = {"EXCHANGE_MAX_LISTING_FAQS": 1}
    owner = make_user()
    listing = make_listing(owner)
    faq = add_listing_faq(by=owner, listing=listing, question="How long?", answer="An hour.", language="EN")
    assert faq.language == "en"
    with pytest.raises(LimitReached):
        add_listing_faq(by=owner, listing=listing, question="And?", answer="So.")
    assert update_listing_faq(by=owner, faq=faq, answer="Two.").answer == "Two."
    with pytest.raises(InvalidInput):
        update_listing_faq(by=owner, faq=faq, answer="")
    remove_listing_faq(by=owner, faq=faq)
    assert not listing.faqs.exists()


def test_wants_have_no_gallery(make_user):
    owner = make_user()
    want = make_listing(owner, kind="want")
    with pytest.raises(InvalidInput):
        add_listing_image(by=owner, listing=want, upload=picture())
    with pytest.raises(InvalidInput):
        add_listing_faq(by=owner, listing=want, question="a", answer="b")


def test_files_go_with_their_owner(make_user, django_capture_on_commit_callbacks):
    owner = make_user()
    names = [
        add_listing_image(by=owner, listing=make_listing(owner), upload=picture()).file.name,
        set_avatar(by=owner, upload=picture()).avatar.name,
    ]
    with django_capture_on_commit_callbacks(execute=True):
        owner.delete()
    assert not any(map(storages["default"].exists, names))


def test_what_was_removed_meanwhile_is_not_found(make_user):
    listing = make_listing(make_user())
    owner = listing.owner
    image = add_listing_image(by=owner, listing=listing, upload=picture())
    faq = add_listing_faq(by=owner, listing=listing, question="Why?", answer="Because.")
    removals = [
        (partial(update_listing_image, image=image, caption="x"), partial(remove_listing_image, image=image)),
        (partial(update_listing_faq, faq=faq, answer="No"), partial(remove_listing_faq, faq=faq)),
    ]
    for edit, remove in removals:
        remove(by=owner)
        with pytest.raises(NotFound):
            edit(by=owner)
    Listing.objects.filter(pk=listing.pk).delete()
    with pytest.raises(NotFound):
        pause_listing(by=owner, listing=listing)
    skill = make_skill("Gone")
    Skill.objects.filter(pk=skill.pk).delete()
    with pytest.raises(NotFound):
        create_listing(by=owner, kind="offer", skill=skill)
