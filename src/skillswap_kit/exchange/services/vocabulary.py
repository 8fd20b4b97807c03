"""The vocabulary of skills: finding them by any of their names, proposing, approving and rejecting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from django.db import IntegrityError, models
from django.db.models import Case, QuerySet, Value, When
from django.utils.text import slugify
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.locking import lock_row, unique_key
from skillswap_kit.core.text import MAX_QUERY_LENGTH, normalise
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.translation.languages import language_columns
from skillswap_kit.core.types import User, Viewer

from ..conf import exchange_settings
from ..exceptions import InvalidTransition, LimitReached, SkillExists
from ..models import Category, Listing, Skill, SkillAlias
from ..models.vocabulary import CHANGE_SKILL
from ..signals import skill_approved, skill_proposed, skill_rejected
from .cleaning import check_fields, one_line
from .listings import lock_listings, retire_listings
from .members import profile_for_update
from .staff import require_permission
from .suggesting import Spelling

MAX_ALIASES = 30
"""Most aliases that a member can propose with a skill. Staff and merges are not bound by it."""

MAX_MISSPELT = 5
"""Most skills that are suggested for what is no name."""

EDGE = "\n"
"""Stands before and after every name in ``Skill.search_text``, so that a whole name can be looked for."""


@dataclass(frozen=True, kw_only=True)
class SkillSuggestion:
    """A skill and the one of its names that what was typed matched best."""

    skill: Skill
    matched: str


def names_of(skill: Skill) -> list[str]:
    """The names of a skill in all languages, that of the active language first; no aliases."""
    columns = [column for column in language_columns("name") if hasattr(skill, column)]
    translations = (getattr(skill, column) for column in columns)
    return list(dict.fromkeys(filter(None, [skill.name, *translations])))


def resolve_skill(text: str, *, viewer: Viewer | None = None) -> Skill | None:
    """The skill that a name, in any language, or an alias stands for; a name is better than an alias.

    Only approved skills are found, and with ``viewer`` those as well that this person proposed.
    """
    # No name is longer, and SQLite refuses to look for a very long one.
    key = normalise(text) if len(text) <= MAX_QUERY_LENGTH else ""
    if not key:
        return None
    skills = Skill.objects.approved() if viewer is None else Skill.objects.usable_by(viewer)
    found = list(skills.filter(search_text__contains=f"{EDGE}{key}{EDGE}").order_by("pk"))
    named = (skill for skill in found if key in map(normalise, names_of(skill)))
    return next(named, found[0] if found else None)


def resolve_skills(texts: Iterable[str]) -> dict[str, int]:
    """The keys of the skills that these texts stand for, as :func:`resolve_skill` has it; texts for none are left out.

    For a great many texts at once: it reads the whole vocabulary, in one query.
    """
    by_alias, by_name = dict[str, int](), dict[str, int]()
    for skill in Skill.objects.approved().order_by("pk"):
        for key in skill.search_text.split(EDGE):
            by_alias.setdefault(key, skill.pk)
        for name in names_of(skill):
            by_name.setdefault(normalise(name), skill.pk)
    found = by_alias | by_name
    return {text: found[key] for text in texts if (key := normalise(text)) and key in found}


def suggest_skills(query: str, *, viewer: Viewer, limit: int = 10, misspelt: bool = True) -> list[SkillSuggestion]:
    """What somebody who has typed ``query`` may mean: whole names first, then beginnings, then words inside.

    Where no name has these words, and unless ``misspelt`` is false, at most five skills with names spelt nearly so.
    """
    key = normalise(query[:MAX_QUERY_LENGTH])
    if not key:
        return []
    found = _with_words(query, key, viewer)[:limit]
    if found or not misspelt:
        return [SkillSuggestion(skill=skill, matched=_best_name(skill, key)) for skill in found]
    spelling = Spelling(key)
    return [
        SkillSuggestion(
            skill=skill, matched=max(_all_names(skill), key=lambda name: spelling.likeness(normalise(name)))
        )
        for skill in _spelt_like(spelling, viewer, min(limit, MAX_MISSPELT))
    ]


def _with_words(query: str, key: str, viewer: Viewer) -> QuerySet[Skill]:
    likeness = Case(
        When(search_text__contains=f"{EDGE}{key}{EDGE}", then=Value(0)),
        When(search_text__contains=f"{EDGE}{key}", then=Value(1)),
        When(search_text__contains=f" {key}", then=Value(2)),
        default=Value(3),
        output_field=models.SmallIntegerField(),
    )
    skills = Skill.objects.usable_by(viewer).matching(query).annotate(likeness=likeness)
    return _with_names(skills.order_by("likeness", "name", "pk"))


def _spelt_like(spelling: Spelling, viewer: Viewer, limit: int) -> list[Skill]:
    usable = Skill.objects.usable_by(viewer)
    numbers = spelling.nearest(usable.order_by().values_list("pk", "search_text"), limit=limit)
    skills = _with_names(usable).in_bulk(numbers)
    return [skills[number] for number in numbers if number in skills]


def _with_names(skills: QuerySet[Skill]) -> QuerySet[Skill]:
    return skills.select_related("category").prefetch_related("aliases")


def _all_names(skill: Skill) -> list[str]:
    return [*names_of(skill), *(alias.name for alias in skill.aliases.all())]


def _best_name(skill: Skill, key: str) -> str:
    def unlikeness(name: str) -> tuple[bool, bool, bool]:
        folded = normalise(name)
        return folded != key, not folded.startswith(key), key not in folded

    return min(_all_names(skill), key=unlikeness)


@kit_atomic()
def propose_skill(*, by: User, name: str, category: Category, aliases: Sequence[str] = ()) -> Skill:
    """Ask staff to take a new skill into the vocabulary; until then only the proposer can use it.

    Raises SkillExists if one of the names stands for a skill already, InvalidInput, LimitReached.
    """
    profile_for_update(by)
    if len(aliases) > MAX_ALIASES:
        raise InvalidInput(fields={"aliases": [_("Name at most %(limit)s.") % {"limit": MAX_ALIASES}]})
    _check_new(by, [name, *aliases])
    if not category.is_active:
        raise InvalidInput(fields={"category": [_("This category is closed.")]})
    waiting = Skill.objects.filter(proposed_by=by.pk, status=Skill.Status.PROPOSED)
    if waiting.count() >= exchange_settings.MAX_SKILL_PROPOSALS:
        raise LimitReached
    skill = Skill(name=name, category=category, status=Skill.Status.PROPOSED, proposed_by_id=by.pk)
    save_skill(skill=skill)
    set_aliases(skill=skill, names=aliases)
    skill_proposed.record(by=by, skill_id=skill.pk)
    return skill


def _check_new(by: User, names: Iterable[str]) -> None:
    for name in names:
        if existing := resolve_skill(name, viewer=by):
            raise SkillExists(existing.pk, str(existing))


@kit_atomic()
def approve_skill(*, by: User, skill: Skill) -> Skill:
    """Take a proposed skill into the vocabulary. Raises NotAllowed, InvalidTransition, or SkillExists: then merge."""
    skill = _for_decision(by, skill)
    # The same row for all, so that of two with equal names the later approval finds the earlier.
    Category.objects.select_for_update().order_by("pk").first()
    for name in _all_names(skill):
        if existing := resolve_skill(name):
            raise SkillExists(existing.pk, str(existing))
    skill.status = Skill.Status.APPROVED
    skill.save(update_fields=["status"])
    skill_approved.record(by=by, skill_id=skill.pk)
    return skill


@kit_atomic()
def reject_skill(*, by: User, skill: Skill) -> Skill:
    """Refuse a proposed skill; listings of it are removed. Raises NotAllowed, InvalidTransition."""
    skill = _for_decision(by, skill)
    skill.status = Skill.Status.REJECTED
    skill.save(update_fields=["status"])
    kept = [listing for listing in lock_listings([skill]) if listing.status != Listing.Status.REMOVED]
    retire_listings(by=by, listings=kept)
    skill_rejected.record(by=by, skill_id=skill.pk)
    return skill


def _for_decision(by: User, skill: Skill) -> Skill:
    skill = lock_row(skill)
    require_permission(by, CHANGE_SKILL)
    if skill.status != Skill.Status.PROPOSED:
        raise InvalidTransition
    return skill


@kit_atomic()
def save_skill(*, skill: Skill) -> Skill:
    """Write a new or edited skill with a free slug and its search text. Whoever calls has checked the permission.

    Raises InvalidInput.
    """
    _clean_names(skill)
    skill.search_text = _search_text(skill)
    if skill.slug:
        skill.save()
    else:
        _save_with_free_slug(skill)
    return skill


def _clean_names(skill: Skill) -> None:
    """Each name by itself: through ``name``, what the active language lacks would be filled from another one."""
    columns = [column for column in language_columns("name") if hasattr(skill, column)] or ["name"]
    names = {column: one_line(text) for column in columns if (text := getattr(skill, column))}
    for text in names.values() or [""]:
        check_fields(Skill(name=text), {"name"})
    for column, text in names.items():
        setattr(skill, column, text)
    check_fields(skill, {"category"})


def _save_with_free_slug(skill: Skill) -> None:
    base = slugify(skill.name, allow_unicode=True)[:90] or "skill"
    for number in count(1):
        skill.slug = base if number == 1 else f"{base}-{number}"
        try:
            with kit_atomic():
                skill.save()
        except IntegrityError:
            if not Skill.objects.filter(slug=skill.slug).exists():
                raise
        else:
            return


@kit_atomic()
def set_aliases(*, skill: Skill, names: Collection[str]) -> None:
    """Replace the aliases of a saved skill; what its own names say already is left out. Raises InvalidInput."""
    own = set(map(normalise, names_of(skill)))
    wanted = {key: name for name in map(one_line, names) if (key := normalise(name)) and key not in own}
    aliases = [SkillAlias(skill=skill, name=name, key=key, key_hash=unique_key(key)) for key, name in wanted.items()]
    for alias in aliases:
        _check_alias(alias)
    # Only what differs: on MariaDB keys that are deleted and inserted again deadlock with their neighbours'.
    present = {alias.key: alias for alias in skill.aliases.all()}
    skill.aliases.filter(pk__in=[alias.pk for key, alias in present.items() if key not in wanted]).delete()
    SkillAlias.objects.bulk_create(alias for alias in aliases if alias.key not in present)
    for key, alias in present.items():
        if key in wanted and alias.name != wanted[key]:
            alias.name = wanted[key]
            alias.save(update_fields=["name"])
    refresh_search_text(skill=skill)


def _check_alias(alias: SkillAlias) -> None:
    try:
        check_fields(alias, {"name", "key"})
    except InvalidInput as error:
        messages = [message for of_field in error.fields.values() for message in of_field]
        raise InvalidInput(fields={"aliases": messages}) from error


def refresh_search_text(*, skill: Skill) -> None:
    """Store by what the skill can be found: its names in all languages and its aliases."""
    skill.search_text = _search_text(skill)
    skill.save(update_fields=["search_text"])


def _search_text(skill: Skill) -> str:
    aliases = skill.aliases.values_list("key", flat=True) if skill.pk else ()
    keys = dict.fromkeys(filter(None, [*map(normalise, names_of(skill)), *aliases]))
    return EDGE.join(["", *keys, ""])
