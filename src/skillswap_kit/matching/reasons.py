"""Why two members fit, as data and as sentences in the language of whoever reads them.

MATCHING_REASONS names the functions that say so, each for a whole page of matches in a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from skillswap_kit.core.conf import SETTINGS_NAME
from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.exchange.geo import Coordinates, distance_km
from skillswap_kit.exchange.models import Listing, Profile
from skillswap_kit.exchange.services import profile_of

from .conf import matching_settings
from .matches import MatchedSkill, Member
from .rows import Similar, read_similar
from .scoring import UTILITY_UNIT, get_scoring, matched_skills


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason for a match, in the eyes of the viewer. ``kind`` is for programs, ``text`` for people."""

    kind: str
    text: str
    data: Mapping[str, Any]
    """Plain values, such as JSON holds."""


Reasons = Mapping[int, Sequence[Reason]]
"""By the keys of the profiles; who is not in it has none."""
ReasonFunction = Callable[[User, Sequence[Profile]], Reasons]
"""Says why profiles, joined with their users, fit a viewer."""


def reasons_for(viewer: User, profiles: Sequence[Profile]) -> dict[int, list[Reason]]:
    """All that is to be said of each of these matches, in the order of MATCHING_REASONS."""
    found: dict[int, list[Reason]] = {profile.pk: [] for profile in profiles}
    for give_reasons in _functions() if profiles else ():
        for number, reasons in give_reasons(viewer, profiles).items():
            found[number] += reasons
    return found


def _functions() -> list[ReasonFunction]:
    try:
        return [import_string(path) for path in matching_settings.REASONS]
    except ImportError as error:
        where = f'{SETTINGS_NAME}["{type(matching_settings).REASONS.key}"]'
        raise ImproperlyConfigured(f"{where} cannot be imported: {error}") from error


def skill_reasons(viewer: User, profiles: Sequence[Profile]) -> Reasons:
    """What the viewer gets and what they give, the most valuable first; two queries."""
    sides = _read_sides([viewer.pk, *(profile.user_id for profile in profiles)])
    own = sides[viewer.pk]
    similar = read_similar(Member(number=0, offers=own.offered, wants=own.wanted))
    return {
        profile.pk: [*_gets(own, sides[profile.user_id], similar), *_gives(own, sides[profile.user_id], similar)]
        for profile in profiles
    }


@dataclass
class _Side:
    """The listings of one member by skill."""

    offers: dict[int, Listing] = field(default_factory=dict)
    wants: dict[int, Listing] = field(default_factory=dict)

    @cached_property
    def offered(self) -> dict[int, int]:
        weigh = get_scoring().offer_weight
        return {skill: weigh(offer.level) for skill, offer in self.offers.items()}

    @cached_property
    def wanted(self) -> dict[int, int]:
        weigh = get_scoring().want_weight
        return {skill: weigh(want.priority) for skill, want in self.wants.items()}


def _read_sides(users: Iterable[Any]) -> defaultdict[Any, _Side]:
    sides = defaultdict[Any, _Side](_Side)
    listings = Listing.objects.advertised().filter(owner__in=users).order_by().select_related("skill")
    for listing in listings.defer("description", "search_text"):
        side = sides[listing.owner_id]
        (side.offers if listing.kind == Listing.Kind.OFFER else side.wants)[listing.skill_id] = listing
    return sides


def _gets(own: _Side, other: _Side, similar: Similar) -> Iterator[Reason]:
    for matched in _by_value(own, other, similar):
        wanted, offer = own.wants[matched.wanted], other.offers[matched.taught]
        words = _words(wanted, offer)
        if matched.is_similar_only:
            text = _("You can learn %(taught)s from them (%(level)s), which helps with %(wanted)s.") % words
        else:
            text = _("You can learn %(taught)s from them (%(level)s).") % words
        yield Reason(kind="gets", text=text, data=_skill_data(wanted, offer, matched))


def _gives(own: _Side, other: _Side, similar: Similar) -> Iterator[Reason]:
    for matched in _by_value(other, own, similar):
        wanted, offer = other.wants[matched.wanted], own.offers[matched.taught]
        words = _words(wanted, offer)
        if matched.is_similar_only:
            text = _("They want to learn %(wanted)s. Your %(taught)s helps with it.") % words
        else:
            text = _("They want to learn %(wanted)s, which you offer.") % words
        yield Reason(kind="gives", text=text, data=_skill_data(wanted, offer, matched))


def _by_value(learner: _Side, teacher: _Side, similar: Similar) -> list[MatchedSkill]:
    matched = matched_skills(learner.wanted, teacher.offered, similar)
    return sorted(matched, key=lambda skill: (-skill.value, skill.wanted, skill.taught))


def _words(wanted: Listing, offer: Listing) -> dict[str, str]:
    return {
        "wanted": isolated(wanted.skill.name),
        "taught": isolated(offer.skill.name),
        "level": offer.get_level_display(),
    }


def _skill_data(wanted: Listing, offer: Listing, matched: MatchedSkill) -> dict[str, Any]:
    return {
        "wanted": {"id": wanted.skill_id, "name": wanted.skill.name},
        "taught": {"id": offer.skill_id, "name": offer.skill.name},
        "level": offer.level,
        "value": matched.value / UTILITY_UNIT,
    }


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
    text = _("Lives about %(km)s km from you.") % {"km": km} if km else _("Lives in your area.")
    return Reason(kind="distance", text=text, data={"km": km})
