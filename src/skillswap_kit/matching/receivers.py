"""What the matching does when something has happened in the exchange."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.signals import skill_merged

from .similarity.services import move_similarities


@receiver(skill_merged, dispatch_uid="skillswap_matching.move_similarities")
def follow_merged_skill(sender: type[Skill], *, skill_id: int, **kwargs: Any) -> None:
    """What helped with the old skill helps with the one that took it over."""
    if (skill := Skill.objects.filter(pk=skill_id).first()) is not None:
        move_similarities(skill=skill)
