"""The tables of the ground floor: the append-only event log and the records that make a repeat harmless."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    def due(self) -> EventQuerySet:
        """Waiting for delivery, with no worker at it."""
        return self.filter(state=Event.State.PENDING, due_at__lte=timezone.now())

    def about(self, instance: models.Model) -> EventQuerySet:
        """The history of one object, oldest first."""
        return self.filter(subject=subject_key(instance._meta.label, instance.pk)).order_by("pk")


def subject_key(label: str, pk: Any) -> str:
    """How an event refers to the object that it is about."""
    return f"{label}:{pk}"


class Event(models.Model):
    """Something that happened, recorded in the transaction in which it happened."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for delivery")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")

    name = models.CharField(_("name"), max_length=100)
    subject = models.CharField(_("subject"), max_length=150, blank=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    payload = models.JSONField(_("payload"), default=dict, encoder=DjangoJSONEncoder)
    occurred_at = models.DateTimeField(_("occurred at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    due_at = models.DateTimeField(
        _("due at"),
        default=timezone.now,
        help_text=_("Not delivered before; while a worker delivers it, the end of its lease."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="ssk_event_due"),
            models.Index(fields=["name", "occurred_at"], name="ssk_event_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class IdempotencyRecord(models.Model):
    """That something was done under a key, and for requests what was answered.

    ``scope`` separates the key spaces: a member's requests, or a receiver's events.
    """

    scope = models.CharField(_("scope"), max_length=100)
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    status_code = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    body = models.JSONField(_("answer"), null=True, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="ssk_idempotency_once"),
            models.CheckConstraint(condition=~Q(key=""), name="ssk_idempotency_key_given"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.key}"


class TranslatedColumn(models.Model):
    """A language column that the kit added to one of its tables; while the language is away, its words.

    Written during ``migrate`` alone: see ``translation/columns.py``.
    """

    column = models.CharField(_("column"), max_length=200, primary_key=True)
    field = models.CharField(_("translated field"), max_length=200, db_index=True)
    is_default = models.BooleanField(_("of the default language"), default=False)
    words = models.JSONField(_("kept words"), default=dict, blank=True)

    class Meta:
        verbose_name = _("translated column")
        verbose_name_plural = _("translated columns")

    def __str__(self) -> str:
        return self.column
