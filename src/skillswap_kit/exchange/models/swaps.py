"""What people agree on: one table and one state machine for barter, gifts, orders for points, and circles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.types import User, Viewer

from .listings import Listing
from .profiles import name_of
from .vocabulary import Skill


class SwapQuerySet(models.QuerySet["Swap"]):
    BOXES: ClassVar[tuple[str, ...]] = ("incoming", "outgoing", "running", "past")

    def visible_to(self, viewer: Viewer) -> SwapQuerySet:
        """The viewer's own swaps."""
        if not viewer.is_authenticated:
            return self.none()
        return self.filter(pk__in=SwapParticipant.objects.filter(user=viewer.pk).values("swap"))

    def incoming(self, user: User) -> SwapQuerySet:
        """Proposals by somebody else that wait for this person."""
        waiting = SwapParticipant.objects.filter(user=user.pk, decision=SwapParticipant.Decision.PENDING)
        return self.filter(status=Swap.Status.PROPOSED, pk__in=waiting.values("swap"))

    def in_time(self) -> SwapQuerySet:
        """Those proposals among them to which the answer would not come too late."""
        return self.filter(deadline__gt=timezone.now())

    def outgoing(self, user: User) -> SwapQuerySet:
        """Proposals that this person has agreed to, mostly by making them, and that still wait for others."""
        agreed = SwapParticipant.objects.filter(user=user.pk, decision=SwapParticipant.Decision.ACCEPTED)
        return self.filter(status=Swap.Status.PROPOSED, pk__in=agreed.values("swap"))

    def running(self) -> SwapQuerySet:
        return self.filter(status__in=Swap.RUNNING)

    def past(self) -> SwapQuerySet:
        return self.exclude(status__in=[Swap.Status.PROPOSED, *Swap.RUNNING])

    def in_box(self, box: str, user: User) -> SwapQuerySet:
        """Those of one of a person's ``BOXES``."""
        match box:
            case "incoming":
                return self.incoming(user)
            case "outgoing":
                return self.outgoing(user)
            case "running":
                return self.running()
            case _:
                return self.past()

    def with_message(self) -> SwapQuerySet:
        """Annotated with the ``message`` of the present proposal; ``is_suggested``: whether the site made the first."""
        proposals = SwapProposal.objects.filter(swap=models.OuterRef("pk"))
        present = proposals.filter(version=models.OuterRef("version"))
        return self.annotate(
            message=models.Subquery(present.values("message")[:1]),
            is_suggested=models.Exists(proposals.filter(version=1, by=None)),
        )

    def with_neighbours(self, viewer: Viewer) -> SwapQuerySet:
        """Annotated with the keys of the swaps that each goes on from and goes on in, where the viewer takes part."""
        own = Swap.objects.visible_to(viewer).values("pk")
        return self.annotate(
            goes_on_from=models.Subquery(own.filter(pk=models.OuterRef("replaces"))[:1]),
            goes_on_in=models.Subquery(own.filter(replaces=models.OuterRef("pk"))[:1]),
        )

    def with_people(self) -> SwapQuerySet:
        """With everything that showing a swap needs, in a constant number of queries."""
        legs = SwapLeg.objects.select_related(
            "skill", "giver__user__skillswap_profile", "receiver__user__skillswap_profile"
        )
        return self.prefetch_related(
            models.Prefetch("participants", SwapParticipant.objects.select_related("user__skillswap_profile")),
            models.Prefetch("legs", legs),
        )


