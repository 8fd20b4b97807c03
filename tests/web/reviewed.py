"""Published reviews."""

from __future__ import annotations

from typing import Any

from skillswap_kit.exchange.models import Review
from skillswap_kit.exchange.services import LegTerms, accept_swap, confirm_legs, propose_swap
from skillswap_kit.testing.factories import make_member
from skillswap_kit.testing.swaps import make_review


def reviewed(terms: LegTerms, **fields: Any) -> Review:
    """What the receiver of a leg says about its giver, once both have written."""
    learner, teacher = terms.receiver, terms.giver
    if not hasattr(learner, "skillswap_profile"):
        make_member(learner)
    swap = propose_swap(by=learner, legs=[terms])
    accept_swap(swap=swap, by=teacher)
    confirm_legs(swap=swap, by=learner)
    review = make_review(swap, by=learner, **fields)
    make_review(swap, by=teacher)
    review.refresh_from_db()
    return review
