"""Python in the documentation runs as it stands."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group

from skillswap_kit.exchange.models import Skill, Swap
from skillswap_kit.exchange.policies import BaseCancellationPolicy
from skillswap_kit.exchange.services import resolve_skill
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.similarity import named

from . import typed

pytestmark = pytest.mark.django_db


def run(page: str, number: int = 0, **names: Any) -> dict[str, Any]:
    """Run one of a page's ``python`` blocks; what it defines."""
    text = (typed.DOCS / page).read_text(encoding="utf-8")
    block = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[number]
    exec(compile(block, page, "exec"), names)
    return names


def test_the_role_of_moderators(make_user):
    run("how-to/work-with-admin-roles.md")
    moderator = make_user(is_staff=True)
    moderator.groups.add(Group.objects.get(name="Moderators"))

    changes = ["change_profile", "change_skill", "add_skill", "change_category", "delete_listing", "view_swap"]
    assert moderator.has_perms([f"skillswap_exchange.{name}" for name in changes])
    assert not moderator.has_perm("skillswap_exchange.change_swap")


def test_a_vocabulary_in_python():
    run("how-to/moderate-vocabulary.md")

    assert str(resolve_skill("حياكة")) == "Knitting"
    assert Skill.objects.get().category.icon == "🧶"


def test_saying_which_skills_help(staff):
    for name in ("TypeScript", "JavaScript", "Java"):
        make_skill(name)
    run("how-to/skill-similarity.md", curator=staff)

    rows = SkillSimilarity.objects.values_list("wanted__name", "taught__name", "weight", "source")
    assert set(rows) == {("TypeScript", "JavaScript", 50, "curated"), ("JavaScript", "Java", 0, "curated")}


def test_how_the_matching_does(staff, make_user, capsys):
    make_listing(make_user(), skill=make_skill("Dance"), kind="want")
    run("how-to/matching-statistics.md", chief=staff)
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["0 None", "Dance 1"]
    assert "sql True " in told


def test_a_similarity_provider(monkeypatch):
    """With a model that counts letters."""
    pytest.importorskip("sklearn")
    numpy = pytest.importorskip("numpy")

    class SentenceTransformer:
        def __init__(self, model):
            assert model == "letters"

        def encode(self, texts):
            return numpy.array([[text.count(sign) for sign in "abcdefghijklmnopqrstuvwxyz"] for text in texts], float)

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=SentenceTransformer))
    provider = run("how-to/skill-similarity.md", number=1)["EmbeddingProvider"](
        "meaning", model="letters", threshold=0.9
    )

    alike = [(pair.wanted, pair.taught) for pair in provider.similarities(named("knitting", "knit things", "zzz"))]
    assert alike == [(11, 12), (12, 11)]


def test_proposing_by_a_service(make_user, capsys):
    names = {"maya": make_user(), "salma": make_user(), "knitting": make_skill(), "calligraphy": make_skill()}
    swap = run("reference/services.md", **names)["swap"]
    assert (swap.kind, swap.status) == (Swap.Kind.BARTER, Swap.Status.PROPOSED)

    run("reference/services.md", **names)
    assert capsys.readouterr().out.startswith("already_proposed ")


def test_filling_a_slot(make_user, rf):
    draw = run("how-to/customise.md", number=1)["house_rules"]
    assert draw(rf.get("/"), listing=make_listing(make_user(), mode="remote"), people=None) == ""


def test_a_cancellation_policy():
    policy = run("how-to/customise.md", number=3)["CancelBeforeStart"]()

    assert isinstance(policy, BaseCancellationPolicy)
    assert policy.may_cancel(Swap(status=Swap.Status.ACCEPTED), [])
    assert not policy.may_cancel(Swap(status=Swap.Status.IN_PROGRESS), [])


def test_a_receiver_that_does_it_once(make_user):
    """The snippet of explanation/events.md, with a CRM that counts."""
    from django.dispatch import receiver

    from skillswap_kit.core.idempotency import once
    from skillswap_kit.exchange.signals import swap_accepted

    told: list[int] = []

    class CRM:
        post = told.append

    tell = run("explanation/events.md", receiver=receiver, swap_accepted=swap_accepted, once=once, crm=CRM)["tell_crm"]
    try:
        for _ in range(2):
            tell(Swap, event_id=1, swap_id=7)
    finally:
        swap_accepted.disconnect(dispatch_uid="mysite.tell_crm")
    assert told == [7]
