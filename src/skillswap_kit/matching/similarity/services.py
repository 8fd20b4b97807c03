"""Everything that changes which skills help with which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotFound
from skillswap_kit.core.locking import lock_row
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.services.staff import require_permission

from ..models import MAX_SIMILARITY, SkillSimilarity
from ..signals import similarity_changed

CHANGE_SIMILARITY = "skillswap_matching.change_skillsimilarity"
"""The permission to say which skills help with which."""

Source = SkillSimilarity.Source
Weights = Mapping[tuple[int, int], int]
"""By the keys of a wanted skill and one that helps: how much it helps, in hundredths from 1 to ``MAX_SIMILARITY``."""

PRECEDENCE = (Source.CURATED, Source.IMPORTED, Source.LEARNT, Source.PROVIDED)
"""Whose word counts where several know a pair: what people say before what is counted before what is computed."""
BATCH = 500


@kit_atomic()
def set_similarity(*, by: User, wanted: Skill, taught: Skill, weight: int) -> SkillSimilarity:
    """Staff say how much an offer of ``taught`` meets a want for ``wanted``; 0: not at all, whatever is learnt.

    Raises NotAllowed, NotFound, and InvalidInput for one and the same skill, skills that are not approved and weights
    that are not from 0 to ``MAX_SIMILARITY``.
    """
    locked = Skill.objects.select_for_update().order_by("pk").in_bulk([wanted.pk, taught.pk])
    require_permission(by, CHANGE_SIMILARITY)
    if len(locked) < len({wanted.pk, taught.pk}):
        raise NotFound
    _check(locked[wanted.pk], locked[taught.pk], weight)
    # Whoever writes a pair holds its skills, so nobody else inserts it meanwhile.
    row, _is_new = SkillSimilarity.objects.update_or_create(
        wanted=wanted, taught=taught, defaults={"weight": weight, "source": Source.CURATED}
    )
    similarity_changed.record(by=by, skill_id=wanted.pk)
    return row


def _check(wanted: Skill, taught: Skill, weight: int) -> None:
    problems = dict[str, list[str]]()
    for field, skill in (("wanted", wanted), ("taught", taught)):
        if skill.status != Skill.Status.APPROVED:
            problems[field] = [_("Choose a skill that is approved.")]
    if wanted == taught:
        problems["taught"] = [_("Choose another skill than the wanted one.")]
    if not 0 <= weight <= MAX_SIMILARITY:
        problems["weight"] = [_("From 0 to %(most)s.") % {"most": MAX_SIMILARITY}]
    if problems:
        raise InvalidInput(fields=problems)


@kit_atomic()
def remove_similarity(*, by: User, similarity: SkillSimilarity) -> None:
    """Forget a pair. What was not set by staff may come back with the next run of its command: set 0 to prevent it.

    Raises NotAllowed, NotFound.
    """
    similarity = lock_row(similarity)
    require_permission(by, CHANGE_SIMILARITY)
    similarity.delete()
    similarity_changed.record(by=by, skill_id=similarity.wanted_id)


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """How many pairs a replacement added, changed, removed; left to a source of precedence; left out as no skills."""

    added: int
    changed: int
    removed: int
    left: int
    unusable: int

    @property
    def is_change(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@kit_atomic()
def replace_similarities(*, source: str, weights: Weights, dry_run: bool = False) -> Replacement:
    """Let ``weights`` be all that this source knows. For commands: nobody's permission is asked.

    A pair that a source of higher ``PRECEDENCE`` knows stays as that one has it, so nothing of staff's is touched.
    Pairs with a skill that is not approved, or with itself, are left out. With ``dry_run`` it is counted and not
    written. Raises ValueError for the source of staff and for weights out of range.
    """
    rank = PRECEDENCE.index(Source(source))
    if rank == 0 or not all(0 < weight <= MAX_SIMILARITY for weight in weights.values()):
        raise ValueError(f"Weights are from 1 to {MAX_SIMILARITY}, and what staff set is not replaced.")
    # In the order in which everybody locks them. Merging waits until the rows that it has to move are there.
    approved = set(Skill.objects.approved().order_by("pk").select_for_update().values_list("pk", flat=True))
    usable = {pair: weight for pair, weight in weights.items() if pair[0] != pair[1] and approved.issuperset(pair)}
    present = {(row.wanted_id, row.taught_id): row for row in SkillSimilarity.objects.select_for_update()}
    taken = {pair for pair in usable if pair in present and PRECEDENCE.index(Source(present[pair].source)) < rank}
    wanted = {pair: weight for pair, weight in usable.items() if pair not in taken}
    added = [
        SkillSimilarity(wanted_id=pair[0], taught_id=pair[1], weight=weight, source=source)
        for pair, weight in wanted.items()
        if pair not in present
    ]
    changed = list(_changed(present, wanted, source))
    removed = [row.pk for pair, row in present.items() if row.source == source and pair not in wanted]
    done = Replacement(
        added=len(added),
        changed=len(changed),
        removed=len(removed),
        left=len(taken),
        unusable=len(weights) - len(usable),
    )
    if done.is_change and not dry_run:
        _write(added, changed, removed)
        similarity_changed.record(skill_id=None)
    return done


def _changed(
    present: Mapping[tuple[int, int], SkillSimilarity], wanted: Weights, source: str
) -> Iterator[SkillSimilarity]:
    now = timezone.now()
    for pair, weight in wanted.items():
        row = present.get(pair)
        if row and (row.weight, row.source) != (weight, source):
            row.weight, row.source, row.updated_at = weight, source, now
            yield row


def _write(added: Iterable[SkillSimilarity], changed: list[SkillSimilarity], removed: list[int]) -> None:
    for start in range(0, len(removed), BATCH):
        SkillSimilarity.objects.filter(pk__in=removed[start : start + BATCH]).delete()
    SkillSimilarity.objects.bulk_update(changed, ["weight", "source", "updated_at"], batch_size=BATCH)
    SkillSimilarity.objects.bulk_create(added, batch_size=BATCH)


@kit_atomic()
def move_similarities(*, skill: Skill) -> None:
    """Let the skill into which ``skill`` was merged take over what helps with it, and with what it helps.

    Where both know a pair, the source of higher ``PRECEDENCE`` stays, of equal ones the stronger. Done again it changes
    nothing, and neither for a skill that is not merged.
    """
    # As it is now: what it was merged into may have been merged further, and nobody merges that while this is locked.
    into = Skill.objects.select_for_update().filter(pk=skill.pk).values_list("merged_into", flat=True).first()
    if into is None:
        return
    both = (skill.pk, into)
    rows = SkillSimilarity.objects.select_for_update().filter(Q(wanted__in=both) | Q(taught__in=both)).order_by("pk")
    standing: dict[tuple[int, int], SkillSimilarity] = {}
    surplus: list[int] = []
    for row in sorted(rows, key=lambda row: (PRECEDENCE.index(Source(row.source)), -row.weight)):
        wanted, taught = (into if pk == skill.pk else pk for pk in (row.wanted_id, row.taught_id))
        if wanted == taught or standing.setdefault((wanted, taught), row) is not row:
            surplus.append(row.pk)
    moved = {pair: row for pair, row in standing.items() if pair != (row.wanted_id, row.taught_id)}
    if not moved and not surplus:
        return
    # First those that go, so that their places are free.
    SkillSimilarity.objects.filter(pk__in=surplus).delete()
    for (wanted, taught), row in moved.items():
        row.wanted_id, row.taught_id = wanted, taught
        row.save(update_fields=["wanted", "taught"])
    similarity_changed.record(skill_id=None)
