"""What can be taught: nested categories and canonical skills with their aliases."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.permissions import has_permission
from skillswap_kit.core.text import search_filter
from skillswap_kit.core.translation.models import TranslatedModel
from skillswap_kit.core.types import Viewer

CHANGE_SKILL = "skillswap_exchange.change_skill"
"""The permission to decide about the vocabulary."""


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, viewer: Viewer) -> CategoryQuerySet:
        return self.filter(is_active=True)

    def subtree(self, root_pk: int) -> set[int]:
        """The keys of a category and of everything below it; one query, whatever the depth."""
        children: dict[int | None, list[int]] = {}
        for pk, parent in self.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        found, waiting = set[int](), [root_pk]
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(children.get(pk, ()))
        return found


class Category(TranslatedModel):
    """A shelf of the vocabulary. Names and descriptions are translated where django-modeltranslation is installed."""

    translated_fields: ClassVar[tuple[str, ...]] = ("name", "description")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(_("icon"), max_length=16, blank=True, help_text=_("An emoji or another short sign."))
    parent = models.ForeignKey(
        "self",
        verbose_name=_("inside"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class SkillQuerySet(models.QuerySet["Skill"]):
    def approved(self) -> SkillQuerySet:
        return self.filter(status=Skill.Status.APPROVED)

    def visible_to(self, viewer: Viewer) -> SkillQuerySet:
        """Approved skills, and what became of the viewer's own proposals; for staff who decide, everything."""
        if has_permission(viewer, CHANGE_SKILL):
            return self.all()
        shown = Q(status=Skill.Status.APPROVED)
        if viewer.is_authenticated:
            shown |= Q(proposed_by=viewer.pk)
        return self.filter(shown)

    def usable_by(self, viewer: Viewer) -> SkillQuerySet:
        """Approved skills, and of the proposed ones the viewer's own."""
        usable = Q(status=Skill.Status.APPROVED)
        if viewer.is_authenticated:
            usable |= Q(status=Skill.Status.PROPOSED, proposed_by=viewer.pk)
        return self.filter(usable)

    def matching(self, query: str) -> SkillQuerySet:
        """Skills of which a name, in any language, or an alias contains every word."""
        return self.filter(search_filter("search_text", query))


class Skill(TranslatedModel):
    """A canonical entry of the vocabulary."""

    translated_fields: ClassVar[tuple[str, ...]] = ("name",)

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        MERGED = "merged", _("merged into another")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=100, unique=True, allow_unicode=True)
    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="skills")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.APPROVED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_skills",
    )
    related = models.ManyToManyField("self", verbose_name=_("related skills"), blank=True)
    search_text = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["status"], name="ssk_skill_status")]

    def __str__(self) -> str:
        return self.name


class SkillAlias(models.Model):
    """Another name by which people look for a skill, in any language and script.

    ``key`` is the normalised name. Unique is ``key_hash``, because a database may take different signs for equal ones.
    """

    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=160, editable=False, db_index=True)
    key_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["skill", "key_hash"], name="ssk_alias_once")]

    def __str__(self) -> str:
        return self.name
