"""Offers and wants: adding, editing, pausing, resuming and removing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import IntegrityError
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.events import DomainSignal
from skillswap_kit.core.locking import lock_row
from skillswap_kit.core.permissions import has_permission
from skillswap_kit.core.text import normalise
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import InvalidTransition, LimitReached, ListingExists
from ..models import Listing, Skill
from ..models.listings import listing_open_key
from ..signals import listing_created, listing_paused, listing_removed, listing_resumed, listing_updated
from .cleaning import check_fields, language_code, one_line
from .members import profile_for_update

DELETE_LISTING = "skillswap_exchange.delete_listing"


class ListingFields(TypedDict, total=False):
    """What the owner of a listing can say about it."""

    title: str
    description: str
    level: str
    priority: int | None
    price_points: int | None
    mode: str
    language: str
    duration_minutes: int | None


@kit_atomic()
def create_listing(*, by: User, kind: str, skill: Skill, **fields: Unpack[ListingFields]) -> Listing:
    """Advertise a skill that the person offers or wants.

    Raises ListingExists if they have one of this kind for this skill, InvalidInput (also for a skill that they
    cannot use), LimitReached.
    """
    skill = _usable_skill(by, skill)
    profile_for_update(by)
    listing = Listing(owner_id=by.pk, kind=kind, skill=skill, open_key=listing_open_key(by.pk, kind, skill.pk))
    _fill(listing, fields)
    check_fields(listing, {"kind"})
    if Listing.objects.kept().filter(owner=by.pk, kind=kind).count() >= exchange_settings.MAX_LISTINGS:
        raise LimitReached
    _insert(listing)
    record_listing(listing_created, listing, by=by)
    return listing


def _usable_skill(by: User, skill: Skill) -> Skill:
    """The skill, locked so that nobody merges or rejects it meanwhile."""
    skill = lock_row(skill)
    own_proposal = skill.status == Skill.Status.PROPOSED and skill.proposed_by_id == by.pk
    if skill.status != Skill.Status.APPROVED and not own_proposal:
        raise InvalidInput(fields={"skill": [_("This skill cannot be used.")]})
    return skill


def _fill(listing: Listing, fields: ListingFields) -> None:
    """Set what was given and check it. Raises InvalidInput."""
    if listing.kind == Listing.Kind.WANT and fields.get("price_points") is not None:
        raise InvalidInput(fields={"price_points": [_("Only offers have a price.")]})
    if listing.kind == Listing.Kind.OFFER and fields.get("priority") is not None:
        raise InvalidInput(fields={"priority": [_("Only wants have a priority.")]})
    if fields.get("priority", 0) is None:
        del fields["priority"]
    for name, value in fields.items():
        setattr(listing, name, value)
    listing.title = one_line(listing.title)
    if listing.language:
        listing.language = language_code(listing.language, field="language")
    _check_duration(listing.duration_minutes)
    check_fields(listing, fields.keys())
    listing.search_text = normalise(f"{listing.title} {listing.description}")


def _check_duration(minutes: int | None) -> None:
    longest = exchange_settings.SESSION_MAX_MINUTES
    if minutes is not None and not 1 <= minutes <= longest:
        message = _("From 1 to %(longest)s minutes.") % {"longest": longest}
        raise InvalidInput(fields={"duration_minutes": [message]})


def _insert(listing: Listing) -> None:
    try:
        with kit_atomic():
            listing.save(force_insert=True)
    except IntegrityError as error:
        if Listing.objects.filter(open_key=listing.open_key).exists():
            raise ListingExists from error
        raise


@kit_atomic()
def update_listing(*, by: User, listing: Listing, **changes: Unpack[ListingFields]) -> Listing:
    """Edit one's own listing; its kind and its skill stay. Raises NotAllowed, InvalidTransition, InvalidInput."""
    listing = own_listing_for_update(by, listing)
    _fill(listing, changes)
    listing.save()
    record_listing(listing_updated, listing, by=by)
    return listing


@kit_atomic()
def pause_listing(*, by: User, listing: Listing) -> Listing:
    """Hide one's own listing until it is resumed. Raises NotAllowed, InvalidTransition."""
    return _switch(by, listing, Listing.Status.ACTIVE, Listing.Status.PAUSED, listing_paused)


@kit_atomic()
def resume_listing(*, by: User, listing: Listing) -> Listing:
    """Show one's own paused listing again. Raises NotAllowed, InvalidTransition."""
    return _switch(by, listing, Listing.Status.PAUSED, Listing.Status.ACTIVE, listing_resumed)


def _switch(by: User, listing: Listing, old: str, new: str, signal: DomainSignal) -> Listing:
    listing = own_listing_for_update(by, listing)
    if listing.status != old:
        raise InvalidTransition
    listing.status = new
    listing.save(update_fields=["status", "updated_at"])
    record_listing(signal, listing, by=by)
    return listing


@kit_atomic()
def remove_listing(*, by: User, listing: Listing) -> None:
    """Take a listing away for good: its owner, or staff who may delete listings. Swaps that refer to it keep it.

    Raises NotAllowed, InvalidTransition.
    """
    listing = _lock(listing)
    if listing.owner_id != by.pk and not has_permission(by, DELETE_LISTING):
        raise NotAllowed
    if listing.status == Listing.Status.REMOVED:
        raise InvalidTransition
    retire_listings(by=by, listings=[listing])


def _lock(listing: Listing) -> Listing:
    # The skill first, as a merge does: they share an index, so on MariaDB a change of the listing's state locks both.
    Skill.objects.select_for_update().filter(pk=listing.skill_id).first()
    return lock_row(listing)


def lock_listings(skills: Iterable[Skill]) -> list[Listing]:
    """All listings of these skills, which the caller has locked so that none is added."""
    # By their keys: on MariaDB a lock through another index deadlocks with whoever holds the row and moves it there.
    keys = list(Listing.objects.filter(skill__in=skills).values_list("pk", flat=True))
    return list(Listing.objects.filter(pk__in=keys).select_for_update().order_by("pk"))


def retire_listings(*, by: User, listings: Iterable[Listing]) -> None:
    """Remove listings that the caller has locked and may remove."""
    for listing in listings:
        listing.status, listing.open_key = Listing.Status.REMOVED, None
        listing.save(update_fields=["status", "open_key", "updated_at"])
        record_listing(listing_removed, listing, by=by)


def own_listing_for_update(by: User, listing: Listing) -> Listing:
    """The locked row of a listing that ``by`` owns and has not removed. Raises NotAllowed, InvalidTransition."""
    listing = _lock(listing)
    if listing.owner_id != by.pk:
        raise NotAllowed
    if listing.status == Listing.Status.REMOVED:
        raise InvalidTransition
    return listing


def record_listing(signal: DomainSignal, listing: Listing, *, by: User) -> None:
    signal.record(by=by, listing_id=listing.pk, owner_id=listing.owner_id, skill_id=listing.skill_id, kind=listing.kind)
