"""Proposing a swap and sending a changed proposal back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.locking import unique_key
from skillswap_kit.core.policies import hidden_among
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..conf import exchange_settings
from ..exceptions import AlreadyProposed, CannotContact, CoolingDown, LimitReached
from ..models import Listing, Skill, Swap, SwapLeg, SwapParticipant, SwapProposal
from ..policies import get_settlement
from ..signals import swap_changed, swap_proposed, swap_suggested
from .cleaning import check_fields
from .members import profile_for_update
from .rules import check_change, check_version
from .states import lock_swap, participant_of

MAX_LEGS = 20


@dataclass(frozen=True, kw_only=True)
class LegTerms:
    """One direction of a proposal. ``listing`` is the giver's offer or the receiver's want that it came from."""

    giver: User
    receiver: User
    skill: Skill
    listing: Listing | None = None
    points: int = 0


@kit_atomic()
def propose_swap(*, by: User, legs: Sequence[LegTerms], message: str = "", days: int | None = None) -> Swap:
    """Ask the others in these legs for a swap; whoever proposes has accepted.

    Raises InvalidInput for legs that make no swap, CannotContact, AlreadyProposed, CoolingDown, LimitReached.
    """
    people = _people(by, legs)
    _lock_skills(legs)
    swap = _open(people, legs, by=by, days=days)
    _check_limit(by)
    _write_version(swap, _take_part(swap, people), legs, message, by=by, accepted={by.pk: timezone.now()})
    swap_proposed.record(by=by, swap_id=swap.pk)
    return swap


@kit_atomic()
def suggest_swap(
    *,
    legs: Sequence[LegTerms],
    accepted: Collection[Any] = (),
    replaces: Swap | None = None,
    message: str = "",
    days: int | None = None,
) -> Swap:
    """A proposal of the site itself: all in these legs are asked.

    ``replaces`` is the declined circle that it goes on from; who of ``accepted``, keys of users, accepted that one
    has accepted this one too. Raises what ``propose_swap`` raises, AlreadyProposed also where something replaces that
    circle already, and InvalidInput for an acceptance that nobody gave or if nobody is left to ask.
    """
    people = _people(None, legs)
    _lock_skills(legs)
    kept = _kept_acceptances(replaces, accepted) if accepted or replaces else {}
    if not kept.keys() < {person.pk for person in people}:
        raise InvalidInput(fields={"accepted": [_("Whoever has accepted takes part, and somebody is left to ask.")]})
    swap = _open(people, legs, replaces=replaces, days=days)
    _write_version(swap, _take_part(swap, people), legs, message, accepted=kept)
    swap_suggested.record(swap_id=swap.pk)
    return swap


def _kept_acceptances(replaces: Swap | None, accepted: Collection[Any]) -> Mapping[Any, datetime | None]:
    """When these people accepted the circle that is replaced, which is locked from here on."""
    given: dict[Any, datetime | None] = {}
    if replaces is not None:
        replaces = lock_swap(replaces)
        if replaces.status != Swap.Status.DECLINED:
            raise InvalidInput(fields={"replaces": [_("Only a declined circle can be replaced.")]})
        if Swap.objects.filter(replaces=replaces).exists():
            raise AlreadyProposed
        agreed = replaces.participants.filter(decision=SwapParticipant.Decision.ACCEPTED, user__in=accepted)
        given = dict(agreed.values_list("user", "decided_at"))
    if given.keys() != set(accepted):
        raise InvalidInput(fields={"accepted": [_("They have not accepted what this replaces.")]})
    return given


@kit_atomic()
def change_swap(
    *,
    swap: Swap,
    by: User,
    version: int,
    legs: Sequence[LegTerms],
    message: str = "",
    days: int | None = None,
) -> Swap:
    """Answer version ``version`` of a proposal with a changed one, which everybody else must accept.

    The people stay the same. Raises NotAllowed, InvalidTransition, ProposalChanged, LimitReached, and what
    ``propose_swap`` raises.
    """
    _lock_skills(legs)
    swap = lock_swap(swap)
    check_change(swap, participant_of(swap, by))
    check_version(swap, version)
    if version >= exchange_settings.MAX_PROPOSAL_VERSIONS:
        raise LimitReached(_("This proposal has been changed too often. Accept it, or start anew."))
    participants = list(swap.participants.select_related("user"))
    people = _people(by, legs)
    if {person.pk for person in people} != {participant.user_id for participant in participants}:
        raise InvalidInput(fields={"legs": [_("A changed proposal keeps the same people.")]})
    _check_reachable(people)
    swap.kind = _kind_of(people, legs)
    swap.version += 1
    swap.deadline = _deadline(days)
    swap.terms_key = swap.open_key = terms_key([p.pk for p in people], [leg.skill.pk for leg in legs])
    _save_with_open_key(swap)
    _check_cooled_down(by, swap.terms_key)
    swap.legs.all().delete()
    _write_version(swap, participants, legs, message, by=by, accepted={by.pk: timezone.now()})
    swap_changed.record(by=by, swap_id=swap.pk, version=swap.version)
    return swap


def terms_key(user_keys: Iterable[Any], skill_keys: Iterable[int]) -> str:
    """One spelling for a group of people and what they are about to teach, whoever gives what to whom."""
    return unique_key(sorted(map(str, user_keys)), sorted(skill_keys))


def _open(
    people: Sequence[User],
    legs: Sequence[LegTerms],
    *,
    by: User | None = None,
    replaces: Swap | None = None,
    days: int | None,
) -> Swap:
    """The row of a new proposal, alone in its terms. The skills are locked by the caller."""
    kind = _kind_of(people, legs)
    _check_reachable(people)
    key = terms_key([person.pk for person in people], [leg.skill.pk for leg in legs])
    swap = Swap(kind=kind, replaces=replaces, deadline=_deadline(days), terms_key=key, open_key=key)
    swap.proposed_by_id = by.pk if by else None
    _save_with_open_key(swap)
    # Only now: as long as somebody was refusing the same, the key was not free.
    _check_cooled_down(by, key)
    return swap


def _take_part(swap: Swap, people: Sequence[User]) -> list[SwapParticipant]:
    return [
        SwapParticipant.objects.create(swap=swap, user_id=person.pk, position=position)
        for position, person in enumerate(people)
    ]


def _people(by: User | None, legs: Sequence[LegTerms]) -> list[User]:
    """Everybody in the legs, the acting person first. Raises InvalidInput for legs that cannot stand."""
    if not legs:
        raise InvalidInput(fields={"legs": [_("Say what is given.")]})
    if len(legs) > MAX_LEGS:
        raise InvalidInput(fields={"legs": [_("At most %(limit)s skills in one swap.") % {"limit": MAX_LEGS}]})
    if len({(leg.giver.pk, leg.receiver.pk, leg.skill.pk) for leg in legs}) < len(legs):
        raise InvalidInput(fields={"legs": [_("The same skill is given twice to the same member.")]})
    for leg in legs:
        _check_leg(leg)
    people = {person.pk: person for leg in legs for person in (leg.giver, leg.receiver)}
    if by is not None and by.pk not in people:
        raise InvalidInput(fields={"legs": [_("You must give or receive something yourself.")]})
    if len(people) > exchange_settings.MAX_PARTICIPANTS:
        raise InvalidInput(fields={"legs": [_("Too many people for one swap.")]})
    return sorted(people.values(), key=lambda person: by is not None and person.pk != by.pk)


def _check_leg(leg: LegTerms) -> None:
    if leg.giver.pk == leg.receiver.pk:
        raise InvalidInput(fields={"legs": [_("Nobody can swap with themselves.")]})
    if leg.listing is not None:
        _check_listing(leg, leg.listing)


def _check_listing(leg: LegTerms, listing: Listing) -> None:
    owner = leg.giver if listing.kind == Listing.Kind.OFFER else leg.receiver
    if listing.owner_id != owner.pk or listing.skill_id != leg.skill.pk:
        raise InvalidInput(fields={"legs": [_("The listing does not belong to this member and skill.")]})
    if listing.status != Listing.Status.ACTIVE:
        raise InvalidInput(fields={"legs": [_("The listing is no longer open.")]})


def _kind_of(people: Sequence[User], legs: Sequence[LegTerms]) -> str:
    if len(people) > 2:
        if any(leg.points for leg in legs) or not _is_one_cycle(people, legs):
            raise InvalidInput(fields={"legs": [_("In a circle everybody gives once and receives once.")]})
        return Swap.Kind.CIRCLE
    if any(leg.points for leg in legs):
        return Swap.Kind.POINTS
    return Swap.Kind.GIFT if len({leg.giver.pk for leg in legs}) == 1 else Swap.Kind.BARTER


def _is_one_cycle(people: Sequence[User], legs: Sequence[LegTerms]) -> bool:
    gives_to = {leg.giver.pk: leg.receiver.pk for leg in legs}
    if len(legs) != len(people) or len(gives_to) != len(people):
        return False
    visited, current = set[Any](), people[0].pk
    while current not in visited:
        visited.add(current)
        current = gives_to[current]
    return len(visited) == len(people)


def _lock_skills(legs: Sequence[LegTerms]) -> None:
    """Skills before swaps, as a merge does; and whoever wants the same ``open_key`` waits here already.

    Raises InvalidInput unless all are approved.
    """
    keys = {leg.skill.pk for leg in legs}
    locked = Skill.objects.select_for_update().order_by("pk").in_bulk(keys)
    if {pk for pk, skill in locked.items() if skill.status == Skill.Status.APPROVED} != keys:
        raise InvalidInput(fields={"legs": [_("This skill is not in the vocabulary.")]})


def _check_reachable(people: Sequence[User]) -> None:
    keys = {person.pk for person in people}
    for person in people:
        if not person.is_active or hidden_among(person, keys - {person.pk}):
            raise CannotContact


def _check_limit(by: User) -> None:
    profile_for_update(by)  # one proposal of a member after the other, or each counts without the others
    waiting = Swap.objects.filter(status=Swap.Status.PROPOSED, proposed_by=by.pk)
    # The one that is being written counts itself.
    if waiting.count() > exchange_settings.MAX_OPEN_PROPOSALS:
        raise LimitReached(_("Too many of your proposals wait for answers. Withdraw one first."))


def cooling_terms(by: User | None, keys: Collection[str]) -> set[str]:
    """Which of these terms, see :func:`terms_key`, were refused so lately that nobody may propose them again yet.

    Whoever refused may at any time; the others wait, and so does the site, which is ``by`` None.
    """
    since = timezone.now() - timedelta(days=exchange_settings.REFUSAL_COOLDOWN_DAYS)
    refused = Swap.objects.filter(status=Swap.Status.DECLINED, terms_key__in=keys, closed_at__gt=since)
    if by is not None:
        own_refusals = SwapParticipant.objects.filter(user=by.pk, decision=SwapParticipant.Decision.DECLINED)
        refused = refused.exclude(pk__in=own_refusals.values("swap"))
    return set(refused.order_by().values_list("terms_key", flat=True))


def _check_cooled_down(by: User | None, key: str) -> None:
    if cooling_terms(by, [key]):
        raise CoolingDown


def _deadline(days: int | None) -> Any:
    longest = exchange_settings.PROPOSAL_DAYS
    if days is not None and not 1 <= days <= longest:
        message = _("From 1 to %(longest)s days.") % {"longest": longest}
        raise InvalidInput(fields={"days": [message]})
    return timezone.now() + timedelta(days=days or longest)


def _save_with_open_key(swap: Swap) -> None:
    # Asked first, because on MariaDB a refused INSERT keeps a lock on the row of the other one.
    if Swap.objects.filter(open_key=swap.open_key).exclude(pk=swap.pk).exists():
        raise AlreadyProposed
    try:
        with kit_atomic():
            swap.save()
    except IntegrityError:
        raise AlreadyProposed from None


def _write_version(
    swap: Swap,
    participants: Sequence[SwapParticipant],
    legs: Sequence[LegTerms],
    message: str,
    *,
    by: User | None = None,
    accepted: Mapping[Any, datetime | None],
) -> None:
    """Write the legs and the proposal of the swap's present version; who has ``accepted`` it, and when, nobody else."""
    by_user = {participant.user_id: participant for participant in participants}
    rows = [
        SwapLeg(
            swap=swap,
            position=position,
            giver=by_user[leg.giver.pk],
            receiver=by_user[leg.receiver.pk],
            skill=leg.skill,
            listing=leg.listing,
            points=leg.points,
        )
        for position, leg in enumerate(legs)
    ]
    get_settlement().check(swap, rows)
    SwapLeg.objects.bulk_create(rows)
    swap.participants.update(decision=SwapParticipant.Decision.PENDING, decided_at=None)
    for key, moment in accepted.items():
        by_user[key].decide(SwapParticipant.Decision.ACCEPTED, at=moment)
    terms = [row.as_terms() for row in rows]
    author = by_user[by.pk] if by else None
    proposal = SwapProposal(swap=swap, version=swap.version, by=author, message=message, terms=terms)
    check_fields(proposal, ["message"])
    proposal.save()
