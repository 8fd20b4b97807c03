"""Due work of the exchange: what the clock moves."""

from __future__ import annotations

from skillswap_kit.core.jobs import due_work

from .services.moves import confirm_due_legs, expire_due_swaps
from .services.reviews import publish_due_reviews

due_work("exchange.expire_swaps")(expire_due_swaps)
due_work("exchange.confirm_legs")(confirm_due_legs)
due_work("exchange.publish_reviews")(publish_due_reviews)
