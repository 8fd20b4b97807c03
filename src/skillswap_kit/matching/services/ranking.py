"""Keeping at which place of the suggestions somebody stood who is asked for a swap: for statistics."""

from __future__ import annotations

import logging
from typing import Any

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile, Swap, SwapParticipant

from ..backends.base import BaseMatcher
from ..candidates import Selection
from ..matchers import get_matcher
from ..matches import Candidate, Rank
from ..models import MOST_RANKED, RankedProposal
from ..rows import read_member, read_similar
from ..scoring import get_scoring, utility

logger = logging.getLogger("skillswap.matching")

Decision = SwapParticipant.Decision


def rank_proposal(*, swap: Swap) -> RankedProposal | None:
    """Ask the default matcher where the asked member stands, and keep it; once for each swap.

    None, and nothing is kept, for circles, for what has been answered or changed already, and where the matcher
    fails: its place is then not known, and no proposal waits for statistics.
    """
    known = RankedProposal.objects.filter(swap=swap).first()
    if known is not None:
        return known
    by, other = swap.proposed_by, _asked_member(swap)
    if by is None or other is None:
        return None
    try:
        rank = _rank(by, other)
    except Exception:
        logger.exception("proposal not ranked", extra={"swap_id": swap.pk})
        return None
    return RankedProposal.objects.get_or_create(swap=swap, defaults={"rank": rank})[0]


def _asked_member(swap: Swap) -> User | None:
    """The one of two who has not answered the first version of the proposal."""
    participants = list(swap.participants.select_related("user"))
    others = [each for each in participants if each.user_id != swap.proposed_by_id]
    if len(participants) != 2 or len(others) != 1 or swap.status != Swap.Status.PROPOSED or swap.version > 1:
        return None
    return others[0].user if others[0].decision == Decision.PENDING else None


def _rank(by: User, other: User) -> int | None:
    """The place before the proposal: it counts as load of whoever is asked, and is taken out again."""
    number = Profile.objects.filter(user=other.pk).values_list("pk", flat=True).first()
    matcher, selection = get_matcher(), Selection(by)
    if number is None or not selection.of([number]):
        return None
    candidates = matcher.match(by, limit=MOST_RANKED, selection=selection)
    if "exact" not in matcher.capabilities:
        numbers = [candidate.number for candidate in candidates]
        return numbers.index(number) + 1 if number in numbers else None
    unasked = _unasked(matcher, by, other, number)
    if unasked is None:
        return None
    place = 1 + sum(not unasked.is_before(each) for each in candidates if each.number != number)
    return place if place <= MOST_RANKED else None


def _unasked(matcher: BaseMatcher, by: User, other: User, number: int) -> Rank | None:
    """Where the other would stand with one proposal less; None for who does not fit at all."""
    scoring, seeker = get_scoring(), matcher.member(by)
    member, similar = read_member(scoring, other), read_similar(about=seeker)
    gets, gives = utility(seeker.wants, member.offers, similar), utility(member.wants, seeker.offers, similar)
    if not gets or not gives:
        return None
    score: Any = scoring.score(gets, gives, max(member.load - 1, 0), member.activity)
    return Candidate(number=number, score=score, gets=gets, gives=gives).rank
