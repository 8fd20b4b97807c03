"""What happens in the matching. Recorded and delivered as the signals of the exchange are."""

from __future__ import annotations

from functools import partial

from skillswap_kit.core.events import DomainSignal

similarity_changed = DomainSignal(
    "matching.similarity_changed", sender="skillswap_matching.SkillSimilarity", arguments=("skill_id",)
)
"""Other skills than before help with the wanted skill ``skill_id``; where it is None, with any number of skills."""

_DismissalSignal = partial(DomainSignal, sender="skillswap_matching.Dismissal", arguments=("about_id",))

member_dismissed = _DismissalSignal("matching.member_dismissed")
"""Somebody does not want to see ``about_id`` among their suggestions any more. Never tell ``about_id``."""

dismissal_undone = _DismissalSignal("matching.dismissal_undone")
"""``about_id`` may be suggested again to whoever had dismissed them."""
