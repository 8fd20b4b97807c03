"""Settings of the exchange."""

from __future__ import annotations

from typing import Any

from skillswap_kit.core.conf import AppSettings, Setting


class ExchangeSettings(AppSettings):
    prefix = "EXCHANGE_"

    SETTLEMENT = Setting(
        "skillswap_kit.exchange.policies.NoSettlement",
        doc="Dotted path of the settlement policy, which moves value at every step of a swap.",
    )
    CANCELLATION_POLICY = Setting(
        "skillswap_kit.exchange.policies.CancelUntilFirstConfirmation",
        doc="Dotted path of the policy that says whether an accepted swap may still be cancelled.",
    )
    GEOCODERS = Setting[dict[str, Any]](
        {"default": {"BACKEND": "skillswap_kit.exchange.geocoders.StaticGeocoder"}},
        doc="Geocoders by alias; `default` finds the coordinates of a place that a member typed.",
    )
    GRID_KM = Setting(5, minimum=1, doc="Edge of the grid cells to which places are snapped before they are stored.")
    PROPOSAL_DAYS = Setting(14, minimum=1, doc="How long a proposal waits for its answers.")
    MAX_PARTICIPANTS = Setting(8, minimum=2, doc="Most people in one swap.")
    REFUSAL_COOLDOWN_DAYS = Setting(
        7,
        minimum=0,
        doc="After a refusal the same person cannot propose the same skills to the same people so long.",
    )
    AUTO_CONFIRM_DAYS = Setting(
        7,
        minimum=1,
        doc="A leg is confirmed by itself so many days after the last accepted session, or after acceptance.",
    )
    REVIEW_PERIOD_DAYS = Setting(
        14, minimum=1, doc="How long after completion reviews can be written; then all are published."
    )
    RATING_PRIOR_MEAN = Setting(
        3.5,
        doc="The rating that a member is assumed to have before anybody judged them. "
        "After a change run `skillswap_refresh_ratings`.",
    )
    RATING_PRIOR_WEIGHT = Setting(
        5,
        minimum=0,
        doc="How many reviews the assumption counts for in the average. "
        "After a change run `skillswap_refresh_ratings`.",
    )
    SEND_EMAILS = Setting(True, doc="Whether the exchange e-mails whoever was asked or answered.")
    MAX_LISTINGS = Setting(100, minimum=1, doc="Most offers, and most wants, that one member can have.")
    MAX_LISTING_IMAGES = Setting(8, minimum=0, doc="Most pictures in an offer's gallery.")
    MAX_LISTING_FAQS = Setting(20, minimum=0, doc="Most questions and answers of an offer.")
    MAX_OPEN_PROPOSALS = Setting(50, minimum=1, doc="Most proposals of one member that wait for answers.")
    MAX_PROPOSAL_VERSIONS = Setting(
        30, minimum=1, doc="How often a proposal can be sent back and forth: the most versions of one."
    )
    MAX_OPEN_SESSIONS = Setting(10, minimum=1, doc="Most sessions of one swap that wait for an answer.")
    MAX_SKILL_PROPOSALS = Setting(20, minimum=0, doc="Most skills of one member that wait for approval.")
    SESSION_MAX_MINUTES = Setting(480, minimum=5, doc="Longest session, in minutes.")
    SESSION_MAX_DAYS_AHEAD = Setting(365, minimum=1, doc="How far ahead a session can be arranged.")


exchange_settings = ExchangeSettings()
