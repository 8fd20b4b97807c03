"""Members by the dozen or by the thousand, written without the services, and what hypothesis may do to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from skillswap_kit.exchange.models import Category, Listing, Profile, Skill, Swap, SwapParticipant
from skillswap_kit.exchange.models.listings import Level
from skillswap_kit.matching.models import MAX_SIMILARITY, SkillSimilarity
from skillswap_kit.matching.rows import read_member
from skillswap_kit.matching.scoring import get_scoring

_numbers = count(1)

SKILLS = 6
"""So few that nearly everybody fits somebody, and that many score the same."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What somebody says, by the position of a skill."""

    offers: Mapping[int, str] = field(default_factory=dict)
    wants: Mapping[int, int] = field(default_factory=dict)
    asked: int = 0
    """How many proposals wait for their answer."""
    done: int = 0


@dataclass(frozen=True, kw_only=True)
class Population:
    """The rows, in the order of the people."""

    users: list[Any]
    profiles: list[Profile]
    skills: list[Skill]

    def member(self, position: int):
        return read_member(get_scoring(), self.users[position])


def populate(
    people: Sequence[Person], *, skills: int = SKILLS, similar: Mapping[tuple[int, int], int] | None = None
) -> Population:
    """These people; ``similar`` maps positions of the wanted and the taught skill to hundredths."""
    users, taught = _make_users(len(people)), _make_skills(skills)
    profiles = Profile.objects.bulk_create(Profile(user=user) for user in users)
    listings = [
        listing for user, person in zip(users, people, strict=True) for listing in _listings(user, person, taught)
    ]
    Listing.objects.bulk_create(listings, batch_size=500)
    _make_swaps([(user, person.asked) for user, person in zip(users, people, strict=True)], done=False)
    _make_swaps([(user, person.done) for user, person in zip(users, people, strict=True)], done=True)
    SkillSimilarity.objects.bulk_create(
        SkillSimilarity(wanted=taught[wanted], taught=taught[other], weight=weight)
        for (wanted, other), weight in (similar or {}).items()
    )
    return Population(users=users, profiles=profiles, skills=taught)


def _make_users(number: int) -> list[Any]:
    model = get_user_model()
    names = {model.USERNAME_FIELD, model.get_email_field_name()}
    users = [model(**dict.fromkeys(names, f"member{next(_numbers)}@example.org")) for _ in range(number)]
    return model._default_manager.bulk_create(users, batch_size=500)


def _make_skills(number: int) -> list[Skill]:
    category, _ = Category.objects.get_or_create(slug="matching", defaults={"name": "Matching"})
    names = [f"skill{next(_numbers)}" for _ in range(number)]
    return Skill.objects.bulk_create(
        Skill(name=name, slug=name, category=category, search_text=f"\n{name}\n") for name in names
    )


def _listings(user: Any, person: Person, skills: Sequence[Skill]) -> Iterator[Listing]:
    for skill, level in person.offers.items():
        yield Listing(owner=user, kind=Listing.Kind.OFFER, skill=skills[skill], level=level)
    for skill, priority in person.wants.items():
        yield Listing(owner=user, kind=Listing.Kind.WANT, skill=skills[skill], priority=priority)


def _make_swaps(counts: Sequence[tuple[Any, int]], *, done: bool) -> None:
    """So many swaps for each of these users that wait for their answer, or that were completed."""
    status = Swap.Status.COMPLETED if done else Swap.Status.PROPOSED
    decision = SwapParticipant.Decision.ACCEPTED if done else SwapParticipant.Decision.PENDING
    now, users = timezone.now(), [user for user, times in counts for _ in range(times)]
    swaps = Swap.objects.bulk_create(
        (Swap(kind=Swap.Kind.GIFT, status=status, deadline=now, terms_key=f"terms{next(_numbers)}") for _ in users),
        batch_size=500,
    )
    SwapParticipant.objects.bulk_create(
        (SwapParticipant(swap=swap, user=user, decision=decision) for swap, user in zip(swaps, users, strict=True)),
        batch_size=500,
    )


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


positions = st.integers(0, SKILLS - 1)
persons = st.builds(
    Person,
    offers=st.dictionaries(positions, st.sampled_from(Level.values), max_size=4),
    wants=st.dictionaries(positions, st.integers(1, 5), max_size=4),
    asked=st.integers(0, 3),
    done=st.sampled_from([0, 1, 9, 12]),
)
similarities = st.dictionaries(
    st.tuples(positions, positions).filter(lambda pair: pair[0] != pair[1]), st.integers(0, MAX_SIMILARITY), max_size=12
)
populations = st.tuples(st.lists(persons, min_size=2, max_size=8), similarities)
"""People and what is similar, to be given to ``populate``."""

edits = st.lists(
    st.tuples(
        st.sampled_from(["pause", "remove", "level", "priority", "reject", "approve", "similar", "leave"]),
        st.integers(0, 40),
        st.integers(1, 5),
    ),
    max_size=4,
)


def edit(world: Population, what: str, which: int, value: int) -> None:
    """One of ``edits``, written without the services."""
    listings = Listing.objects.filter(owner__in=[user.pk for user in world.users]).order_by("pk")
    keys = list(listings.values_list("pk", flat=True))
    listing = Listing.objects.filter(pk__in=[keys[which % len(keys)]] if keys else [])
    skill = world.skills[which % SKILLS]
    match what:
        case "pause" | "remove":
            listing.update(status={"pause": Listing.Status.PAUSED, "remove": Listing.Status.REMOVED}[what])
        case "level":
            listing.update(level=["beginner", "intermediate", "advanced", "expert", "expert"][value - 1])
        case "priority":
            listing.update(priority=value)
        case "reject" | "approve":
            status = {"reject": Skill.Status.REJECTED, "approve": Skill.Status.APPROVED}[what]
            Skill.objects.filter(pk=skill.pk).update(status=status)
        case "similar":
            other = world.skills[(which + value) % SKILLS]
            SkillSimilarity.objects.update_or_create(wanted=skill, taught=other, defaults={"weight": 10 * value})
        case "leave":
            Profile.objects.filter(pk=world.profiles[which % len(world.profiles)].pk).delete()
