"""Every text that people can write, full of payloads, by the services: in a fresh database of the example site.

``write_everywhere`` runs in the settings of the example site and prints where all of it can be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from itertools import count, cycle
from typing import Any

from .pages import MAYA, People, Shown, kit_pages, rows
from .payloads import packed, payloads

ADMIN = "admin"
SCENES = len(packed(80))
"""One member for each text of the shortest kind."""
LIST_PAGES = range(1, 7)

# The field of a model, and how long its text may be.
WRITTEN = {
    "Profile.display_name": 80,
    "Profile.headline": 160,
    "Profile.bio": 4000,
    "Profile.place_name": 120,
    "Category.name": 80,
    "Category.description": 4000,
    # 80, with a number in front: no two skills have the same name.
    "Skill.name": 75,
    "SkillAlias.name": 75,
    "Listing.title": 120,
    "Listing.description": 4000,
    "ListingImage.caption": 160,
    "ListingFAQ.question": 200,
    "ListingFAQ.answer": 2000,
    "SwapProposal.message": 2000,
    "Swap.close_reason": 1000,
    "Session.topic": 160,
    "Session.place": 300,
    "Session.reason": 1000,
    "Review.comment": 2000,
}
NOT_WRITTEN = {
    "Profile.time_zone": "the name of a zone",
    "Profile.preferred_language": "the code of a language",
    "ProfileLanguage.code": "the code of a language",
    "Listing.language": "the code of a language",
    "ListingFAQ.language": "the code of a language",
    "Session.time_zone": "the name of a zone",
    "Category.slug": "letters, digits and dashes, by staff",
    "Category.icon": "sixteen characters, by staff",
    "Skill.slug": "made of the name: letters, digits and dashes",
}


def text_fields() -> set[str]:
    """What the models of the kit keep as text, unless it is one of a few words or nobody can write it."""
    from django.apps import apps
    from django.db.models import CharField, TextField

    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("skillswap_exchange").get_models()
        for field in model._meta.fields
        if isinstance(field, CharField | TextField)
        and field.editable
        and not field.choices
        # The columns of languages: what is written goes to that of the writer's language.
        and not field.name.endswith(("_en", "_ar"))
    }


class Pen:
    """Gives the next text for a field; together they hold all payloads."""

    def __init__(self) -> None:
        self.texts = {field: cycle(packed(limit)) for field, limit in WRITTEN.items()}

    def __call__(self, field: str) -> str:
        return next(self.texts[field])


class Author:
    """Lets people act who write nothing but payloads. One of them, ``hub``, deals with everybody."""

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model

        self.users = get_user_model().objects
        self.pen = Pen()
        self.numbers = count(1)
        self.admin = self.users.create_superuser(ADMIN, f"{ADMIN}@example.org")
        self.hub = self.member(MAYA)
        self.skill = self.new_skill(self.hub)

    def member(self, name: str) -> Any:
        from skillswap_kit.exchange.services import update_profile

        user = self.users.create_user(name, f"{name}@example.org")
        names = ("display_name", "headline", "bio", "place_name")
        update_profile(by=user, **{field: self.pen(f"Profile.{field}") for field in names})
        return user

    def new_skill(self, member: Any) -> Any:
        from skillswap_kit.exchange.models import Category
        from skillswap_kit.exchange.services import approve_skill, propose_skill

        number = next(self.numbers)
        texts = {"name": self.pen("Category.name"), "description": self.pen("Category.description")}
        category = Category.objects.create(**texts, slug=f"category-{number}", icon="<b onclick=x>")
        name, alias = f"{number} {self.pen('Skill.name')}", f"{next(self.numbers)} {self.pen('SkillAlias.name')}"
        skill = propose_skill(by=member, name=name, category=category, aliases=[alias])
        return approve_skill(by=self.admin, skill=skill)

    def listing(self, member: Any, skill: Any, kind: str) -> Any:
        from skillswap_kit.exchange.services import add_listing_faq, add_listing_image, create_listing

        texts = {"title": self.pen("Listing.title"), "description": self.pen("Listing.description")}
        listing = create_listing(by=member, kind=kind, skill=skill, **texts)
        if kind == "offer":
            add_listing_image(by=member, listing=listing, upload=picture(), caption=self.pen("ListingImage.caption"))
            question, answer = self.pen("ListingFAQ.question"), self.pen("ListingFAQ.answer")
            add_listing_faq(by=member, listing=listing, question=question, answer=answer)
        return listing

    def play(self, number: int) -> None:
        """Somebody comes, offers something, and proposes a swap to the hub."""
        from skillswap_kit.exchange.services import LegTerms, propose_swap

        member = self.member({0: "salma", 1: "omar"}.get(number, f"member{number}"))
        skill = self.new_skill(member)
        offer = self.listing(member, skill, "offer")
        if number % 4 == 0:
            self.listing(member, self.skill, "want")
        legs = [
            LegTerms(giver=member, receiver=self.hub, skill=skill, listing=offer),
            LegTerms(giver=self.hub, receiver=member, skill=self.skill),
        ]
        swap = propose_swap(by=member, legs=legs, message=self.pen("SwapProposal.message"))
        moves: tuple[Callable[[Any, Any], None], ...] = (self.wait, self.decline, self.meet, self.complete)
        moves[number % len(moves)](swap, member)

    def wait(self, swap: Any, member: Any) -> None:
        """Nobody answers."""

    def decline(self, swap: Any, member: Any) -> None:
        from skillswap_kit.exchange.services import decline_swap

        decline_swap(swap=swap, by=self.hub, reason=self.pen("Swap.close_reason"))

    def meet(self, swap: Any, member: Any) -> None:
        from django.utils import timezone

        from skillswap_kit.exchange.services import (
            Appointment,
            accept_session,
            accept_swap,
            cancel_session,
            decline_session,
            request_session,
        )

        accept_swap(swap=swap, by=self.hub)
        for state in ("pending", "declined", "accepted", "cancelled"):
            starts_at = timezone.now() + timedelta(days=next(self.numbers) % 300 + 1)
            topic, place = self.pen("Session.topic"), self.pen("Session.place")
            asked = Appointment(topic=topic, starts_at=starts_at, place=place)
            session = request_session(swap=swap, by=member, appointment=asked)
            if state in ("accepted", "cancelled"):
                accept_session(session=session, by=self.hub)
            if state == "declined":
                decline_session(session=session, by=self.hub, reason=self.pen("Session.reason"))
            if state == "cancelled":
                cancel_session(session=session, by=self.hub, reason=self.pen("Session.reason"))

    def complete(self, swap: Any, member: Any) -> None:
        from skillswap_kit.exchange.services import accept_swap, confirm_legs, write_review

        accept_swap(swap=swap, by=self.hub)
        for person in (self.hub, member):
            confirm_legs(swap=swap, by=person)
        for person, other in ((self.hub, member), (member, self.hub)):
            write_review(swap=swap, by=person, about=other, rating=3, comment=self.pen("Review.comment"))


def picture() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    content = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile("x.png", content.getvalue(), "image/png")


def unwritten() -> list[str]:
    """What of the corpus did not reach the database."""
    from django.apps import apps

    missing = []
    for field in WRITTEN:
        model, _dot, column = field.partition(".")
        stored = apps.get_model("skillswap_exchange", model)._default_manager.values_list(column, flat=True)
        text = flat("\n".join(stored))
        missing += [f"{field}: {payload}" for payload in payloads() if flat(payload) not in text]
    return missing


def flat(text: str) -> str:
    return " ".join(text.split())


def rows_of(hub: Any) -> Iterator[Shown]:
    """The pages of everything that the hub may see, one by one."""
    from django.urls import reverse

    from skillswap_kit.exchange.models import Profile

    visible = [(model, key["pk"]) for model in ("listing", "swap", "session") for key in rows(model, most=500)(hub)]
    visible += [("member", key) for key in Profile.objects.visible_to(hub).values_list("user", flat=True)]
    for name, key in visible:
        yield Shown(name, reverse(f"skillswap_exchange:{name}", args=(key,)), MAYA, label="row")


def shown_to(people: People, hub: Any) -> Iterator[Shown]:
    """Everything once, lists page by page, and each row of what has a page of its own as the hub sees it."""
    for wanted in kit_pages():
        if page := next(people.openings(wanted), None):
            yield page
            if not wanted.keys and not wanted.sends:
                yield from _further(people, page)
    yield from rows_of(hub)


def _further(people: People, page: Shown) -> Iterator[Shown]:
    """The list's other pages."""
    mark = "&" if "?" in page.path else "?"
    for number in LIST_PAGES:
        path = f"{page.path}{mark}page={number}"
        answer = people.clients[page.who].get(path)
        if answer.status_code == 200 and f"page={number + 1}" in answer.content.decode():
            yield Shown(page.name, path.replace(f"page={number}", f"page={number + 1}"), page.who, label=f"{number}")


