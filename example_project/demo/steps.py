"""The demo data in steps. Each is one transaction with its mark, so a load that was cut short goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from django.utils.translation import override

from .accounts import load_accounts
from .clock import Clock
from .history import load_history
from .listings import load_listings
from .members import load_members
from .models import LoadedStep
from .vocabulary import load_proposed_skills, load_similar_skills, load_vocabulary


@dataclass(frozen=True)
class Step:
    """``load`` gets the clock of the story and answers what it made, in words."""

    name: str
    load: Callable[[Clock], str]


STEPS = (
    Step("vocabulary", load_vocabulary),
    Step("accounts", load_accounts),
    Step("similar skills", load_similar_skills),
    Step("profiles", load_members),
    Step("offers and wants", load_listings),
    Step("proposed skills", load_proposed_skills),
    Step("swaps, sessions, reviews", load_history),
)


def missing_steps() -> list[Step]:
    loaded = set(LoadedStep.objects.values_list("name", flat=True))
    return [step for step in STEPS if step.name not in loaded]


def is_loaded() -> bool:
    return not missing_steps()


def load(step: Step, clock: Clock) -> str:
    """Load one step, or nothing of it. What the services announce is delivered on commit, as always, but not mailed."""
    with _quiet(), override("en"), clock.ticking(), transaction.atomic():
        summary = step.load(clock)
        LoadedStep.objects.create(name=step.name)
    return summary


@contextmanager
def _quiet() -> Iterator[None]:
    """No e-mail about what happened months ago."""
    kit = {**settings.SKILLSWAP_KIT, "EXCHANGE_SEND_EMAILS": False}
    with override_settings(SKILLSWAP_KIT=kit):
        yield
