"""What the matching adds to pages of the exchange: offers like this one, and why two members fit."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from skillswap_kit.core.composition import is_routed
from skillswap_kit.core.permissions import is_signed_in
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Connection, Listing, Profile
from skillswap_kit.exchange.people import People

from ..contact import open_proposals
from ..models import Dismissal
from ..reasons import reasons_for
from ..services import similar_offers
from .matches.shown import Fit, note_refusals

MOST_SIMILAR = 6


def offers_like_it(request: HttpRequest, *, listing: Listing, people: People, **what: Any) -> str:
    """Below an offer: others of its skill, and of what helps with it. A want is no offer, and has none."""
    if listing.kind != Listing.Kind.OFFER:
        return ""
    offers = similar_offers(viewer=request.user, listing=listing, limit=MOST_SIMILAR)
    if not offers:
        return ""
    people.add(offer.owner for offer in offers)
    context = {"offers": offers, "people": people, "skill": listing.skill}
    return render_to_string("skillswap_matching/slots/listing.html", context, request)


def why_you_fit(
    request: HttpRequest, *, profile: Profile, connection: Connection | None, people: People, **what: Any
) -> str:
    """Beside a member: what the viewer and they can teach each other, and what to do about it."""
    viewer = cast("User", request.user)
    if not is_signed_in(viewer) or profile.user_id == viewer.pk or not is_routed("skillswap_matching:matches"):
        return ""
    reasons = reasons_for(viewer, [profile])[profile.pk]
    if not {"gets", "gives"} & {reason.kind for reason in reasons}:
        return ""
    proposal = open_proposals(viewer, [profile.user_id]).get(profile.user_id)
    fit = Fit(people.show(profile.user), reasons, proposal=proposal, is_connected=connection is not None)
    note_refusals([fit], viewer)
    is_dismissed = Dismissal.objects.visible_to(viewer).filter(about=profile.user_id).exists()
    context = {"fit": fit, "is_dismissed": is_dismissed}
    return render_to_string("skillswap_matching/slots/member.html", context, request)
