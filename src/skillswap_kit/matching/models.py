"""Tables of the matching: which skills help with which, whom somebody does not want to see again, and what was made
of suggestions."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.types import Viewer
from skillswap_kit.exchange.models import Skill, Swap

MAX_SIMILARITY = 60
"""Hundredths. More than that would let a similar skill outweigh the wanted one."""
MOST_RANKED = 50
"""So many places of somebody's suggestions are told apart."""


class SkillSimilarity(models.Model):
    """How far an offer of ``taught`` meets a want for ``wanted``. Not symmetric: one may help more than the other.

    With weight 0 staff say that it does not help, so that no command brings the pair back.
    """

    class Source(models.TextChoices):
        CURATED = "curated", _("set by staff")
        LEARNT = "learnt", _("learnt from listings")
        IMPORTED = "imported", _("imported")
        PROVIDED = "provided", _("computed by a provider")

    wanted = models.ForeignKey(Skill, verbose_name=_("wanted skill"), on_delete=models.CASCADE, related_name="+")
    taught = models.ForeignKey(Skill, verbose_name=_("skill that helps"), on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        validators=[MaxValueValidator(MAX_SIMILARITY)],
        help_text=_("In hundredths, at most 60: how much of the wanted skill it replaces. 0: not at all."),
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.CURATED)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("similar skill")
        verbose_name_plural = _("similar skills")
        ordering = ["wanted", "-weight", "taught"]
        constraints = [
            models.UniqueConstraint(fields=["wanted", "taught"], name="ssk_similarity_once"),
            models.CheckConstraint(condition=~Q(wanted=F("taught")), name="ssk_similarity_two_skills"),
            models.CheckConstraint(
                condition=Q(weight__lte=MAX_SIMILARITY) & (Q(weight__gte=1) | Q(source="curated")),
                name="ssk_similarity_weight_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wanted_id} ← {self.taught_id}"


class DismissalQuerySet(models.QuerySet["Dismissal"]):
    def visible_to(self, viewer: Viewer) -> DismissalQuerySet:
        """One's own."""
        return self.filter(by=viewer.pk) if viewer.is_authenticated else self.none()


class Dismissal(models.Model):
    """“Not for me”: ``about`` is not suggested to ``by`` any more. The other side never learns of it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("about"), on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("dismissed suggestion")
        verbose_name_plural = _("dismissed suggestions")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "about"], name="ssk_dismissal_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RankedProposal(models.Model):
    """At which place of the proposer's suggestions the other one stood when a swap of two was proposed.

    ``rank`` counts from 1; null: not among the first ``MOST_RANKED``. Only for statistics of the whole.
    """

    swap = models.OneToOneField(Swap, verbose_name=_("swap"), on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField(
        _("rank"),
        null=True,
        help_text=_("Of the other one in the proposer's suggestions, from 1. Empty: not among the first 50."),
    )

    class Meta:
        verbose_name = _("proposal and its place")
        verbose_name_plural = _("proposals and their places")
        ordering = ["-pk"]
        permissions = [
            ("view_statistics", "Can view the statistics of the matching"),
            ("rebuild_index", "Can build the index of the matching anew"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(rank__gte=1, rank__lte=MOST_RANKED), name="ssk_proposal_rank_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.swap_id}: {self.rank}"
