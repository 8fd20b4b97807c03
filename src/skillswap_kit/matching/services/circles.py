"""Suggesting circles of three to a member, and proposing one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.models import Profile, Skill, Swap
from skillswap_kit.exchange.services import LegTerms, propose_swap
from skillswap_kit.exchange.services.proposals import terms_key

from ..candidates import reachable_pairs
from ..matchers import get_matcher
from ..matches import Circle
from ..scoring import UTILITY_UNIT, WEIGHT_UNIT, get_scoring
from .legs import Advertised

PEOPLE = 3


@dataclass(frozen=True, kw_only=True)
class SuggestedLeg:
    """Who would teach whom, and what for which want. The users are joined with their profiles."""

    giver: User
    receiver: User
    taught: Skill
    wanted: Skill


@dataclass(frozen=True, kw_only=True)
class SuggestedCircle:
    """A circle with its people: the teacher teaches the asker, the pupil the teacher, the asker the pupil."""

    circle: Circle
    legs: tuple[SuggestedLeg, ...]

    @property
    def score(self) -> float:
        """What the legs are worth together. Not what the order rests on: see ``Recommendation.score``."""
        first, middle, last = (leg.skill.value for leg in self.circle.legs)
        score: float = get_scoring().circle(first / UTILITY_UNIT, middle, last / UTILITY_UNIT)
        return score

    @property
    def teacher(self) -> User:
        return self.legs[0].giver

    @property
    def pupil(self) -> User:
        return self.legs[-1].receiver

    @property
    def terms_key(self) -> str:
        """Of the swap that it would be."""
        return terms_key([leg.giver.pk for leg in self.legs], [leg.taught.pk for leg in self.legs])


def suggest_circles(
    *, by: User, limit: int = 5, skill: Skill | None = None, matcher: str = "default"
) -> list[SuggestedCircle]:
    """The best circles for a member, best first; with ``skill`` those in which they learn it, listed or not.

    Without those that are settled, see ``settled_circles``.
    Empty for a matcher that finds no circles. Raises ImproperlyConfigured for one that is none.
    """
    found_by = get_matcher(matcher)
    if "circles" not in found_by.capabilities:
        return []
    seeker = None if skill is None else replace(found_by.member(by), wants={skill.pk: WEIGHT_UNIT})
    settled = settled_terms(Swap.objects.visible_to(by))
    circles = found_by.circles(by, limit=limit + len(settled), seeker=seeker)
    return [circle for circle in _with_people(circles) if circle.terms_key not in settled][:limit]


def settled_circles(swaps: QuerySet[Swap]) -> QuerySet[Swap]:
    """Those circles among these swaps that need not be suggested.

    They wait for an answer, or were refused lately; or the site suggested them lately, and nothing came of it.
    """
    since = timezone.now() - timedelta(days=exchange_settings.REFUSAL_COOLDOWN_DAYS)
    in_vain = Q(proposed_by=None, status__in=[Swap.Status.EXPIRED, Swap.Status.CANCELLED])
    lately = (Q(status=Swap.Status.DECLINED) | in_vain) & Q(closed_at__gt=since)
    return swaps.filter(lately | Q(status=Swap.Status.PROPOSED), kind=Swap.Kind.CIRCLE).order_by()


def settled_terms(swaps: QuerySet[Swap]) -> set[str]:
    """The terms of the settled circles among these swaps."""
    return set(settled_circles(swaps).values_list("terms_key", flat=True))


def _with_people(circles: Collection[Circle]) -> Iterator[SuggestedCircle]:
    """With users and skills in place of numbers, in two queries. Somebody may have left since the matcher looked."""
    legs = [leg for circle in circles for leg in circle.legs]
    profiles = Profile.objects.filter(pk__in={leg.giver for leg in legs}).order_by().select_related("user")
    users = {profile.pk: profile.user for profile in profiles} if legs else {}
    skills = Skill.objects.in_bulk({skill for leg in legs for skill in (leg.skill.taught, leg.skill.wanted)})
    for circle in circles:
        known = all(leg.giver in users and {leg.skill.taught, leg.skill.wanted} <= skills.keys() for leg in circle.legs)
        if known:
            shown = tuple(
                SuggestedLeg(
                    giver=users[leg.giver],
                    receiver=users[leg.receiver],
                    taught=skills[leg.skill.taught],
                    wanted=skills[leg.skill.wanted],
                )
                for leg in circle.legs
            )
            yield SuggestedCircle(circle=circle, legs=shown)


@kit_atomic()
def propose_circle(
    *, by: User, teacher: User, pupil: User, skills: Sequence[int], message: str = "", days: int | None = None
) -> Swap:
    """Ask two members for a circle; ``skills``: what the teacher, the pupil and the asker teach, by their keys.

    Each teaches what they offer, to somebody who wants it or something that it helps with; the asker says by asking
    what they want. Raises InvalidInput where that no longer holds, they may not find the two, or these not each other;
    and what ``propose_swap`` raises.
    """
    people = {user.pk: user for user in (by, teacher, pupil)}
    if len(people) < PEOPLE:
        raise InvalidInput(fields={"pupil": [_("A circle takes three different people.")]})
    if len(skills) != PEOPLE:
        raise InvalidInput(fields={"skills": [_("Name three skills, one for each leg.")]})
    legs = _legs(by, teacher, pupil, skills)
    if legs is None or not _may_meet(by, [teacher.pk, pupil.pk]):
        raise InvalidInput(
            _("This circle is no longer possible."), fields={"skills": [_("Not all of you fit any more.")]}
        )
    return propose_swap(by=by, legs=legs, message=message, days=days)


def _legs(by: User, teacher: User, pupil: User, skills: Sequence[int]) -> list[LegTerms] | None:
    """What is proposed, None where it does not rest on what the three say."""
    advertised = Advertised([by.pk, teacher.pk, pupil.pk], skills=skills)
    sides = zip([teacher, pupil, by], [by, teacher, pupil], skills, strict=True)
    legs = [advertised.leg(giver, receiver, skill, is_asked_for=receiver == by) for giver, receiver, skill in sides]
    found = [leg for leg in legs if leg is not None]
    return found if len(found) == PEOPLE else None


def _may_meet(by: User, users: Collection[Any]) -> bool:
    """Whether this person may find the two, and these each other; whom they hide from is asked of every proposal."""
    found = set(Profile.objects.visible_to(by).filter(user__in=users).order_by().values_list("pk", flat=True))
    return len(found) == PEOPLE - 1 and bool(reachable_pairs({(min(found), max(found))}, asker=by))
