"""What happens in the exchange. Every signal is recorded with the change and delivered after commit, at least once.

Receivers get ``sender`` (the model class), ``event_id``, ``occurred_at``, ``by_id`` (who did it; None for the clock or
somebody who has left) and the arguments named below, all ids or plain values. Keys that are neither numbers nor text,
such as UUIDs, arrive as text.
"""

from __future__ import annotations

from functools import partial

from skillswap_kit.core.events import DomainSignal

_ProfileSignal = partial(DomainSignal, sender="skillswap_exchange.Profile")
_SkillSignal = partial(DomainSignal, sender="skillswap_exchange.Skill")
_ListingSignal = partial(
    DomainSignal,
    sender="skillswap_exchange.Listing",
    arguments=("listing_id", "owner_id", "skill_id", "kind"),
)
_SwapSignal = partial(DomainSignal, sender="skillswap_exchange.Swap", subject="swap_id")
_SessionSignal = partial(
    DomainSignal,
    sender="skillswap_exchange.Session",
    arguments=("session_id", "swap_id"),
    subject="session_id",
)

profile_updated = _ProfileSignal("exchange.profile_updated", arguments=("user_id",))
"""A member changed what they show of themselves, or staff did. ``user_id``: whose profile."""

member_deactivated = _ProfileSignal("exchange.member_deactivated", arguments=("user_id",))
"""Staff closed an account: the member can no longer sign in and is found nowhere."""

member_reactivated = _ProfileSignal("exchange.member_reactivated", arguments=("user_id",))
"""Staff opened a closed account again."""

skill_proposed = _SkillSignal("exchange.skill_proposed", arguments=("skill_id",))
"""A member asked for a new skill in the vocabulary. Not sent for skills that staff add."""

skill_approved = _SkillSignal("exchange.skill_approved", arguments=("skill_id",))
"""Staff took a proposed skill into the vocabulary."""

skill_rejected = _SkillSignal("exchange.skill_rejected", arguments=("skill_id",))
"""Staff refused a proposed skill; listings of it are removed."""

skill_merged = _SkillSignal("exchange.skill_merged", arguments=("skill_id", "into_id"))
"""Staff merged a skill into another; its listings, legs and aliases now belong to ``into_id``."""

listing_created = _ListingSignal("exchange.listing_created")
"""A member advertises a skill."""

listing_updated = _ListingSignal("exchange.listing_updated")
"""A listing was edited, or moved to another skill by a merge."""

listing_paused = _ListingSignal("exchange.listing_paused")
"""A listing is hidden until its owner resumes it."""

listing_resumed = _ListingSignal("exchange.listing_resumed")
"""A paused listing is shown again."""

listing_removed = _ListingSignal("exchange.listing_removed")
"""A listing is gone for good. Not sent when the owner's account is deleted."""

swap_proposed = _SwapSignal("exchange.swap_proposed", arguments=("swap_id",))
"""Somebody proposed a swap; the others are asked."""

swap_suggested = _SwapSignal("exchange.swap_suggested", arguments=("swap_id",))
"""The site suggested a swap, perhaps in place of a circle that somebody declined; those who have not accepted that one
are asked. Sent instead of ``swap_proposed``; ``by_id`` is None."""

swap_changed = _SwapSignal("exchange.swap_changed", arguments=("swap_id", "version"))
"""A participant sent a changed proposal back; everybody else is asked again."""

swap_agreed = _SwapSignal("exchange.swap_agreed", arguments=("swap_id",))
"""One participant accepted. When the last one does, ``swap_accepted`` follows in the same transaction."""

swap_accepted = _SwapSignal("exchange.swap_accepted", arguments=("swap_id",))
"""Every participant accepted; they are connected now."""

swap_declined = _SwapSignal("exchange.swap_declined", arguments=("swap_id",))
"""A participant refused; for everybody in it, it is over."""

swap_cancelled = _SwapSignal("exchange.swap_cancelled", arguments=("swap_id",))
"""The proposer withdrew, a participant cancelled an accepted swap, or one left the site."""

swap_expired = _SwapSignal("exchange.swap_expired", arguments=("swap_id",))
"""The deadline passed before everybody had answered."""

swap_started = _SwapSignal("exchange.swap_started", arguments=("swap_id",))
"""A participant said that the accepted swap has begun. Optional: a swap may complete without it."""

leg_confirmed = _SwapSignal("exchange.leg_confirmed", arguments=("swap_id", "leg_id"))
"""The receiver of a leg confirmed it; ``by_id`` is None where it confirmed itself because the term was over."""

swap_completed = _SwapSignal("exchange.swap_completed", arguments=("swap_id",))
"""Every leg is confirmed."""

session_requested = _SessionSignal("exchange.session_requested")
"""A participant asked another for a session."""

session_accepted = _SessionSignal("exchange.session_accepted")
"""The session stands."""

session_declined = _SessionSignal("exchange.session_declined")
"""The session was refused."""

session_rescheduled = _SessionSignal("exchange.session_rescheduled")
"""A participant moved the session; the other one is asked again."""

session_cancelled = _SessionSignal("exchange.session_cancelled")
"""A participant cancelled the session, or its swap ended."""

session_completed = _SessionSignal("exchange.session_completed")
"""The session took place."""

session_missed = _SessionSignal("exchange.session_missed")
"""The session did not take place."""

connection_made = DomainSignal(
    "exchange.connection_made",
    sender="skillswap_exchange.Connection",
    arguments=("connection_id", "first_id", "second_id"),
)
"""Two members are connected, for the first time or again."""

connection_removed = DomainSignal(
    "exchange.connection_removed",
    sender="skillswap_exchange.Connection",
    arguments=("connection_id", "first_id", "second_id"),
)
"""One of two connected members removed the connection."""

review_written = DomainSignal(
    "exchange.review_written",
    sender="skillswap_exchange.Review",
    arguments=("review_id", "swap_id", "about_id"),
)
"""A participant reviewed another. Nobody else can read it yet."""

review_published = DomainSignal(
    "exchange.review_published",
    sender="skillswap_exchange.Review",
    arguments=("review_id", "swap_id", "about_id"),
)
"""A review can be read by all, because both wrote or the period ended."""
