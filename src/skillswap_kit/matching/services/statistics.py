"""How the matching does in the whole community, for staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from skillswap_kit.core.policies import active_users
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Profile, Skill, Swap
from skillswap_kit.exchange.models.listings import ListingQuerySet
from skillswap_kit.exchange.services.staff import require_permission

from ..conf import matching_settings
from ..models import MOST_RANKED, RankedProposal, SkillSimilarity
from .asking import Asked, ask_members

VIEW_STATISTICS = "skillswap_matching.view_statistics"
"""The permission to read these."""
MOST_SECONDS = 10
"""For which a page or a client may have members asked."""
MOST_SKILLS = 50
MOST_EXAMPLES = 20
SPANS: tuple[tuple[int, int] | None, ...] = ((1, 1), (2, 3), (4, 10), (11, MOST_RANKED), None)
"""The places that are counted together; None: not among the suggestions."""


@dataclass(frozen=True, kw_only=True)
class Partners:
    """Who has partners, of those who teach something and want something.

    ``asked`` members were asked, and ``alone`` of them are suggested nobody. ``members`` and ``members_alone`` are
    what that means for everybody: counted if ``is_complete``, else estimated, None if nothing is known.
    ``examples``: some of those alone whom the reader may find, joined with their users.
    """

    asked: int
    alone: int
    is_complete: bool
    members: int | None
    members_alone: int | None
    examples: list[Profile]

    @property
    def share(self) -> float | None:
        """Of the asked who are suggested nobody."""
        return self.alone / self.asked if self.asked else None


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How evenly the members are shown who were asked, or are among the first ten of who was asked.

    ``members``: how many these are; ``shown``: how many of them are shown at all; ``most``: how often the one who is
    shown most. ``gini``: from 0, all equally often, to nearly 1, always the same few; None if nobody is shown.
    """

    members: int
    shown: int
    most: int
    gini: float | None


@dataclass(frozen=True, kw_only=True)
class UntaughtSkill:
    """A skill that ``wanted`` members want and nobody teaches. ``helping``: similar ones that are taught."""

    skill: Skill
    wanted: int
    helping: list[Skill]


@dataclass(frozen=True, kw_only=True)
class AcceptedAtRank:
    """What became of proposals to those at the places ``first`` to ``last``; None for who was not suggested."""

    first: int | None
    last: int | None
    proposed: int
    answered: int
    accepted: int

    @property
    def share(self) -> float | None:
        """Of the answered that were accepted."""
        return self.accepted / self.answered if self.answered else None


@dataclass(frozen=True, kw_only=True)
class MatchingStatistics:
    """``untaught``: the most wanted of all ``untaught_count``."""

    partners: Partners
    exposure: Exposure
    untaught: list[UntaughtSkill]
    untaught_count: int
    acceptance: list[AcceptedAtRank]


def matching_statistics(*, by: User, seconds: float = 1.0) -> MatchingStatistics:
    """Count, and ask random members of the default matcher for at most so many seconds. Raises NotAllowed."""
    require_permission(by, VIEW_STATISTICS)
    asked = ask_members(seconds=seconds)
    wanted = _untaught_wants()
    return MatchingStatistics(
        partners=_partners(by, asked),
        exposure=_exposure(asked),
        untaught=_untaught(wanted),
        untaught_count=wanted.values("skill").distinct().count(),
        acceptance=acceptance_by_rank(),
    )


def _partners(by: User, asked: Asked) -> Partners:
    found = Profile.objects.visible_to(by).filter(pk__in=asked.alone).select_related("user").order_by("pk")
    return Partners(
        asked=len(asked.numbers),
        alone=len(asked.alone),
        is_complete=asked.is_complete,
        members=asked.estimate(len(asked.numbers)),
        members_alone=asked.estimate(len(asked.alone)),
        examples=list(found[:MOST_EXAMPLES]) if asked.alone else [],
    )


def _exposure(asked: Asked) -> Exposure:
    members = asked.shown.keys() | set(asked.numbers)
    counts = [asked.shown[number] for number in members]
    return Exposure(members=len(members), shown=len(asked.shown), most=max(counts, default=0), gini=gini(counts))


def gini(amounts: Collection[int]) -> float | None:
    """How unequal amounts are: Σ (2i - n - 1)·xᵢ / (n · Σ xᵢ), the xᵢ in ascending order. None if all are nothing.

    Half the relative mean difference of all pairs (Damgaard & Weiner, Ecology 81(4), 2000, formula 2).
    """
    total, size = sum(amounts), len(amounts)
    if not total:
        return None
    return sum((2 * place - size - 1) * amount for place, amount in enumerate(sorted(amounts), 1)) / (size * total)


def _untaught_wants() -> ListingQuerySet:
    """Wants in force for what nobody teaches."""
    taught = _in_force().offers().filter(skill=OuterRef("skill"))
    return _in_force().wants().filter(~Exists(taught)).order_by()


def _in_force() -> ListingQuerySet:
    return Listing.objects.advertised().filter(active_users("owner"), owner__skillswap_profile__isnull=False)


def _untaught(wants: ListingQuerySet) -> list[UntaughtSkill]:
    counted = wants.values_list("skill").annotate(wanted=Count("pk")).order_by("-wanted", "skill")
    counts = dict(counted[:MOST_SKILLS])
    skills, helping = Skill.objects.in_bulk(counts), _helping(counts)
    return [
        UntaughtSkill(skill=skills[skill], wanted=wanted, helping=helping.get(skill, []))
        for skill, wanted in counts.items()
        if skill in skills
    ]


def _helping(skills: Collection[int]) -> dict[int, list[Skill]]:
    """By wanted skill the taught ones that help with it, of those that count, the most similar first."""
    rows = SkillSimilarity.objects.filter(wanted__in=skills, weight__gt=0).order_by("wanted", "-weight", "taught")
    similar: dict[int, list[Skill]] = {}
    for row in rows.select_related("taught"):
        helping = similar.setdefault(row.wanted_id, [])
        if len(helping) < matching_settings.MAX_SIMILAR:
            helping.append(row.taught)
    candidates = {skill.pk for helping in similar.values() for skill in helping}
    taught = set(_in_force().offers().filter(skill__in=candidates).order_by().values_list("skill", flat=True))
    return {wanted: [skill for skill in helping if skill.pk in taught] for wanted, helping in similar.items()}


def acceptance_by_rank() -> list[AcceptedAtRank]:
    """What became of the proposals to people at each span of places. What expired was not answered."""
    is_accepted = Q(swap__accepted_at__isnull=False)
    is_answered = is_accepted | Q(swap__status=Swap.Status.DECLINED)
    rows = (
        RankedProposal.objects.order_by()
        .values("rank")
        .annotate(
            proposed=Count("pk"), answered=Count("pk", filter=is_answered), accepted=Count("pk", filter=is_accepted)
        )
    )
    return [_together(span, [row for row in rows if _is_in(row["rank"], span)]) for span in SPANS]


def _is_in(rank: int | None, span: tuple[int, int] | None) -> bool:
    if rank is None or span is None:
        return rank is None and span is None
    return span[0] <= rank <= span[1]


def _together(span: tuple[int, int] | None, rows: Sequence[Mapping[str, Any]]) -> AcceptedAtRank:
    first, last = span or (None, None)
    sums = {name: sum(row[name] for row in rows) for name in ("proposed", "answered", "accepted")}
    return AcceptedAtRank(first=first, last=last, **sums)
