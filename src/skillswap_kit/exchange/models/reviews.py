"""Judgements after a swap, hidden until both wrote or the period ended."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.policies import without_hidden
from skillswap_kit.core.types import Viewer

from .listings import Listing
from .profiles import Profile
from .swaps import Swap, SwapLeg

STARS = [MinValueValidator(1), MaxValueValidator(5)]


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> ReviewQuerySet:
        return self.filter(published_at__isnull=False)

    def visible_to(self, viewer: Viewer) -> ReviewQuerySet:
        """Published reviews about people whom the viewer may find, and what the viewer wrote."""
        findable = Exists(Profile.objects.visible_to(viewer).filter(user=OuterRef("about")))
        visible = Q(published_at__isnull=False) & Q(findable) & without_hidden(viewer, "author")
        if viewer.is_authenticated:
            visible |= Q(author=viewer.pk)
        return self.filter(visible)

    def of_offer(self, offer: Listing) -> ReviewQuerySet:
        """What learners said about the teacher of a leg that came from this offer."""
        taught = SwapLeg.objects.filter(
            listing=offer.pk,
            status=SwapLeg.Status.CONFIRMED,
            swap=OuterRef("swap"),
            giver__user=OuterRef("about"),
            receiver__user=OuterRef("author"),
        )
        return self.filter(Exists(taught), about=offer.owner_id)

    def with_people(self) -> ReviewQuerySet:
        return self.select_related("author__skillswap_profile", "about__skillswap_profile", "swap")


class Review(models.Model):
    """What one participant of a completed swap says about another whom a leg joined them with."""

    swap = models.ForeignKey(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("about"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    rating = models.PositiveSmallIntegerField(_("rating"), validators=STARS)
    communication = models.PositiveSmallIntegerField(_("communication"), null=True, blank=True, validators=STARS)
    quality = models.PositiveSmallIntegerField(_("quality"), null=True, blank=True, validators=STARS)
    delivery = models.PositiveSmallIntegerField(_("delivery"), null=True, blank=True, validators=STARS)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    publish_at = models.DateTimeField(_("published at the latest"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["about", "published_at"], name="ssk_review_about"),
            models.Index(fields=["published_at", "publish_at"], name="ssk_review_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["swap", "author", "about"], name="ssk_review_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="ssk_review_rating_range"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
