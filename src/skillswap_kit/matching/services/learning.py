"""“How can I learn this?”: all the ways in one answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q

from skillswap_kit.core.errors import NotFound
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.policies import get_settlement

from ..candidates import Selection
from ..matchers import get_matcher
from ..reasons import reasons_for
from ..scoring import WEIGHT_UNIT
from .circles import SuggestedCircle, suggest_circles
from .offers import best_offers, skills_that_teach
from .recommending import Recommendation, recommendations_of


@dataclass(frozen=True, kw_only=True)
class WaysToLearn:
    """How one member could learn a skill. Of each way the best first, and the skill itself before what helps with it.

    ``partners`` would swap directly, ``circles`` with a third person. ``for_points``: offers with a price, where the
    site has swaps for points. ``as_gift``: offers without one, of people who are not among the partners.
    """

    skill: Skill
    partners: list[Recommendation]
    circles: list[SuggestedCircle]
    for_points: list[Listing]
    as_gift: list[Listing]


def ways_to_learn(*, by: User, skill: Skill, limit: int = 6) -> WaysToLearn:
    """The ways in which a member could learn a skill, whether or not they list it as wanted; ``limit`` of each.

    Raises NotFound for a skill that is not approved.
    """
    if skill.status != Skill.Status.APPROVED:
        raise NotFound
    partners = _partners(by, skill, limit)
    for_points, as_gift = _offers(by, skill, [partner.profile.user_id for partner in partners], limit)
    return WaysToLearn(
        skill=skill,
        partners=partners,
        circles=suggest_circles(by=by, skill=skill, limit=limit),
        for_points=for_points,
        as_gift=as_gift,
    )


def _partners(by: User, skill: Skill, limit: int) -> list[Recommendation]:
    """Who teaches the skill and wants something in return, then who teaches what helps with it."""
    matcher = get_matcher()
    seeker = replace(matcher.member(by), wants={skill.pk: WEIGHT_UNIT})
    teaches = Exists(Listing.objects.advertised().offers().filter(owner=OuterRef("user"), skill=skill))
    itself = Selection(by, lambda profiles: profiles.filter(teaches))
    found = matcher.match(by, limit=limit, seeker=seeker, selection=itself)
    if len(found) < limit:
        similar_only = Selection(by, lambda profiles: profiles.exclude(teaches))
        found += matcher.match(by, limit=limit - len(found), seeker=seeker, selection=similar_only)
    return recommendations_of(by, found, reasons=partial(reasons_for, to_learn=skill))


def _offers(by: User, skill: Skill, partners: Collection[Any], limit: int) -> tuple[list[Listing], list[Listing]]:
    """Offers with a price, and without one. Where a site has no swaps for points, prices mean nothing."""
    offers = best_offers(by, skills_that_teach(skill))
    others = offers.exclude(owner__in=partners)
    if Swap.Kind.POINTS not in get_settlement().kinds:
        return [], list(others[:limit])
    free = Q(price_points=None) | Q(price_points=0)
    return list(offers.exclude(free)[:limit]), list(others.filter(free)[:limit])