def admin_pages() -> Iterator[Shown]:
    """The kit's pages of the admin: each list, and what else opens about the first and the last row."""
    from tests.security.operations import admin_pages as pages

    for page in pages():
        newest = page.model._default_manager.order_by("pk")
        for row in {row.pk: row for row in filter(None, (newest.first(), newest.last()))}.values():
            yield Shown(f"admin {page}", page.address(row), ADMIN)


def write_everywhere() -> None:
    """Fill an empty database. Prints the pages, the sessions, and what is no plain text among the mails."""
    import django

    django.setup()
    from django.core import mail
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    author = Author()
    for number in range(SCENES):
        author.play(number)
    for number in range(len(packed(120))):
        author.listing(author.hub, author.new_skill(author.hub), "want" if number % 2 else "offer")
    _mark_as_loaded()
    people = People()
    shown = list(shown_to(people, author.hub))
    shown += [page for page in admin_pages() if people.client(author.admin).get(page.path).status_code == 200]
    formatted = [m.subject for m in mail.outbox if m.content_subtype != "plain" or getattr(m, "alternatives", None)]
    found: dict[str, Any] = {"shown": [asdict(page) for page in dict.fromkeys(shown)], "sessions": people.sessions()}
    said = {
        "mails": len(mail.outbox),
        "formatted": formatted,
        "unwritten": unwritten(),
        "fields": sorted(text_fields()),
    }
    print(json.dumps({**found, **said}))


def _mark_as_loaded() -> None:
    """The site is started as it is."""
    from demo.models import LoadedStep
    from demo.steps import STEPS

    LoadedStep.objects.bulk_create(LoadedStep(name=step.name) for step in STEPS)
