"""Offers beside another one, and the skills of which many listings are new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils import timezone

from skillswap_kit.core.permissions import may_browse
from skillswap_kit.core.types import Viewer
from skillswap_kit.exchange.filters.listings import BY_LEVEL, PROFILE
from skillswap_kit.exchange.models import Listing, Skill
from skillswap_kit.exchange.models.listings import ListingQuerySet

from ..matches import Member
from ..models import Dismissal
from ..rows import read_similar
from ..scoring import WEIGHT_UNIT


def skills_that_teach(skill: Skill) -> list[int]:
    """The keys of a skill and of those that help with it, the most helpful first. One query."""
    similar = read_similar(Member(number=0, wants={skill.pk: WEIGHT_UNIT}))
    return [skill.pk, *similar.get(skill.pk, {})]


def best_offers(viewer: Viewer, skills: Sequence[int]) -> ListingQuerySet:
    """Offers of these skills by others whom the viewer may find and has not dismissed, joined with what is shown.

    In the order of the skills; of one skill the highest level first, then the best rated, then the newest.
    """
    order = Case(*(When(skill=pk, then=Value(place)) for place, pk in enumerate(skills)), output_field=IntegerField())
    offers = Listing.objects.visible_to(viewer).advertised().offers().filter(skill__in=skills)
    offers = offers.exclude(owner__in=Dismissal.objects.visible_to(viewer).values("about"))
    if viewer.is_authenticated:
        offers = offers.exclude(owner=viewer.pk)
    best = offers.order_by(order, BY_LEVEL.desc(), F(f"{PROFILE}__rating").desc(nulls_last=True), "-created_at", "-pk")
    return best.select_related("skill__category", PROFILE).prefetch_related("images")


def similar_offers(*, viewer: Viewer, listing: Listing, limit: int = 6) -> list[Listing]:
    """What else teaches the skill of a listing: offers of it by others, then of the skills that help most with it.

    To whoever may not browse, nothing.
    """
    if not may_browse(viewer):
        return []
    return list(best_offers(viewer, skills_that_teach(listing.skill)).exclude(owner=listing.owner_id)[:limit])


@dataclass(frozen=True, kw_only=True)
class TrendingSkill:
    """A skill, joined with its category, and how many listings of it are new.

    Not how many swaps: a proposal is between two people, and where one person teaches a skill the number tells that
    they were asked, and when.
    """

    skill: Skill
    offers: int
    wants: int


def trending_skills(*, viewer: Viewer, days: int = 30, limit: int = 10) -> list[TrendingSkill]:
    """The approved skills of which the most listings were added in so many days; of equals, those known longer.

    Listings count as long as they are in force, and only those of people whom the viewer may find. To whoever may not
    browse, nothing.
    """
    if not may_browse(viewer):
        return []
    since = timezone.now() - timedelta(days=days)
    listings = Listing.objects.visible_to(viewer).advertised().filter(created_at__gte=since)
    offered = Count("pk", filter=Q(kind=Listing.Kind.OFFER))
    counted = listings.order_by().values_list("skill").annotate(number=Count("pk"), offered=offered)
    best = {skill: (offers, number - offers) for skill, number, offers in counted.order_by("-number", "skill")[:limit]}
    skills = Skill.objects.select_related("category").in_bulk(best)
    return [
        TrendingSkill(skill=skills[pk], offers=offers, wants=wants)
        for pk, (offers, wants) in best.items()
        if pk in skills
    ]
