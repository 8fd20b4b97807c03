"""What happens in the matching. Recorded and delivered as the signals of the exchange are."""

from __future__ import annotations

from skillswap_kit.core.events import DomainSignal

similarity_changed = DomainSignal(
    "matching.similarity_changed", sender="skillswap_matching.SkillSimilarity", arguments=("skill_id",)
)
"""Other skills than before help with the wanted skill ``skill_id``; where it is None, with any number of skills."""
