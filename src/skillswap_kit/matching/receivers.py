"""What the matching does when something has happened in the exchange."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from skillswap_kit.exchange.models import Skill, Swap
from skillswap_kit.exchange.signals import skill_merged, swap_declined, swap_proposed

from .models import SkillSimilarity
from .services.mending import mend_circle
from .services.ranking import rank_proposal
from .signals import similarity_changed
from .similarity.services import move_similarities


@receiver(skill_merged, dispatch_uid="skillswap_matching.move_similarities")
def follow_merged_skill(sender: type[Skill], *, skill_id: int, **kwargs: Any) -> None:
    """What helped with the old skill helps with the one that took it over."""
    if (skill := Skill.objects.filter(pk=skill_id).first()) is not None:
        move_similarities(skill=skill)


@receiver(pre_delete, sender=Skill, dispatch_uid="skillswap_matching.lose_similarities")
def note_lost_similarities(sender: type[Skill], *, instance: Skill, **kwargs: Any) -> None:
    """Staff or the host delete a skill: its rows go with it, and weaker ones may count in their place."""
    if SkillSimilarity.objects.filter(Q(wanted=instance) | Q(taught=instance)).exists():
        similarity_changed.record(skill_id=None)


@receiver(swap_proposed, dispatch_uid="skillswap_matching.rank_proposal")
def note_rank(sender: type[Swap], *, swap_id: int, **kwargs: Any) -> None:
    """For statistics: how far down their suggestions people look."""
    if (swap := Swap.objects.select_related("proposed_by").filter(pk=swap_id).first()) is not None:
        rank_proposal(swap=swap)


@receiver(swap_declined, dispatch_uid="skillswap_matching.mend_circle")
def mend_declined_circle(sender: type[Swap], *, swap_id: int, **kwargs: Any) -> None:
    """Somebody else is looked for, so that one refusal does not end it for all."""
    if (swap := Swap.objects.filter(pk=swap_id).first()) is not None:
        mend_circle(swap=swap)
