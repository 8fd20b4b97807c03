"""What two members can put into a proposal: the choices on both sides, the likely ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from skillswap_kit.core.types import User

from ...models import Listing, Skill, SwapLeg
from ...services import LegTerms


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something that can be taught: an offer of the giver, a want of the receiver, or what is agreed on already."""

    skill: Skill
    listing: Listing | None = None
    is_wanted: bool = False

    @property
    def key(self) -> str:
        return str(self.listing.pk) if self.listing else f"skill-{self.skill.pk}"

    @property
    def offer(self) -> Listing | None:
        return self.listing if self.listing and self.listing.kind == Listing.Kind.OFFER else None

    def __str__(self) -> str:
        return self.skill.name


@dataclass(frozen=True, kw_only=True)
class Side:
    """One direction between two members, and all that it could be about."""

    giver: User
    receiver: User
    choices: Sequence[Choice]

    def keys_of(self, skills: Iterable[int]) -> list[str]:
        """What to tick for these skills."""
        wanted = set(skills)
        return [choice.key for choice in self.choices if choice.skill.pk in wanted]

    def legs(self, keys: Iterable[str], *, skill: Skill | None, points: int) -> Iterator[LegTerms]:
        """What was ticked and the skill that was named, which may be the same."""
        ticked = set(keys)
        chosen = [choice for choice in self.choices if choice.key in ticked]
        if skill is not None and skill.pk not in {choice.skill.pk for choice in chosen}:
            chosen.append(next((one for one in self.choices if one.skill.pk == skill.pk), Choice(skill=skill)))
        for choice in chosen:
            yield LegTerms(
                giver=self.giver, receiver=self.receiver, skill=choice.skill, listing=choice.listing, points=points
            )


def sides_between(person: User, partner: User, legs: Sequence[SwapLeg] = ()) -> tuple[Side, Side]:
    """What ``person`` gets from ``partner`` and gives to them. What ``legs`` have is among the choices."""
    shown = Listing.objects.visible_to(person).advertised().filter(owner__in=[person.pk, partner.pk])
    listings = list(shown.select_related("skill").order_by("skill__name", "pk"))
    get = _side(partner, person, listings, legs)
    give = _side(person, partner, listings, legs, with_wants=True)
    return get, give


def _side(
    giver: User, receiver: User, listings: Sequence[Listing], legs: Sequence[SwapLeg], *, with_wants: bool = False
) -> Side:
    """Offers that the receiver wants, with ``with_wants`` what else they want, then the other offers."""
    offers = [one for one in listings if one.owner_id == giver.pk and one.kind == Listing.Kind.OFFER]
    wants = [one for one in listings if one.owner_id == receiver.pk and one.kind == Listing.Kind.WANT]
    offered, wanted = {one.skill_id for one in offers}, {one.skill_id for one in wants}
    choices = [Choice(skill=one.skill, listing=one, is_wanted=True) for one in offers if one.skill_id in wanted]
    if with_wants:
        missing = (one for one in wants if one.skill_id not in offered)
        choices += [Choice(skill=one.skill, listing=one, is_wanted=True) for one in missing]
    choices += [Choice(skill=one.skill, listing=one) for one in offers if one.skill_id not in wanted]
    known = {choice.skill.pk for choice in choices}
    own = (leg for leg in legs if leg.giver.user_id == giver.pk and leg.skill_id not in known)
    choices += [Choice(skill=leg.skill) for leg in own]
    return Side(giver=giver, receiver=receiver, choices=choices)
