"""Why two members fit, as data and as sentences in the language of whoever reads them.

MATCHING_REASONS names the functions that say so, each for a whole page of matches in a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import BigIntegerField
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.conf import SETTINGS_NAME
from skillswap_kit.core.prepared import Prepared, is_among
from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.exchange.geo import Coordinates, distance_km
from skillswap_kit.exchange.models import Profile, Skill
from skillswap_kit.exchange.models.listings import Level
from skillswap_kit.exchange.services import profile_of

from .conf import matching_settings
from .matches import MatchedSkill
from .rows import read_similar
from .scoring import HIGHEST_PRIORITY, UTILITY_UNIT
from .sides import Grade, Side, read_grades, taught_by_value

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_OF_A_KIND = 10
"""More skills than that convince nobody more."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason for a match, in the eyes of the viewer. ``kind`` is for programs, ``text`` for people."""

    kind: str
    text: str
    data: Mapping[str, Any]
    """Plain values, such as JSON holds."""


Reasons = Mapping[int, Sequence[Reason]]
"""By the keys of the profiles; who is not in it has none, and nobody reads those of a profile not asked about."""
ReasonFunction = Callable[[User, Sequence[Profile]], Reasons]
"""Says why profiles, joined with their users, fit a viewer."""


def reasons_for(viewer: User, profiles: Sequence[Profile], *, to_learn: Skill | None = None) -> dict[int, list[Reason]]:
    """All that is to be said of each of these matches, in the order of MATCHING_REASONS.

    ``to_learn``: what the viewer wants instead of what they list, as far as skills are said to be a reason.
    """
    found: dict[int, list[Reason]] = {profile.pk: [] for profile in profiles}
    for function in _functions() if profiles else ():
        give_reasons = partial(skill_reasons, to_learn=to_learn) if function is skill_reasons else function
        for number, reasons in give_reasons(viewer, profiles).items():
            if number in found:
                found[number] += reasons
    return found


def _functions() -> list[ReasonFunction]:
    try:
        return [import_string(path) for path in matching_settings.REASONS]
    except ImportError as error:
        where = f'{SETTINGS_NAME}["{type(matching_settings).REASONS.key}"]'
        raise ImproperlyConfigured(f"{where} cannot be imported: {error}") from error


def skill_reasons(viewer: User, profiles: Sequence[Profile], *, to_learn: Skill | None = None) -> Reasons:
    """What the viewer gets and what they give, the most valuable first, at most MOST_OF_A_KIND each; three queries.

    With ``to_learn`` that skill is all that they want.
    """
    sides = read_grades([viewer.pk, *(profile.user_id for profile in profiles)])
    own = sides[viewer.pk]
    if to_learn is not None:
        own = Side(offers=own.offers, wants={to_learn.pk: Grade(priority=HIGHEST_PRIORITY)})
    similar, others = read_similar(own.member), {profile.pk: sides[profile.user_id] for profile in profiles}
    gets = {number: taught_by_value(own, other, similar)[:MOST_OF_A_KIND] for number, other in others.items()}
    gives = {number: taught_by_value(other, own, similar)[:MOST_OF_A_KIND] for number, other in others.items()}
    names = _names_of(chain(*gets.values(), *gives.values()))
    learnt, taught = _GETS.spoken(), _GIVES.spoken()
    return {
        number: [
            *(learnt.reason(matched, names, other.offers[matched.taught]) for matched in gets[number]),
            *(taught.reason(matched, names, own.offers[matched.taught]) for matched in gives[number]),
        ]
        for number, other in others.items()
    }


SKILLS = Prepared(lambda: Skill.objects.filter(is_among("pk", "skills", BigIntegerField())).order_by())


def _names_of(matched: Iterable[MatchedSkill]) -> Mapping[int, str]:
    """The names of all these skills in the reader's language."""
    keys = {key for skill in matched for key in (skill.wanted, skill.taught)}
    return {skill.pk: skill.name for skill in SKILLS.objects(skills=keys)}


@dataclass(frozen=True, kw_only=True)
class _Sentences:
    """How one direction is said."""

    kind: str
    of_skill: _StrPromise
    of_similar: _StrPromise

    def spoken(self) -> _Spoken:
        """In the reader's language."""
        levels = {level.value: str(level.label) for level in Level}
        return _Spoken(kind=self.kind, of_skill=str(self.of_skill), of_similar=str(self.of_similar), levels=levels)


@dataclass(frozen=True, kw_only=True)
class _Spoken:
    """The same in one language: looked up once for all the reasons of a page."""

    kind: str
    of_skill: str
    of_similar: str
    levels: Mapping[str, str]

    def reason(self, matched: MatchedSkill, names: Mapping[int, str], offer: Grade) -> Reason:
        wanted, taught = names[matched.wanted], names[matched.taught]
        sentence = self.of_similar if matched.is_similar_only else self.of_skill
        words = {"wanted": isolated(wanted), "taught": isolated(taught), "level": self.levels[offer.level]}
        data = {
            "wanted": {"id": matched.wanted, "name": wanted},
            "taught": {"id": matched.taught, "name": taught},
            "level": offer.level,
            "value": matched.value / UTILITY_UNIT,
        }
        return Reason(kind=self.kind, text=sentence % words, data=data)


_GETS = _Sentences(
    kind="gets",
    of_skill=_("You can learn %(taught)s from them (%(level)s)."),
    of_similar=_("You can learn %(taught)s from them (%(level)s), which helps with %(wanted)s."),
)
_GIVES = _Sentences(
    kind="gives",
    of_skill=_("They want to learn %(wanted)s, which you offer."),
    of_similar=_("They want to learn %(wanted)s. Your %(taught)s helps with it."),
)


def distance_reasons(viewer: User, profiles: Sequence[Profile]) -> Reasons:
    """How far apart the two cells are, in whole kilometres; nothing where one of the two names no place."""
    here = _cell(profile_of(viewer))
    if here is None:
        return {}
    cells = ((profile.pk, _cell(profile)) for profile in profiles)
    return {number: [_distance_reason(distance_km(here, cell))] for number, cell in cells if cell is not None}


def _cell(profile: Profile) -> Coordinates | None:
    if profile.latitude is None or profile.longitude is None:
        return None
    return Coordinates(latitude=profile.latitude, longitude=profile.longitude)


def _distance_reason(distance: float) -> Reason:
    km = round(distance)
    text = gettext("Lives about %(km)s km from you.") % {"km": km} if km else gettext("Lives in your area.")
    return Reason(kind="distance", text=text, data={"km": km})
