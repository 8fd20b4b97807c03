"""Merging two skills that mean the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..exceptions import InvalidTransition
from ..models import Listing, Skill, Swap, SwapLeg
from ..models.listings import listing_open_key
from ..models.vocabulary import CHANGE_SKILL
from ..signals import listing_updated, skill_merged
from .listings import lock_listings, record_listing, retire_listings
from .moves import rekey_swap
from .staff import require_permission
from .vocabulary import names_of, set_aliases


@kit_atomic()
def merge_skills(*, by: User, skill: Skill, into: Skill) -> Skill:
    """Let ``into`` take over the listings, legs, aliases and relations of ``skill``, and return it.

    Where a member has listings of both, the older one stays; where two open proposals become the same, one is
    cancelled. Raises NotAllowed, InvalidInput for a target that is the skill itself or is not approved, and
    InvalidTransition if the skill is merged or rejected already.
    """
    locked = Skill.objects.select_for_update().order_by("pk").in_bulk([skill.pk, into.pk])
    if len(locked) < len({skill.pk, into.pk}):
        raise NotFound
    skill, into = locked[skill.pk], locked[into.pk]
    require_permission(by, CHANGE_SKILL)
    if skill.status not in (Skill.Status.PROPOSED, Skill.Status.APPROVED):
        raise InvalidTransition
    if skill == into or into.status != Skill.Status.APPROVED:
        raise InvalidInput(fields={"into": [_("Choose another skill, one that is approved.")]})
    _move_listings(by, skill, into)
    _move_legs(skill, into)
    _move_names(skill, into)
    skill.status, skill.merged_into = Skill.Status.MERGED, into
    skill.save(update_fields=["status", "merged_into"])
    skill_merged.record(by=by, skill_id=skill.pk, into_id=into.pk)
    return into


def _move_listings(by: User, skill: Skill, into: Skill) -> None:
    kept = [listing for listing in lock_listings([skill, into]) if listing.status != Listing.Status.REMOVED]
    standing: dict[str, Listing] = {}
    surplus: list[Listing] = []
    for listing in sorted(kept, key=lambda listing: (listing.created_at, listing.pk)):
        key = listing_open_key(listing.owner_id, listing.kind, into.pk)
        if standing.setdefault(key, listing) is not listing:
            surplus.append(listing)
    # First those that go, so that their keys are free.
    retire_listings(by=by, listings=surplus)
    for key, listing in standing.items():
        if listing.skill_id == skill.pk:
            listing.skill, listing.open_key = into, key
            listing.save(update_fields=["skill", "open_key", "updated_at"])
            record_listing(listing_updated, listing, by=by)
    Listing.objects.filter(skill=skill).update(skill=into)


def _move_legs(skill: Skill, into: Skill) -> None:
    concerned = Swap.objects.filter(pk__in=SwapLeg.objects.filter(skill=skill).values("swap"))
    # The swaps before their legs, as everywhere.
    swaps = list(concerned.order_by("pk").select_for_update())
    SwapLeg.objects.filter(skill=skill).update(skill=into)
    for swap in swaps:
        # Their keys still count: of proposals for there being one, of refusals for the time until the next.
        if swap.status in (Swap.Status.PROPOSED, Swap.Status.DECLINED):
            rekey_swap(swap=swap)


def _move_names(skill: Skill, into: Skill) -> None:
    names = [alias.name for each in (into, skill) for alias in each.aliases.all()]
    set_aliases(skill=into, names=[*names, *names_of(skill)])
    into.related.add(*skill.related.exclude(pk=into.pk))
    skill.related.clear()
    skill.aliases.all().delete()
    Skill.objects.filter(merged_into=skill).update(merged_into=into)
