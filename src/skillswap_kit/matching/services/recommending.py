"""Recommending partners to a member."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile

from ..candidates import Narrow, Selection
from ..contact import Contact, OpenProposal, open_proposals
from ..matchers import get_matcher
from ..matches import Candidate, Rank
from ..reasons import Reason, ReasonFunction, reasons_for
from ..scoring import UTILITY_UNIT, get_scoring


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """Somebody who fits, as one viewer sees them; the profile is joined with its user."""

    candidate: Candidate
    profile: Profile
    reasons: Sequence[Reason] | None
    """None where nobody asked for them."""
    proposal: OpenProposal | None = None
    """What waits for an answer between the two, who are not connected."""

    @property
    def contact(self) -> Contact:
        return self.proposal.contact if self.proposal else Contact.NONE

    @property
    def score(self) -> float:
        """Both sides in one number. Not what the order rests on: that would tell how many proposals wait for them."""
        score: float = get_scoring().fuse(self.gets, self.gives)
        return score

    @property
    def gets(self) -> float:
        """What the viewer gets; 1.0 is one want of full priority met by an offer of the highest level."""
        return self.candidate.gets / UTILITY_UNIT

    @property
    def gives(self) -> float:
        """What the other gets, in the same unit."""
        return self.candidate.gives / UTILITY_UNIT


@dataclass(frozen=True, kw_only=True)
class Recommendations:
    """A page of them, best first. ``next`` is where the following one begins, None where there is none."""

    rows: list[Recommendation]
    next: Rank | None


def recommend(
    *,
    by: User,
    limit: int = 10,
    after: Rank | None = None,
    narrow: Narrow | None = None,
    explain: bool = False,
    matcher: str = "default",
) -> Recommendations:
    """The best partners of a member. Raises ImproperlyConfigured for a matcher that is none.

    ``narrow`` keeps the profiles that were asked for, as ``MatchFilterSet.filter_queryset`` does; ``after`` is the
    ``next`` of the page before; ``explain`` adds the reasons. Where few pass ``narrow``, a page may be short or empty
    and still have a ``next``: each looks at so many candidates only.
    """
    selection = Selection(by, narrow)
    page = get_matcher(matcher).page(by, limit=limit, selection=selection, after=after)
    rows = recommendations_of(by, page.candidates, reasons=reasons_for if explain else None)
    return Recommendations(rows=rows, next=page.next)


def recommendations_of(
    by: User, candidates: Collection[Candidate], *, reasons: ReasonFunction | None
) -> list[Recommendation]:
    """These candidates, none of whom is connected with the viewer, with people in place of numbers."""
    if not candidates:
        return []
    rows = Profile.objects.filter(pk__in=[candidate.number for candidate in candidates]).order_by()
    profiles = {row.pk: row for row in rows.select_related("user")}
    proposals = open_proposals(by, [row.user_id for row in profiles.values()])
    given = reasons(by, list(profiles.values())) if reasons else {}
    return [
        Recommendation(
            candidate=candidate,
            profile=profiles[candidate.number],
            proposal=proposals.get(profiles[candidate.number].user_id),
            reasons=given.get(candidate.number),
        )
        for candidate in candidates
        # Somebody may have left since the matcher looked.
        if candidate.number in profiles
    ]
