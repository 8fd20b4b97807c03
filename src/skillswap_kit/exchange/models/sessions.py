"""Meetings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skillswap_kit.core.types import Viewer

from .listings import Mode
from .swaps import Swap, SwapParticipant


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, viewer: Viewer) -> SessionQuerySet:
        """Sessions that the viewer attends: where two people meet is nothing for the others of their swap."""
        return self.of(viewer) if viewer.is_authenticated else self.none()

    def of(self, person: Viewer) -> SessionQuerySet:
        """Sessions that this person attends."""
        return self.filter(Q(requester__user=person.pk) | Q(recipient__user=person.pk))

    def upcoming(self) -> SessionQuerySet:
        """Still to come, and neither refused nor called off."""
        standing = [Session.Status.PENDING, Session.Status.ACCEPTED]
        return self.filter(status__in=standing, starts_at__gt=timezone.now())

    def with_people(self) -> SessionQuerySet:
        return self.select_related("requester__user__skillswap_profile", "recipient__user__skillswap_profile")


class Session(models.Model):
    """A meeting of two people of a swap, asked for by one and answered by the other."""

    class Status(models.TextChoices):
        PENDING = "pending", _("asked for")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        MISSED = "missed", _("missed")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        # Moving a session to another time asks again, so a pending or accepted one becomes pending.
        Status.PENDING: frozenset({Status.PENDING, Status.ACCEPTED, Status.DECLINED, Status.CANCELLED}),
        Status.ACCEPTED: frozenset({Status.PENDING, Status.COMPLETED, Status.CANCELLED, Status.MISSED}),
        Status.DECLINED: frozenset(),
        Status.COMPLETED: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.MISSED: frozenset(),
    }

    swap = models.ForeignKey(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="sessions")
    requester = models.ForeignKey(
        SwapParticipant, verbose_name=_("asked by"), on_delete=models.CASCADE, related_name="sessions_asked"
    )
    recipient = models.ForeignKey(
        SwapParticipant,
        verbose_name=_("asked of"),
        on_delete=models.CASCADE,
        related_name="sessions_answered",
    )
    topic = models.CharField(_("topic"), max_length=160)
    starts_at = models.DateTimeField(_("starts at"))
    duration_minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("The zone in which the time was agreed."))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.REMOTE)
    place = models.CharField(_("place or link"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.PENDING)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    agreed_for = models.DateTimeField(
        _("last agreed for"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The beginning that both last agreed on; kept when the session is moved or missed."),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        # Django's own sessions have these names too, and its translation of them would win.
        verbose_name = pgettext_lazy("meeting", "session")
        verbose_name_plural = pgettext_lazy("meeting", "sessions")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["swap", "status", "starts_at"], name="ssk_session_swap")]
        constraints = [
            models.CheckConstraint(condition=~Q(requester=models.F("recipient")), name="ssk_session_two_people")
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_minutes)
