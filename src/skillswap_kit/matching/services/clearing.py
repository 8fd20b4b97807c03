"""Circles for the whole community at once: found for everybody, chosen so that they do not overlap, and suggested."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput, SkillSwapError
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.exchange.models import Profile, Swap, SwapParticipant
from skillswap_kit.exchange.services import suggest_swap
from skillswap_kit.exchange.services.proposals import terms_key

from ..backends.base import BaseMatcher, CirclesNotSupported
from ..candidates import CircleSelection, Selection
from ..choosing import Choice, Option, choose_exactly, choose_greedily
from ..matchers import get_matcher
from ..matches import Circle, Member
from ..rows import read_members
from ..scoring import Scoring, get_scoring
from .circles import settled_circles, settled_terms
from .legs import Advertised
from .room import check_room, times_among

READ_AT_ONCE = 500
GREEDY, EXACT = "greedy", "exact"
METHODS = (GREEDY, EXACT)

Item = TypeVar("Item")
Turns = tuple[int, int, int]
"""People of a circle by their numbers, each of whom learns from the next; the lowest number first."""


class Watch(Protocol):
    """Gives the items one by one, and may tell somebody how far it has come."""

    def __call__(self, what: str, items: Sequence[Item]) -> Iterable[Item]: ...


def unwatched(what: str, items: Sequence[Item]) -> Iterable[Item]:
    return items


@dataclass(kw_only=True)
class Clearing:
    """What was found, chosen and done. ``refused``: how often which error stood in the way of a proposal."""

    members: int
    found: int
    choice: Choice
    proposed: list[Swap] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def reached(self) -> set[int]:
        """The numbers of the members in chosen circles."""
        return {number for option in self.choice.options for number in option.people}


def clear_circles(
    *,
    method: str = GREEDY,
    seconds: float = 60.0,
    per_member: int = 1,
    candidates: int = 10,
    days: int | None = None,
    dry_run: bool = False,
    matcher: str = "default",
    watch: Watch = unwatched,
) -> Clearing:
    """Suggest circles to the community, so many that no member has more than ``per_member`` to answer.

    ``method``: one of ``METHODS``; ``seconds``: how long the exact one may take. ``candidates``: circles of each member
    among which it chooses. Each proposal is a transaction of its own; what stands in the way of one is counted.
    Raises CirclesNotSupported for a matcher that finds none, ImproperlyConfigured for one that is none or if the
    exact method lacks scipy.
    """
    found_by = get_matcher(matcher)
    if "circles" not in found_by.capabilities:
        raise CirclesNotSupported(found_by)
    members = [member for member in read_members(get_scoring()) if member.offers and member.wants]
    capacities = _capacities(members, per_member)
    profiles = _profiles(number for number, room in capacities.items() if room)
    found = _find(found_by, members, profiles, candidates, watch)
    options = _allowed(found, profiles, watch)
    choice = _choose(method, options, capacities, seconds)
    clearing = Clearing(members=len(members), found=len(options), choice=choice)
    if not dry_run:
        for option in watch("Proposing", choice.options):
            try:
                clearing.proposed.append(_suggest(option, profiles, per_member, days))
            except SkillSwapError as error:
                clearing.refused[error.code] += 1
    return clearing


def _capacities(members: Iterable[Member], per_member: int) -> dict[int, int]:
    """How many circles each of these may still be asked for."""
    asked = _circles_of_each(_waiting())
    return {member.number: max(per_member - asked.get(member.number, 0), 0) for member in members}


def _waiting() -> QuerySet[Swap]:
    return Swap.objects.filter(kind=Swap.Kind.CIRCLE, status=Swap.Status.PROPOSED)


def _circles_of_each(circles: QuerySet[Swap]) -> dict[int, int]:
    """In how many of these each member is, by their numbers."""
    return times_among(_people_in(circles))


def _people_in(circles: QuerySet[Swap]) -> QuerySet[SwapParticipant]:
    return SwapParticipant.objects.filter(swap__in=circles.values("pk"), user__isnull=False)


def _find(
    matcher: BaseMatcher, members: Sequence[Member], profiles: Mapping[int, Profile], candidates: int, watch: Watch
) -> list[Option]:
    """The best circles of each of those with a profile among these, with others of them; each circle once."""
    seekers = [member for member in members if member.number in profiles]
    without = {member.number for member in members} - profiles.keys()
    scoring, found = get_scoring(), dict[Turns, Option]()
    settled = _circles_of_each(settled_circles(Swap.objects.all()))
    for seeker in watch("Looking for circles", seekers):
        selection = CircleSelection(profiles[seeker.number].user, without=without)
        limit = candidates + settled.get(seeker.number, 0)
        for circle in matcher.circles(selection.viewer, limit=limit, selection=selection, seeker=seeker):
            option = _option(circle, scoring)
            # Somebody may have joined since the members were read.
            if set(option.people) <= profiles.keys():
                found[option.people] = option
    return list(found.values())


def _option(circle: Circle, scoring: Scoring) -> Option:
    """The same for whichever of the three found it, as its worth leaves out how many proposals wait for the others."""
    legs = list(circle.legs)
    first = min(range(len(legs)), key=lambda place: legs[place].receiver)
    one, other, third = legs[first:] + legs[:first]
    values = [leg.skill.value for leg in (one, other, third)]
    return Option(
        people=(one.receiver, other.receiver, third.receiver),
        skills=(one.skill.taught, other.skill.taught, third.skill.taught),
        worth=float(scoring.circle(scoring.leg(values[0], 0, 0), values[1], scoring.leg(values[2], 0, 0))),
    )


def _profiles(numbers: Iterable[int]) -> dict[int, Profile]:
    """The profiles with these numbers, joined with their users."""
    wanted, found = sorted(numbers), dict[int, Profile]()
    for begin in range(0, len(wanted), READ_AT_ONCE):
        rows = Profile.objects.filter(pk__in=wanted[begin : begin + READ_AT_ONCE]).select_related("user").order_by()
        found |= {profile.pk: profile for profile in rows}
    return found


def _allowed(found: Sequence[Option], profiles: Mapping[int, Profile], watch: Watch) -> list[Option]:
    """Those in which each may be shown both others, and which are not settled."""
    others = defaultdict[int, set[int]](set)
    for option in found:
        for number in option.people:
            others[number].update(option.people)
    seen = dict[int, set[int]]()
    for number in watch("Asking who may meet", sorted(others)):
        seen[number] = Selection(profiles[number].user).of(others[number]) | {number}
    settled = settled_terms(Swap.objects.all())
    return [
        option
        for option in found
        if all(set(option.people) <= seen[number] for number in option.people)
        and terms_key([profiles[number].user_id for number in option.people], option.skills) not in settled
    ]


def _choose(method: str, options: Sequence[Option], capacities: Mapping[int, int], seconds: float) -> Choice:
    if method == EXACT:
        return choose_exactly(options, capacities, seconds=seconds)
    return choose_greedily(options, capacities)


@kit_atomic()
def _suggest(option: Option, profiles: Mapping[int, Profile], per_member: int, days: int | None) -> Swap:
    """Raises InvalidInput where the three no longer say what it rests on, or one would no longer be shown the others;
    and what ``suggest_swap`` raises.

    LimitReached where one of them has been asked by somebody else meanwhile, such as by another run.
    """
    numbered = [(number, profiles[number].user) for number in option.people]
    people = [person for _number, person in numbered]
    givers = [*people[1:], *people[:1]]
    advertised = Advertised([person.pk for person in people], skills=option.skills)
    legs = [
        leg
        for giver, receiver, skill in zip(givers, people, option.skills, strict=True)
        if (leg := advertised.leg(giver, receiver, skill)) is not None
    ]
    may_meet = all(Selection(person).of(option.people) >= {*option.people} - {number} for number, person in numbered)
    if len(legs) < len(people) or not may_meet:
        raise InvalidInput(_("This circle is no longer possible."))
    swap = suggest_swap(legs=legs, days=days)
    check_room(option.people, per_member, _people_in(_waiting()))
    return swap
