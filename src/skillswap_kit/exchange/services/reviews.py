"""Reviewing: written unseen, published together, averaged with a prior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput, NotAllowed, NotFound
from skillswap_kit.core.jobs import do_each
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import AlreadyReviewed, ReviewPublished
from ..models import Review, Swap, SwapParticipant
from ..signals import review_published, review_written
from .cleaning import check_fields
from .members import profile_for_update
from .rules import review_partners, review_until
from .states import lock_swap, participant_of


class ReviewFields(TypedDict, total=False):
    """What an author writes: 1 to 5 stars in all and, if they like, for three aspects; and words."""

    rating: int
    communication: int | None
    quality: int | None
    delivery: int | None
    comment: str


@kit_atomic()
def write_review(
    *,
    swap: Swap,
    by: User,
    about: User | None = None,
    **fields: Unpack[ReviewFields],
) -> Review:
    """Judge somebody whom a confirmed leg of a completed swap joined one with. Hidden until both wrote or time is up.

    ``about`` may be left out where there is only one such person.
    Raises NotAllowed, InvalidTransition before completion, ReviewPeriodOver, AlreadyReviewed, InvalidInput.
    """
    swap = lock_swap(swap)
    author = participant_of(swap, by)
    publish_at = review_until(swap)
    review = Review(swap=swap, author_id=by.pk, about_id=_partner(swap, author, about).pk, publish_at=publish_at)
    _fill(review, {"rating": 0, **fields})
    try:
        with kit_atomic():
            review.save()
    except IntegrityError:
        raise AlreadyReviewed from None
    review_written.record(by=by, review_id=review.pk, swap_id=swap.pk, about_id=review.about_id)
    _publish_if_both_wrote(review)
    return review


def _fill(review: Review, values: ReviewFields) -> None:
    for name, value in values.items():
        setattr(review, name, value)
    check_fields(review, values.keys())


def _partner(swap: Swap, author: SwapParticipant, about: User | None) -> User:
    partners = review_partners(swap, author)
    if about is not None:
        if about.pk not in partners:
            raise NotAllowed(_("You can review only whom this swap joined you with."))
        return about
    if len(partners) != 1:
        raise InvalidInput(fields={"about": [_("Say whom this review is about.")]})
    return next(iter(partners.values()))


@kit_atomic()
def edit_review(*, review: Review, by: User, **changes: Unpack[ReviewFields]) -> Review:
    """Change stars or comment of one's own review until it is published.

    Raises NotAllowed, ReviewPublished, NotFound if it was taken back meanwhile.
    """
    review = _lock_own_unpublished(review, by)
    _fill(review, changes)
    review.edited_at = timezone.now()
    review.save(update_fields=[*changes, "edited_at"])
    return review


@kit_atomic()
def delete_review(*, review: Review, by: User) -> None:
    """Take back one's own review before it is published. Raises NotAllowed, ReviewPublished, NotFound."""
    _lock_own_unpublished(review, by).delete()


def _lock_own_unpublished(review: Review, by: User) -> Review:
    lock_swap(review.swap)
    present = Review.objects.select_for_update().filter(pk=review.pk).first()
    if present is None:
        raise NotFound
    if present.author_id != by.pk:
        raise NotAllowed
    if present.published_at is not None or present.publish_at <= timezone.now():
        raise ReviewPublished
    return present


def _publish_if_both_wrote(review: Review) -> None:
    answer = Review.objects.filter(swap=review.swap_id, author=review.about_id, about=review.author_id).first()
    if answer is not None:
        # Each locks the profile of whom it is about: in one order for everybody.
        for each in sorted([answer, review], key=lambda one: str(one.about_id)):
            _publish(each)


def publish_due_reviews(*, limit: int = 500) -> int:
    """Publish the reviews whose period ended; how many."""
    due = Review.objects.filter(published_at=None, publish_at__lte=timezone.now())

    def publish_one(pk: int) -> bool:
        with kit_atomic():
            lock_swap(Swap(pk=Review.objects.values_list("swap", flat=True).get(pk=pk)))
            review = due.filter(pk=pk).first()
            return review is not None and _publish(review)

    return do_each(due, publish_one, limit=limit)


def _publish(review: Review) -> bool:
    """In one transaction, make it readable and count it in the average; once, whoever else tries."""
    now = timezone.now()
    if not Review.objects.filter(pk=review.pk, published_at=None).update(published_at=now):
        return False
    review.published_at = now
    if review.about is not None:
        refresh_rating(user=review.about)
    review_published.record(review_id=review.pk, swap_id=review.swap_id, about_id=review.about_id)
    return True


@kit_atomic()
def refresh_rating(*, user: User) -> None:
    """Make a member's rating equal what the published reviews say: (prior x weight + sum) / (weight + count).

    The Bayesian average: few reviews move it little. No reviews, no rating.
    """
    profile = profile_for_update(user)
    ratings = list(Review.objects.published().filter(about=user.pk).values_list("rating", flat=True))
    profile.rating_count = len(ratings)
    profile.rating = _shrunken(ratings) if ratings else None
    profile.save(update_fields=["rating", "rating_count"])


def _shrunken(ratings: Sequence[int]) -> float:
    weight = exchange_settings.RATING_PRIOR_WEIGHT
    prior = exchange_settings.RATING_PRIOR_MEAN * weight
    return (prior + sum(ratings)) / (weight + len(ratings))
