"""What members do with the matching: ask for partners, and say who is not for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import profile_for_update

from .candidates import Narrow, Selection
from .contact import Contact, contacts_of_unconnected
from .matchers import get_matcher
from .matches import Candidate, Rank
from .models import Dismissal
from .reasons import Reason, reasons_for
from .scoring import UTILITY_UNIT
from .signals import dismissal_undone, member_dismissed


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """Somebody who fits, as one viewer sees them; the profile is joined with its user."""

    candidate: Candidate
    profile: Profile
    contact: Contact
    reasons: list[Reason] | None
    """None where nobody asked for them."""

    @property
    def score(self) -> float:
        return self.candidate.score

    @property
    def gets(self) -> float:
        """What the viewer gets; 1.0 is one want of full priority met by an offer of the highest level."""
        return self.candidate.gets / UTILITY_UNIT

    @property
    def gives(self) -> float:
        """What the other gets, in the same unit."""
        return self.candidate.gives / UTILITY_UNIT


@dataclass(frozen=True, kw_only=True)
class Recommendations:
    """A page of them, best first. ``next`` is where the following one begins, None where there is none."""

    rows: list[Recommendation]
    next: Rank | None


def recommend(
    *,
    by: User,
    limit: int = 10,
    after: Rank | None = None,
    narrow: Narrow | None = None,
    explain: bool = False,
    matcher: str = "default",
) -> Recommendations:
    """The best partners of a member. Raises ImproperlyConfigured for a matcher that is none.

    ``narrow`` keeps the profiles that were asked for, as ``MatchFilterSet.filter_queryset`` does; ``after`` is the
    ``next`` of the page before; ``explain`` adds the reasons.
    """
    selection = Selection(by, narrow)
    candidates = get_matcher(matcher).match(by, limit=limit + 1, selection=selection, after=after)
    shown = candidates[:limit]
    return Recommendations(
        rows=_shown(by, shown, explain=explain) if shown else [],
        next=shown[-1].rank if len(candidates) > limit else None,
    )


def _shown(by: User, candidates: Collection[Candidate], *, explain: bool) -> list[Recommendation]:
    rows = Profile.objects.filter(pk__in=[candidate.number for candidate in candidates]).order_by()
    profiles = {row.pk: row for row in rows.select_related("user")}
    # The selection has left out whoever is connected.
    contacts = contacts_of_unconnected(by, [row.user_id for row in profiles.values()])
    reasons = reasons_for(by, list(profiles.values())) if explain else {}
    return [
        Recommendation(
            candidate=candidate,
            profile=profiles[candidate.number],
            contact=contacts[profiles[candidate.number].user_id],
            reasons=reasons.get(candidate.number),
        )
        for candidate in candidates
        # Somebody may have left since the matcher looked.
        if candidate.number in profiles
    ]


@kit_atomic()
def dismiss_member(*, by: User, member: User) -> Dismissal:
    """“Not for me”: do not suggest this member again. To say it twice changes nothing.

    Raises NotFound for somebody whom one may not find, InvalidInput for oneself.
    """
    if member.pk == by.pk:
        raise InvalidInput(fields={"member": [_("This is you.")]})
    if not Profile.objects.visible_to(by).filter(user=member.pk).exists():
        raise NotFound
    # One member's dismissals happen one after the other, so that the second of two alike finds the first.
    profile_for_update(by)
    dismissal, is_new = Dismissal.objects.get_or_create(by_id=by.pk, about_id=member.pk)
    if is_new:
        member_dismissed.record(by=by, about_id=member.pk)
    return dismissal


@kit_atomic()
def undo_dismissal(*, by: User, member: User) -> None:
    """Suggest this member again. Who was not dismissed stays as they are."""
    deleted, _rows = Dismissal.objects.visible_to(by).filter(about=member.pk).delete()
    if deleted:
        dismissal_undone.record(by=by, about_id=member.pk)
