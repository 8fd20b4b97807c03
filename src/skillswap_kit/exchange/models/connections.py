"""Who knows whom: pairs of members joined by a leg of an accepted swap."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.policies import active_users, without_hidden
from skillswap_kit.core.types import Viewer

from .swaps import Swap


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def standing(self) -> ConnectionQuerySet:
        return self.filter(removed_at=None)

    def of(self, viewer: Viewer) -> ConnectionQuerySet:
        if not viewer.is_authenticated:
            return self.none()
        return self.filter(Q(first=viewer.pk) | Q(second=viewer.pk))

    def visible_to(self, viewer: Viewer) -> ConnectionQuerySet:
        """The viewer's standing connections with people whom they may see."""
        conditions = [active_users(side) & without_hidden(viewer, side) for side in ("first", "second")]
        return self.standing().of(viewer).filter(*conditions)

    def partners_of(self, viewer: Viewer) -> models.QuerySet[Connection, Any]:
        """The keys of the people connected with the viewer, one column, for a subquery."""
        other = Case(When(first=viewer.pk, then=F("second")), default=F("first"))
        return self.standing().of(viewer).annotate(partner=other).values("partner")

    def with_people(self) -> ConnectionQuerySet:
        return self.select_related("first__skillswap_profile", "second__skillswap_profile")


class Connection(models.Model):
    """One row per pair, found by ``pair_key``. Removal keeps the row; a new swap opens it again."""

    pair_key = models.CharField(max_length=64, unique=True, editable=False)
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("first member"), on_delete=models.CASCADE, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("second member"), on_delete=models.CASCADE, related_name="+"
    )
    swap = models.ForeignKey(
        Swap, verbose_name=_("through"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
