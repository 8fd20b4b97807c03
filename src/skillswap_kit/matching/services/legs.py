"""Legs of circles that rest on what people say: what a circle is proposed with, and mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skillswap_kit.core.types import User
from skillswap_kit.exchange.services import LegTerms

from ..matches import Member
from ..rows import read_similar
from ..scoring import WEIGHT_UNIT, best_skill
from ..sides import read_sides


class Advertised:
    """The listings in force of these users, and what these skills help with; two queries."""

    def __init__(self, users: Iterable[Any], *, skills: Iterable[int]) -> None:
        self._similar = read_similar(Member(number=0, offers=dict.fromkeys(skills, WEIGHT_UNIT)))
        self._sides = read_sides(users)

    def read(self, users: Iterable[Any]) -> None:
        """The listings of more users; one query."""
        self._sides.update(read_sides(users))

    def leg(self, giver: User, receiver: User, skill: int, *, is_asked_for: bool = False) -> LegTerms | None:
        """The one teaches the other this skill, by their offer. None without an offer, or a want that it meets.

        With ``is_asked_for`` the receiver has asked for this leg, whatever they list.
        """
        offer = self._sides[giver.pk].offers.get(skill)
        if offer is None or not (is_asked_for or self.want_weight(receiver, skill)):
            return None
        return LegTerms(giver=giver, receiver=receiver, skill=offer.skill, listing=offer)

    def offer_weight(self, giver: User, skill: int) -> int:
        """What this member's offer of the skill is worth, in hundredths; 0 without one."""
        return self._sides[giver.pk].offered.get(skill, 0)

    def want_weight(self, receiver: User, skill: int) -> int:
        """The same of their want for the skill, or for what it helps with the most."""
        wanted = self._sides[receiver.pk].wanted
        best = best_skill(wanted, {skill: WEIGHT_UNIT}, self._similar)
        return wanted[best.wanted] if best else 0
