"""Adverts of either side: what a member offers to teach and what they want to learn."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.files import RandomName, kit_storage
from skillswap_kit.core.locking import unique_key
from skillswap_kit.core.types import Viewer

from .profiles import LANGUAGE_CODE_LENGTH, Profile
from .vocabulary import Skill

MAX_PRICE = 10_000


class Level(models.TextChoices):
    BEGINNER = "beginner", _("beginner")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")
    EXPERT = "expert", _("expert")


class Mode(models.TextChoices):
    REMOTE = "remote", _("online")
    IN_PERSON = "in_person", _("in person")
    BOTH = "both", _("online or in person")


class ListingQuerySet(models.QuerySet["Listing"]):
    def offers(self) -> ListingQuerySet:
        return self.filter(kind=Listing.Kind.OFFER)

    def wants(self) -> ListingQuerySet:
        return self.filter(kind=Listing.Kind.WANT)

    def active(self) -> ListingQuerySet:
        return self.filter(status=Listing.Status.ACTIVE)

    def kept(self) -> ListingQuerySet:
        return self.exclude(status=Listing.Status.REMOVED)

    def advertised(self) -> ListingQuerySet:
        """What others may see: active listings of approved skills."""
        return self.active().filter(skill__status=Skill.Status.APPROVED)

    def visible_to(self, viewer: Viewer) -> ListingQuerySet:
        """Active listings of members and skills that the viewer may find, and the viewer's own unless removed."""
        shown = Q(status=Listing.Status.ACTIVE)
        if viewer.is_authenticated:
            shown |= Q(owner=viewer.pk) & ~Q(status=Listing.Status.REMOVED)
        # Asked per row and never joined or behind an OR: a page then reads the index of the newest and stops after
        # its rows, on every database.
        owners = Profile.objects.visible_to(viewer).filter(user=OuterRef("owner"))
        skills = Skill.objects.usable_by(viewer).filter(pk=OuterRef("skill"))
        return self.filter(shown, Exists(owners), Exists(skills))


class Listing(models.Model):
    """An *offer* (I can teach) or a *want* (I would like to learn) of one skill.

    ``open_key`` stands for owner, kind and skill while the listing is not removed, else null: at most one such row.
    """

    class Kind(models.TextChoices):
        OFFER = "offer", _("offer")
        WANT = "want", _("want")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        REMOVED = "removed", _("removed")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="skillswap_listings",
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.PROTECT, related_name="listings")
    title = models.CharField(_("title"), max_length=120, blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, default=Level.BEGINNER)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("How much a wanted skill matters: 1 little, 5 most."),
    )
    price_points = models.PositiveIntegerField(
        _("price in points"), null=True, blank=True, validators=[MaxValueValidator(MAX_PRICE)]
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.BOTH)
    language = models.CharField(_("language of teaching"), max_length=LANGUAGE_CODE_LENGTH, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(_("usual length in minutes"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    open_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "status", "-created_at", "-id"], name="ssk_listing_newest"),
            # All that ranking in SQL reads of a listing, so that it never reads the rows.
            models.Index(fields=["skill", "kind", "status", "owner", "level", "priority"], name="ssk_listing_match"),
            models.Index(fields=["owner", "kind"], name="ssk_listing_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=5), name="ssk_listing_priority_range"),
            models.CheckConstraint(
                condition=Q(price_points__isnull=True) | Q(price_points__lte=MAX_PRICE),
                name="ssk_listing_price_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.skill)


class ListingPartQuerySet(models.QuerySet[Any]):
    """Rows that belong to a listing and are seen by whoever sees it."""

    def visible_to(self, viewer: Viewer) -> ListingPartQuerySet:
        return self.filter(listing__in=Listing.objects.visible_to(viewer))


class ListingImage(models.Model):
    """A picture in an offer's gallery."""

    listing = models.ForeignKey(Listing, verbose_name=_("listing"), on_delete=models.CASCADE, related_name="images")
    file = models.FileField(_("file"), storage=kit_storage, upload_to=RandomName("listings"), max_length=120)
    caption = models.CharField(_("caption"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ListingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a listing")
        verbose_name_plural = _("pictures of listings")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or f"#{self.pk}"


class ListingFAQ(models.Model):
    """A question that learners ask about an offer, with its answer."""

    listing = models.ForeignKey(Listing, verbose_name=_("listing"), on_delete=models.CASCADE, related_name="faqs")
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"), max_length=2000)
    language = models.CharField(_("language"), max_length=LANGUAGE_CODE_LENGTH, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ListingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a listing")
        verbose_name_plural = _("questions about listings")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.question


def listing_open_key(owner_pk: Any, kind: str, skill_pk: int) -> str:
    return unique_key(owner_pk, kind, skill_pk)
