"""Who may do what on the pages of members and listings, and on those of one's own profile and listings."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import EVERYBODY, FINDERS, NOBODY, OWNER, SIGNED_IN, Body, just, nothing
from .exchange_world import picture
from .pages import PageCase, form_cases, page_cases_of
from .world import EXACT_PLACE

COUNTERPARTY = frozenset({"counterparty"})
WITH_PICTURE = frozenset({"owner"})


def member_cases() -> Iterator[PageCase]:
    found = {"owner": FINDERS, "recluse": COUNTERPARTY, "deactivated": NOBODY}
    yield PageCase(operation="GET members", allowed=EVERYBODY, public=True, lists=found)
    for thing, finders in found.items():
        yield PageCase(
            operation="GET member",
            allowed=finders,
            public=True,
            keys={"pk": thing},
            texts={"Patient.": finders if thing == "owner" else NOBODY},
        )


def listing_cases() -> Iterator[PageCase]:
    hidden = {"paused": NOBODY, "removed": NOBODY}
    offers = {"offer": FINDERS, "want": NOBODY, "recluse_offer": COUNTERPARTY, **hidden}
    wants = {"want": FINDERS, "offer": NOBODY, **hidden}
    for kind, found in (("offer", offers), ("want", wants)):
        yield PageCase(operation="GET listings", allowed=EVERYBODY, public=True, body=just(kind=kind), lists=found)
    readers = {"offer": FINDERS, "want": FINDERS, "paused": OWNER, "removed": NOBODY, "recluse_offer": COUNTERPARTY}
    for thing, finders in readers.items():
        yield PageCase(operation="GET listing", allowed=finders, public=True, keys={"pk": thing})


# One's own


def own_profile_cases() -> Iterator[PageCase]:
    profile = {"display_name": "New name", "bio": "Hello", "languages": ["ar", "en"], "time_zone": "Africa/Cairo"}
    yield from form_cases("own-profile", SIGNED_IN, just(**profile, **EXACT_PLACE, visibility="members"))
    yield from form_cases("own-avatar", SIGNED_IN, lambda world, me: {"avatar": picture()})
    yield from form_cases("own-avatar-remove", SIGNED_IN, idle=SIGNED_IN - WITH_PICTURE)
    yield from form_cases(
        "skill-propose", SIGNED_IN, lambda world, me: {"name": "Lockpicking", "category": world["category"].pk}
    )


def own_listing_cases() -> Iterator[PageCase]:
    own = {"offer": OWNER, "paused": OWNER, "want": NOBODY, "removed": NOBODY}
    yield PageCase(operation="GET own-listings", allowed=SIGNED_IN, lists=own)
    wants = {"offer": NOBODY, "want": OWNER}
    yield PageCase(operation="GET own-listings", allowed=SIGNED_IN, body=just(kind="want"), lists=wants)
    said = {"title": "Other", "level": "expert", "mode": "remote"}
    for kind, more in (("offer", {"price_points": 3}), ("want", {"priority": 5})):
        new = just(skill="Unlisted", **said, **more)
        yield from form_cases("listing-add", SIGNED_IN, new, query=just(kind=kind))
        yield from form_cases("listing-edit", OWNER, just(**said, **more), pk=kind)
    yield from form_cases("listing-edit", OWNER, just(**said), pk="paused")
    yield from form_cases("listing-edit", NOBODY, just(**said), pk="removed")
    yield from form_cases("listing-edit", NOBODY, just(**said), pk="recluse_offer")
    for command, thing in (("pause", "offer"), ("resume", "paused"), ("remove", "offer"), ("remove", "paused")):
        yield from form_cases(f"listing-{command}", OWNER, pk=thing)
    for command in ("pause", "resume", "remove"):
        yield PageCase(operation=f"POST listing-{command}", allowed=NOBODY, keys={"pk": "removed"})


def own_listing_part_cases() -> Iterator[PageCase]:
    image: Body = lambda world, me: {"file": picture(), "caption": "New"}  # noqa: E731
    question = just(question="How long?", answer="An hour.")
    for prefix, listing, owner in (
        ("", "offer", OWNER),
        ("removed_", "removed", NOBODY),
        ("recluse_", "recluse_offer", NOBODY),
    ):
        yield from form_cases("listing-pictures", owner, image, pk=listing)
        yield from form_cases("listing-picture-remove", owner, pk=listing, image_pk=f"{prefix}image")
        yield from form_cases("listing-question-add", owner, question, pk=listing)
        for page, body in (("listing-question-edit", question), ("listing-question-remove", nothing)):
            yield from form_cases(page, owner, body, pk=listing, faq_pk=f"{prefix}faq")
    yield from form_cases("listing-question-edit", OWNER, question, pk="paused", faq_pk="paused_faq")
    # What is the owner's, but hangs on something else of theirs.
    yield from form_cases("listing-picture-remove", NOBODY, pk="paused", image_pk="image")
    yield from form_cases("listing-question-edit", NOBODY, question, pk="paused", faq_pk="faq")


for cases in (member_cases, listing_cases, own_profile_cases, own_listing_cases, own_listing_part_cases):
    page_cases_of(cases())
