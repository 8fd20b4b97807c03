"""What an offer shows besides its text: pictures, and questions with answers."""

from __future__ import annotations

from typing import IO, Any, TypedDict, TypeVar, Unpack

from django.core.files.base import File
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.files import clean_image, stored
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import LimitReached
from ..models import Listing, ListingFAQ, ListingImage
from ..signals import listing_updated
from .cleaning import check_fields, language_code, one_line
from .listings import own_listing_for_update, record_listing

Part = TypeVar("Part", ListingImage, ListingFAQ)


class ImageFields(TypedDict, total=False):
    """What the owner can say about a picture."""

    caption: str
    position: int


class FAQFields(TypedDict, total=False):
    """A question that learners ask, and its answer."""

    question: str
    answer: str
    language: str
    position: int


def add_listing_image(
    *, by: User, listing: Listing, upload: File[Any] | IO[bytes], **fields: Unpack[ImageFields]
) -> ListingImage:
    """Put a picture, encoded again, into the gallery of one's own offer.

    Raises NotAllowed, InvalidTransition, InvalidInput (and its UploadRefused), LimitReached.
    """
    content = clean_image(upload, field="file")
    with stored(content, ListingImage.file.field) as name:
        return _add_image(by, listing, name, fields)


@kit_atomic()
def _add_image(by: User, listing: Listing, name: str, fields: ImageFields) -> ListingImage:
    listing = _own_offer(by, listing)
    image = ListingImage(listing=listing, position=_next_position(listing.images, exchange_settings.MAX_LISTING_IMAGES))
    image.file = name
    _fill_image(image, fields)
    image.save()
    record_listing(listing_updated, listing, by=by)
    return image


@kit_atomic()
def update_listing_image(*, by: User, image: ListingImage, **changes: Unpack[ImageFields]) -> ListingImage:
    """Change the caption or the position of a picture. Raises NotAllowed, NotFound, InvalidTransition, InvalidInput."""
    listing = _own_offer(by, image.listing)
    image = _still_there(listing.images, image)
    _fill_image(image, changes)
    image.save()
    record_listing(listing_updated, listing, by=by)
    return image


def _fill_image(image: ListingImage, fields: ImageFields) -> None:
    for name, value in fields.items():
        setattr(image, name, value)
    image.caption = one_line(image.caption)
    check_fields(image, fields.keys())


@kit_atomic()
def remove_listing_image(*, by: User, image: ListingImage) -> None:
    """Take a picture and its file away. Raises NotAllowed, InvalidTransition."""
    listing = _own_offer(by, image.listing)
    listing.images.filter(pk=image.pk).delete()
    record_listing(listing_updated, listing, by=by)


@kit_atomic()
def add_listing_faq(*, by: User, listing: Listing, **fields: Unpack[FAQFields]) -> ListingFAQ:
    """Add a question with its answer to one's own offer.

    Raises NotAllowed, InvalidTransition, InvalidInput, LimitReached.
    """
    listing = _own_offer(by, listing)
    faq = ListingFAQ(listing=listing, position=_next_position(listing.faqs, exchange_settings.MAX_LISTING_FAQS))
    _fill_faq(faq, fields)
    faq.save()
    record_listing(listing_updated, listing, by=by)
    return faq


@kit_atomic()
def update_listing_faq(*, by: User, faq: ListingFAQ, **changes: Unpack[FAQFields]) -> ListingFAQ:
    """Edit a question or its answer. Raises NotAllowed, NotFound, InvalidTransition, InvalidInput."""
    listing = _own_offer(by, faq.listing)
    faq = _still_there(listing.faqs, faq)
    _fill_faq(faq, changes)
    faq.save()
    record_listing(listing_updated, listing, by=by)
    return faq


def _fill_faq(faq: ListingFAQ, fields: FAQFields) -> None:
    for name, value in fields.items():
        setattr(faq, name, value)
    faq.question = one_line(faq.question)
    if faq.language:
        faq.language = language_code(faq.language, field="language")
    check_fields(faq, {"question", "answer", *fields})


@kit_atomic()
def remove_listing_faq(*, by: User, faq: ListingFAQ) -> None:
    """Take a question and its answer away. Raises NotAllowed, InvalidTransition."""
    listing = _own_offer(by, faq.listing)
    listing.faqs.filter(pk=faq.pk).delete()
    record_listing(listing_updated, listing, by=by)


def _own_offer(by: User, listing: Listing) -> Listing:
    listing = own_listing_for_update(by, listing)
    if listing.kind != Listing.Kind.OFFER:
        raise InvalidInput(_("Only offers have pictures and questions."))
    return listing


def _still_there(rows: models.Manager[Any], row: Part) -> Part:
    found: Part | None = rows.filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    return found


def _next_position(rows: models.Manager[Any], limit: int) -> int:
    """The place after the last; the locked listing keeps others from taking it. Raises LimitReached."""
    if rows.count() >= limit:
        raise LimitReached
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
