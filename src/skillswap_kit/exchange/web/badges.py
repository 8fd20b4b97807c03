"""Numbers beside the entries of the navigation."""

from __future__ import annotations

from skillswap_kit.core.types import User

from ..models import Swap

MOST = 99


def waiting_proposals(user: User) -> int:
    """How many proposals wait for this person's answer, counted no further than a badge can show."""
    return Swap.objects.incoming(user).in_time().order_by()[:MOST].count()