class Swap(models.Model):
    """An agreement between two or more members.

    ``terms_key`` stands for the people and the skills; ``open_key`` is the same while the swap is proposed, else null:
    one open proposal per group of people and skills.
    """

    class Kind(models.TextChoices):
        BARTER = "barter", _("swap")
        POINTS = "points", _("for points")
        GIFT = "gift", _("gift")
        CIRCLE = "circle", _("circle")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", _("completed")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.PROPOSED: frozenset({Status.ACCEPTED, Status.DECLINED, Status.CANCELLED, Status.EXPIRED}),
        Status.ACCEPTED: frozenset({Status.IN_PROGRESS, Status.COMPLETED, Status.CANCELLED}),
        Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.CANCELLED}),
        Status.COMPLETED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.EXPIRED: frozenset(),
    }
    RUNNING: ClassVar[tuple[str, ...]] = (Status.ACCEPTED, Status.IN_PROGRESS)

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices, default=Status.PROPOSED)
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("Counts the proposals; everybody accepts one version.")
    )
    deadline = models.DateTimeField(_("answer until"))
    terms_key = models.CharField(max_length=64, db_index=True, editable=False)
    open_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("goes on from"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text=_("The circle that somebody declined and this one goes on from."),
    )
    close_reason = models.TextField(_("reason for the end"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended without completion at"), null=True, blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "deadline"], name="ssk_swap_deadline"),
            models.Index(fields=["-created_at", "-id"], name="ssk_swap_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def refuser(self) -> User | None:
        """Who declined it; None also once they have left."""
        declined = SwapParticipant.Decision.DECLINED
        return next((one.user for one in self.participants.all() if one.decision == declined), None)


class SwapParticipant(models.Model):
    """One person in a swap. ``user`` is null once they have left the site."""

    class Decision(models.TextChoices):
        PENDING = "pending", _("not decided")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    swap = models.ForeignKey(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, default=Decision.PENDING)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["swap", "user"], name="ssk_participant_once")]

    def __str__(self) -> str:
        return f"{self.swap_id}/{self.position}"

    @property
    def name(self) -> str:
        return name_of(self.user)

    @property
    def accepted_before(self) -> bool:
        """Whether what they accepted is the circle that this one goes on from."""
        has_accepted = self.decision == self.Decision.ACCEPTED
        return has_accepted and self.decided_at is not None and self.decided_at < self.swap.created_at

    def decide(self, decision: str, *, at: datetime | None = None) -> None:
        """Write what this person said, now unless it was ``at`` another time. The caller has locked the swap."""
        self.decision, self.decided_at = decision, at or timezone.now()
        self.save(update_fields=["decision", "decided_at"])


class SwapLeg(models.Model):
    """One direction of a swap: who teaches what to whom, for how many points."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CONFIRMED = "confirmed", _("confirmed")
        VOID = "void", _("void")

    swap = models.ForeignKey(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    giver = models.ForeignKey(SwapParticipant, verbose_name=_("giver"), on_delete=models.CASCADE, related_name="gives")
    receiver = models.ForeignKey(
        SwapParticipant, verbose_name=_("receiver"), on_delete=models.CASCADE, related_name="receives"
    )
    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.PROTECT, related_name="legs")
    listing = models.ForeignKey(
        Listing,
        verbose_name=_("listing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="legs",
    )
    points = models.PositiveIntegerField(_("points"), default=0)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by_time = models.BooleanField(
        _("confirmed by itself"),
        default=False,
        help_text=_("Its receiver said nothing until the term was over."),
    )

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        ordering = ["position"]
        indexes = [models.Index(fields=["status", "swap"], name="ssk_leg_status")]
        constraints = [models.CheckConstraint(condition=~Q(giver=models.F("receiver")), name="ssk_leg_two_people")]

    def __str__(self) -> str:
        return f"{self.swap_id}/{self.position}"

    def as_terms(self) -> dict[str, Any]:
        """What a proposal keeps of this leg."""
        return {
            "giver": self.giver.position,
            "receiver": self.receiver.position,
            "skill": self.skill_id,
            "listing": self.listing_id,
            "points": self.points,
        }


class SwapProposal(models.Model):
    """One version of what was proposed, with its message: what everybody could read when they decided.

    ``by`` is null where the site suggested it.
    """

    swap = models.ForeignKey(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="proposals")
    version = models.PositiveIntegerField(_("version"))
    by = models.ForeignKey(
        SwapParticipant,
        verbose_name=_("by"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="proposals",
        help_text=_("Empty: the site suggested it."),
    )
    message = models.TextField(_("message"), max_length=2000, blank=True)
    terms = models.JSONField(
        _("terms"), help_text=_("The legs: positions of giver and receiver, skill, listing, points.")
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["swap", "version"], name="ssk_proposal_once")]

    def __str__(self) -> str:
        return f"{self.swap_id} v{self.version}"

    @property
    def is_suggested(self) -> bool:
        """Whether the site made it."""
        return self.by_id is None
