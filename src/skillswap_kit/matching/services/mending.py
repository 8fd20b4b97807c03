"""Mending circles: somebody else is asked in place of who declined, and for the others nothing changes.

The gap is a seeker: it offers what the one who declined would have learnt, and wants what they would have taught.
Whoever fits it is found as partners are, by any matcher.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.models import Listing, Profile, Swap, SwapLeg, SwapParticipant
from skillswap_kit.exchange.policies import get_settlement
from skillswap_kit.exchange.services import LegTerms, suggest_swap

from ..conf import matching_settings
from ..matchers import get_matcher
from ..matches import Member
from ..replacements import ReplacementSelection
from ..scoring import WEIGHT_UNIT
from .legs import Advertised
from .room import check_room

CANDIDATES = 10
"""So many are looked for, as the exchange may refuse a proposal to the first."""


def mend_circle(*, swap: Swap) -> Swap | None:
    """Let a circle that somebody declined go on, and return what it goes on as.

    With somebody else in their place and the same terms for the others, of whom those who had accepted have accepted.
    Where nobody fits and the site settles points, two of the others are asked about their leg for its price. None
    where neither is possible, the circle has been mended MATCHING_CIRCLE_REPAIRS times, or it is none that somebody
    declined within EXCHANGE_PROPOSAL_DAYS. To call it again changes nothing.
    """
    if (mended := _mended(swap)) is not None:
        return mended
    gap = _gap_in(swap)
    return None if gap is None else _with_somebody_else(gap) or _for_points(gap)


def _mended(swap: Swap) -> Swap | None:
    return Swap.objects.filter(replaces=swap.pk).first()


@dataclass(frozen=True, kw_only=True)
class _Gap:
    """A circle without the one who declined."""

    chain: Sequence[Swap]
    """The circle, and those that it goes on from, back to the one that somebody proposed."""
    participants: Sequence[SwapParticipant]
    """The others."""
    taught: SwapLeg
    """What the one who declined would have taught."""
    learnt: SwapLeg
    """What they would have learnt."""
    legs: Sequence[SwapLeg]
    """All of them."""

    @property
    def kept(self) -> list[SwapLeg]:
        """The legs between the others."""
        return [leg for leg in self.legs if leg not in (self.taught, self.learnt)]

    @property
    def swap(self) -> Swap:
        return self.chain[0]

    @cached_property
    def people(self) -> dict[int, User]:
        """By the keys of the participants."""
        return {one.pk: one.user for one in self.participants if one.user is not None}

    @property
    def accepted(self) -> list[Any]:
        return [one.user_id for one in self.participants if one.decision == SwapParticipant.Decision.ACCEPTED]

    @cached_property
    def advertised(self) -> Advertised:
        users = [user.pk for user in self.people.values()]
        return Advertised(users, skills=[leg.skill_id for leg in self.legs])

    def terms(self, leg: SwapLeg, substitute: User | None = None) -> LegTerms | None:
        """A leg as it was, with somebody in place of who declined. None if it rests on listings no more."""
        giver = self.people.get(leg.giver_id, substitute)
        receiver = self.people.get(leg.receiver_id, substitute)
        if giver is None or receiver is None:
            raise ValueError("without a substitute there are only the legs between the others")
        return self.advertised.leg(giver, receiver, leg.skill_id, is_asked_for=self._asked(receiver))

    def _asked(self, user: User) -> bool:
        """Whoever proposed the circle has said what they want."""
        return bool(self.chain[-1].proposed_by_id == user.pk)

    def as_seeker(self) -> Member:
        giver, receiver = self.people[self.learnt.giver_id], self.people[self.taught.receiver_id]
        offered = self.advertised.offer_weight(giver, self.learnt.skill_id)
        wanted = self.advertised.want_weight(receiver, self.taught.skill_id)
        if self._asked(receiver):
            wanted = wanted or WEIGHT_UNIT
        # A listing that is gone weighs nothing, and what weighs nothing is met by nobody.
        return Member(number=0, offers={self.learnt.skill_id: offered}, wants={self.taught.skill_id: wanted})

    def selection(self) -> ReplacementSelection:
        """Who could stand in: only who teaches the very skill that was agreed on, and nobody who declined before or has
        such a circle to answer already.
        """
        declined = SwapParticipant.objects.filter(
            swap__in=[swap.pk for swap in self.chain], decision=SwapParticipant.Decision.DECLINED, user__isnull=False
        )
        offers = Listing.objects.advertised().offers().filter(skill=self.taught.skill_id)

        def teaching_it(profiles: QuerySet[Profile]) -> QuerySet[Profile]:
            taught = profiles.filter(user__in=offers.order_by().values("owner"))
            return taught.exclude(user__in=_asked_by_the_site().order_by().values("user"))

        without = list(declined.order_by().values_list("user", flat=True))
        return ReplacementSelection(list(self.people.values()), without=without, narrow=teaching_it)


def _asked_by_the_site() -> QuerySet[SwapParticipant]:
    """Whom the site has asked into a circle, and who has not answered."""
    pending = SwapParticipant.objects.filter(decision=SwapParticipant.Decision.PENDING, user__isnull=False)
    return pending.filter(swap__status=Swap.Status.PROPOSED, swap__kind=Swap.Kind.CIRCLE, swap__proposed_by=None)


def _gap_in(swap: Swap) -> _Gap | None:
    """What is missing in a circle; None if it cannot, or must not, be mended."""
    chain = _chain(swap)
    present = chain[0]
    if not _was_declined_lately(present) or len(chain) > matching_settings.CIRCLE_REPAIRS:
        return None
    participants = list(present.participants.select_related("user"))
    declined = [one for one in participants if one.decision == SwapParticipant.Decision.DECLINED]
    others = [one for one in participants if one not in declined]
    if len(declined) != 1 or any(one.user is None for one in others):
        return None
    legs = list(present.legs.all())
    (taught,) = (leg for leg in legs if leg.giver_id == declined[0].pk)
    (learnt,) = (leg for leg in legs if leg.receiver_id == declined[0].pk)
    return _Gap(chain=chain, participants=others, taught=taught, learnt=learnt, legs=legs)


def _was_declined_lately(swap: Swap) -> bool:
    """Whether it is a circle that somebody declined so short a while ago that it could still wait for answers."""
    if swap.kind != Swap.Kind.CIRCLE or swap.status != Swap.Status.DECLINED or swap.closed_at is None:
        return False
    return bool(swap.closed_at > timezone.now() - timedelta(days=exchange_settings.PROPOSAL_DAYS))


def _chain(swap: Swap) -> list[Swap]:
    """The present row, and those that it goes on from."""
    chain = [Swap.objects.get(pk=swap.pk)]
    while (earlier := chain[-1].replaces) is not None:
        chain.append(earlier)
    return chain


def _with_somebody_else(gap: _Gap) -> Swap | None:
    if not all(gap.terms(leg) for leg in gap.kept):
        return None
    for number, substitute in _substitutes(gap):
        legs = [gap.terms(leg, substitute) for leg in gap.legs]
        if mended := _suggested(gap, legs, asked=[number], accepted=gap.accepted):
            return mended
    return None


def _substitutes(gap: _Gap) -> Iterator[tuple[int, User]]:
    """Who fits the gap, by their numbers, the best first."""
    selection = gap.selection()
    found = get_matcher().match(selection.viewer, limit=CANDIDATES, selection=selection, seeker=gap.as_seeker())
    rows = Profile.objects.filter(pk__in=[candidate.number for candidate in found]).order_by().select_related("user")
    users = {profile.pk: profile.user for profile in rows}
    gap.advertised.read([user.pk for user in users.values()])
    # Somebody may have left since the matcher looked.
    return ((candidate.number, users[candidate.number]) for candidate in found if candidate.number in users)


def _for_points(gap: _Gap) -> Swap | None:
    """The first leg between the others that has a price, as a swap of these two that nobody has accepted."""
    if Swap.Kind.POINTS not in get_settlement().kinds:
        return None
    for leg in gap.kept:
        terms = gap.terms(leg)
        price = terms.listing.price_points if terms and terms.listing else None
        if terms and price and (mended := _suggested(gap, [replace(terms, points=price)], accepted=())):
            return mended
    return None


def _suggested(
    gap: _Gap, legs: Sequence[LegTerms | None], *, accepted: Collection[Any], asked: Collection[int] = ()
) -> Swap | None:
    """None where a leg is missing, the exchange refuses, or the site has asked one of ``asked`` meanwhile, members by
    their numbers; what somebody else has made of the gap meanwhile.
    """
    complete = [leg for leg in legs if leg is not None]
    if len(complete) < len(legs):
        return None
    try:
        return _suggest(gap, complete, accepted, asked)
    except SkillSwapError:
        return _mended(gap.swap)


@kit_atomic()
def _suggest(gap: _Gap, legs: Sequence[LegTerms], accepted: Collection[Any], asked: Collection[int]) -> Swap:
    """Raises LimitReached where one of ``asked`` has another such circle to answer; and what ``suggest_swap`` does."""
    swap = suggest_swap(legs=legs, accepted=accepted, replaces=gap.swap)
    check_room(asked, 1, _asked_by_the_site())
    return swap
