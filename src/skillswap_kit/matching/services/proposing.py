"""Asking somebody who was recommended for a swap, in one click."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.text import isolated
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Skill, Swap
from skillswap_kit.exchange.services import LegTerms, propose_swap

from ..rows import Similar, read_similar
from ..scoring import best_skill
from ..sides import Side, read_sides
from .members import check_other_member


@dataclass(frozen=True, kw_only=True)
class MatchTerms:
    """What one click proposes: the offers by which one is taught, and teaches."""

    gets: Listing
    gives: Listing

    @property
    def learn(self) -> Skill:
        return self.gets.skill

    @property
    def teach(self) -> Skill:
        return self.gives.skill


def match_terms(*, by: User, member: User) -> MatchTerms | None:
    """What is worth the most to each of the two; None where one has nothing to teach the other.

    Raises NotFound for somebody whom one may not find, InvalidInput for oneself.
    """
    check_other_member(by, member)
    sides = read_sides([by.pk, member.pk])
    own, theirs = sides[by.pk], sides[member.pk]
    similar = read_similar(own.member)
    gets, gives = _best_offer(own, theirs, similar), _best_offer(theirs, own, similar)
    return MatchTerms(gets=gets, gives=gives) if gets and gives else None


def _best_offer(learner: Side[Listing], teacher: Side[Listing], similar: Similar) -> Listing | None:
    """By which the one teaches the other what is worth the most to them."""
    best = best_skill(learner.wanted, teacher.offered, similar)
    return teacher.offers[best.taught] if best else None


@kit_atomic()
def propose_match(
    *,
    by: User,
    member: User,
    learn: int | None = None,
    teach: int | None = None,
    message: str = "",
    days: int | None = None,
) -> Swap:
    """Ask a member for the skill that one gets the most from, in return for the one that they get the most from.

    ``learn``, ``teach``: the keys of these skills as one was shown them. Raises InvalidInput where they are others by
    now, or one of the two has nothing to teach the other; and what ``match_terms`` and ``propose_swap`` raise.
    """
    terms = match_terms(by=by, member=member)
    if terms is None:
        raise InvalidInput(fields={"member": [_("You two have nothing to teach each other any more.")]})
    _check_unchanged(terms, {"learn": learn, "teach": teach})
    legs = [
        LegTerms(giver=by, receiver=member, skill=terms.teach, listing=terms.gives),
        LegTerms(giver=member, receiver=by, skill=terms.learn, listing=terms.gets),
    ]
    return propose_swap(by=by, legs=legs, message=message, days=days)


def _check_unchanged(terms: MatchTerms, shown: dict[str, int | None]) -> None:
    """Whoever was shown other skills has not agreed to these. Raises InvalidInput."""
    present = {"learn": terms.learn, "teach": terms.teach}
    text = _("What you were shown has changed: it would be %(skill)s now.")
    changed = {
        name: [text % {"skill": isolated(present[name].name)}]
        for name, skill in shown.items()
        if skill is not None and skill != present[name].pk
    }
    if changed:
        raise InvalidInput(_("What you were shown has changed."), fields=changed)
