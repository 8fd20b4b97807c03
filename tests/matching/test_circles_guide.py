"""docs/how-to/circles.md says what happens."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from skillswap_kit.exchange.models import Swap
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from tests.docs import typed
from tests.docs.test_snippets import run
from tests.exchange.api_client import Api, key

from .seekers import WANT, always_fresh

pytestmark = pytest.mark.django_db

PAGE = "how-to/circles.md"
PROPOSING = 0


@pytest.fixture
def told(make_user):
    """Maya, Sami and Noor as the page introduces them."""
    skills = {name: make_skill(name) for name in ("Guitar", "Arabic", "Python")}
    listed = {"Maya": ("Python", "Guitar"), "Sami": ("Guitar", "Arabic"), "Noor": ("Arabic", "Python")}
    people = {name: make_user(name.lower()) for name in listed}
    for name, (offer, want) in listed.items():
        make_member(people[name], display_name=name)
        make_listing(people[name], skill=skills[offer], level="intermediate")
        make_listing(people[name], skill=skills[want], kind=WANT, priority=5)
    with always_fresh():
        yield SimpleNamespace(people=people, skills=skills)


def blocks(kind):
    text = (typed.DOCS / PAGE).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def with_keys_of(told, promised):
    """What the page shows, with the keys of this database."""
    named = {**{name: key(user) for name, user in told.people.items()}, **{n: s.pk for n, s in told.skills.items()}}
    return json.loads(
        json.dumps(promised),
        object_hook=lambda found: {**found, "id": named[found["name"]]} if "id" in found else found,
    )


def test_the_answer_is_the_one_that_is_shown(told):
    (circle,) = Api(told.people["Maya"]).get("circles/", limit=1).json()
    (promised,) = with_keys_of(told, json.loads(blocks("json")[0]))
    assert circle.pop("score") == pytest.approx(promised.pop("score"))
    assert circle == promised


def test_the_body_that_is_shown_proposes_it(told):
    (shown,) = re.findall(r'POST circles/ "(.*)"$', "".join(blocks("shell")), re.MULTILINE)
    people = {name: json.dumps(key(user)) for name, user in told.people.items()}
    values = people | {name: str(skill.pk) for name, skill in told.skills.items()}
    written = shown.replace("\\", "")
    for name, value in values.items():
        written = written.replace(f"${name.upper()}", value)
    assert Api(told.people["Maya"]).post("circles/", json.loads(written)).status_code == 201


def test_proposing_in_python(told):
    swap = run(PAGE, PROPOSING, maya=told.people["Maya"])["swap"]
    assert (swap.kind, swap.proposed_by) == (Swap.Kind.CIRCLE, told.people["Maya"])
