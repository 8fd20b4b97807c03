"""Run with the example site's settings: is this a state that the services could have produced? Prints what is not.

Every derived column is worked out again from the rows that it comes from.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from skillswap_kit.core.models import Event  # noqa: E402
from skillswap_kit.core.text import normalise  # noqa: E402
from skillswap_kit.exchange.conf import exchange_settings  # noqa: E402
from skillswap_kit.exchange.geo import Coordinates, snap  # noqa: E402
from skillswap_kit.exchange.models import (  # noqa: E402
    Category,
    Connection,
    Listing,
    Profile,
    Review,
    Session,
    Skill,
    Swap,
    SwapLeg,
)
from skillswap_kit.exchange.models.listings import listing_open_key  # noqa: E402
from skillswap_kit.exchange.services.connections import ordered_pair, pair_key  # noqa: E402
from skillswap_kit.exchange.services.proposals import terms_key  # noqa: E402

ENDED = {"declined", "cancelled", "expired", "completed"}


def faults() -> Iterator[str]:
    for check in (wrong_swaps, wrong_legs, wrong_sessions, wrong_listings, wrong_profiles, wrong_skills, wrong_events):
        yield from check()


def wrong_swaps() -> Iterator[str]:
    connections = set(Connection.objects.values_list("pair_key", flat=True))
    for swap in Swap.objects.prefetch_related("participants", "legs__giver__user", "legs__receiver__user"):
        legs = list(swap.legs.all())
        key = terms_key([p.user_id for p in swap.participants.all()], [leg.skill_id for leg in legs])
        if swap.terms_key != key or swap.open_key != (key if swap.status == "proposed" else None):
            yield f"keys of {swap}"
        if swap.proposals.count() != swap.version:
            yield f"versions of {swap}"
        names = set(Event.objects.about(swap).values_list("name", flat=True))
        wanted = {"exchange.swap_proposed"} | ({f"exchange.swap_{swap.status}"} if swap.status in ENDED else set())
        wanted |= {"exchange.swap_accepted"} if swap.accepted_at else set()
        wanted |= {"exchange.swap_started"} if swap.started_at else set()
        if not wanted <= names:
            yield f"events of {swap}: {wanted - names}"
        pairs = {pair_key(*ordered_pair(leg.giver.user, leg.receiver.user)) for leg in legs}
        if swap.accepted_at and not pairs <= connections:
            yield f"connections of {swap}"


def wrong_legs() -> Iterator[str]:
    for leg in SwapLeg.objects.select_related("swap"):
        expected = {"completed": {"confirmed"}, "proposed": {"open"}, "accepted": {"open"}}
        ended = {status: {"void"} for status in ("declined", "cancelled", "expired")}
        if leg.status not in {**expected, **ended}.get(leg.swap.status, {"open", "confirmed"}):
            yield f"leg {leg}"
        if (leg.status == "confirmed") != (leg.confirmed_at is not None):
            yield f"time of leg {leg}"


def wrong_sessions() -> Iterator[str]:
    asked = Counter(Event.objects.filter(name="exchange.session_requested").values_list("subject", flat=True))
    for session in Session.objects.select_related("swap"):
        if asked[f"skillswap_exchange.Session:{session.pk}"] != 1:
            yield f"request of session {session.pk}"
        if (session.status == "completed") != (session.completed_at is not None):
            yield f"time of session {session.pk}"
        if session.swap.status in ENDED and session.status == "pending":
            yield f"session {session.pk} of an ended swap"


def wrong_listings() -> Iterator[str]:
    for listing in Listing.objects.all():
        key = listing_open_key(listing.owner_id, listing.kind, listing.skill_id)
        if listing.open_key != (None if listing.status == "removed" else key):
            yield f"key of listing {listing.pk}"
        if listing.search_text != normalise(f"{listing.title} {listing.description}"):
            yield f"search text of listing {listing.pk}"


def wrong_profiles() -> Iterator[str]:
    weight, mean = exchange_settings.RATING_PRIOR_WEIGHT, exchange_settings.RATING_PRIOR_MEAN
    for profile in Profile.objects.select_related("user"):
        ratings = list(Review.objects.published().filter(about=profile.user).values_list("rating", flat=True))
        rating = (weight * mean + sum(ratings)) / (weight + len(ratings)) if ratings else None
        if (profile.rating, profile.rating_count) != (rating, len(ratings)):
            yield f"rating of {profile.pk}"
        before = profile.search_name, profile.search_place
        profile.fill_search()
        if before != (profile.search_name, profile.search_place):
            yield f"search name of {profile.pk}"
        if profile.latitude is not None and profile.longitude is not None:
            cell = Coordinates(latitude=profile.latitude, longitude=profile.longitude)
            if snap(cell) != cell:
                yield f"place of {profile.pk}"
        if not profile.user.email.endswith("@example.com"):
            yield f"address of {profile.pk}"


def wrong_skills() -> Iterator[str]:
    for skill in Skill.objects.exclude(status="merged").prefetch_related("aliases"):
        names = filter(None, [skill.name, skill.name_en, skill.name_ar])
        keys = dict.fromkeys([*map(normalise, names), *(alias.key for alias in skill.aliases.all())])
        if set(skill.search_text.strip("\n").split("\n")) != set(keys):
            yield f"search text of {skill}"
        if skill.status == "approved" and not (skill.name_en and skill.name_ar and skill.aliases.all()):
            yield f"names of {skill}"


def wrong_events() -> Iterator[str]:
    if waiting := Event.objects.exclude(state="delivered").count():
        yield f"{waiting} events not delivered"


def count(model: type, field: str) -> dict[str, int]:
    return dict(Counter(model._default_manager.values_list(field, flat=True)))  # type: ignore[attr-defined]


json.dump(
    {
        "faults": list(faults()),
        "users": get_user_model().objects.count(),
        "profiles": Profile.objects.count(),
        "avatars": Profile.objects.exclude(avatar="").count(),
        "categories": Category.objects.count(),
        "inner categories": Category.objects.exclude(parent=None).count(),
        "skills": count(Skill, "status"),
        "listings": count(Listing, "kind"),
        "listing states": count(Listing, "status"),
        "swaps": count(Swap, "status"),
        "kinds": count(Swap, "kind"),
        "sessions": count(Session, "status"),
        "published reviews": Review.objects.published().count(),
        "hidden reviews": Review.objects.filter(published_at=None).count(),
        "connections": Connection.objects.standing().count(),
        "removed connections": Connection.objects.exclude(removed_at=None).count(),
    },
    sys.stdout,
)
