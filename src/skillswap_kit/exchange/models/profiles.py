"""Who takes part: what a member shows of themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.files import RandomName, kit_storage
from skillswap_kit.core.policies import active_users, without_hidden
from skillswap_kit.core.text import normalise
from skillswap_kit.core.types import User, Viewer

LANGUAGE_CODE_LENGTH = 12


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, viewer: Viewer) -> ProfileQuerySet:
        """The members whom the viewer may find, and the viewer's own row.

        The one decision for members, their listings and their reviews: an active account, the member's visibility,
        the contact policies.
        """
        shown = Q(visibility=Profile.Visibility.PUBLIC)
        if viewer.is_authenticated:
            from .connections import Connection

            shown |= Q(visibility=Profile.Visibility.MEMBERS)
            shown |= Q(user__in=Connection.objects.partners_of(viewer))
        found = shown & active_users("user") & without_hidden(viewer, "user")
        return self.filter(found | Q(user=viewer.pk) if viewer.is_authenticated else found)


class Profile(models.Model):
    """A member. The row is made by the member's first write; its key is the member's number inside matchers."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")
        CONNECTIONS = "connections", _("people I am connected with")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="skillswap_profile",
    )
    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    bio = models.TextField(_("about me"), max_length=4000, blank=True)
    avatar = models.FileField(
        _("picture"), storage=kit_storage, upload_to=RandomName("avatars"), max_length=120, blank=True
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    preferred_language = models.CharField(
        _("language of messages"),
        max_length=LANGUAGE_CODE_LENGTH,
        blank=True,
        help_text=_("The language in which e-mails reach this member; empty: the site's."),
    )
    place_name = models.CharField(_("place"), max_length=120, blank=True)
    latitude = models.FloatField(_("latitude of the grid cell"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the grid cell"), null=True, blank=True)
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    rating = models.FloatField(
        _("rating"), null=True, blank=True, help_text=_("Shrunken average of the published reviews.")
    )
    rating_count = models.PositiveIntegerField(_("published reviews"), default=0)
    search_name = models.CharField(max_length=300, blank=True, editable=False)
    search_place = models.CharField(max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(_("member since"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="ssk_profile_cell"),
            models.Index(fields=["rating"], name="ssk_profile_rating"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_members(self) -> bool:
        """Whether the member means it for more than their connections."""
        return self.visibility != Profile.Visibility.CONNECTIONS

    @property
    def is_open(self) -> bool:
        """Whether every member finds them from whom no contact policy hides them: what ``visible_to`` says of all."""
        return self.is_for_members and bool(self.user.is_active)

    @property
    def name(self) -> str:
        """What others read: the display name, or a number."""
        if self.display_name:
            return self.display_name
        return gettext("Member %(number)s") % {"number": self.pk} if self.pk else gettext("New member")

    def fill_search(self) -> None:
        self.search_name = normalise(self.display_name)[:300]
        self.search_place = normalise(self.place_name)[:400]


def name_of(user: User | None, *, is_hidden: bool = False) -> str:
    """What others read as the name of somebody who may have no profile, have left, or be hidden from the reader."""
    if user is None:
        return gettext("Former member")
    if is_hidden:
        return gettext("A member")
    profile: Profile = getattr(user, "skillswap_profile", None) or Profile()
    return profile.name


class ProfileLanguage(models.Model):
    """A language that a member speaks."""

    profile = models.ForeignKey(Profile, verbose_name=_("profile"), on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=LANGUAGE_CODE_LENGTH)

    class Meta:
        verbose_name = _("spoken language")
        verbose_name_plural = _("spoken languages")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["profile", "code"], name="ssk_profile_language_once")]

    def __str__(self) -> str:
        return self.code
