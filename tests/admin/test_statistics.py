"""The page about the matching: what it shows, to whom, and what it does."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from skillswap_kit.exchange.models import Listing, Profile
from skillswap_kit.matching.models import RankedProposal, SkillSimilarity
from skillswap_kit.matching.services import status
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:skillswap_matching_rankedproposal_statistics")
SQL = {"default": {"BACKEND": "skillswap_kit.matching.backends.sql.SqlMatcher"}}


@pytest.fixture(autouse=True)
def fresh():
    with override_skillswap(MATCHING_BACKENDS=SQL):
        yield


@pytest.fixture
def statistician(make_user):
    user = make_user("statistician", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_statistics"))
    return user


@pytest.fixture
def village(make_user):
    """Two who swap, one who has nobody, and a skill that nobody teaches."""
    art, bread, chess = (make_skill(name) for name in ("Art", "Bread", "Chess"))
    for name, taught, wanted in (("Ana", art, bread), ("Ben", bread, art), ("<b>Dora", chess, art)):
        user = make_user(name.strip("<b>"))
        make_member(user, display_name=name)
        make_listing(user, skill=taught)
        make_listing(user, skill=wanted, kind=Listing.Kind.WANT)
    make_listing(user, skill=make_skill("Dance"), kind=Listing.Kind.WANT)


def text(answer):
    """What is read, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_members_are_asked_when_staff_say_so(village, statistician, signed_in):
    client = signed_in(statistician)
    assert "Nobody has been asked yet." in text(client.get(PAGE))
    page = client.get(PAGE, {"seconds": "5"})
    told = text(page)
    assert "Asked 3 (all)" in told
    assert "Of these without a partner 1 33 %" in told
    assert "Some who have no partner &lt;b&gt;Dora" in told
    assert "Dance 1 –" in told
    assert "style=" not in page.content.decode()
    for wrong in ("-1", "60", "soon"):
        assert "Nobody has been asked yet." in text(client.get(PAGE, {"seconds": wrong}))


def test_an_empty_site_is_told_as_one(statistician, signed_in):
    told = text(signed_in(statistician).get(PAGE))
    assert "Whatever is wanted is taught by somebody." in told


def test_acceptance_is_drawn_by_place(make_user, statistician, signed_in):
    by = make_user()
    for rank, state in ((1, "accepted"), (1, "declined"), (2, "proposed"), (None, "accepted")):
        RankedProposal.objects.create(swap=make_swap([by, make_user()], status=state), rank=rank)
    told = text(signed_in(statistician).get(PAGE))
    assert "1 2 2 1 50 % 2–3 1 0 0 – 4–10 0 0 0 – 11–50 0 0 0 – not suggested 1 1 1 100 %" in told


def test_matchers_are_told_with_what_is_wrong_with_them(statistician, signed_in):
    with override_skillswap(MATCHING_BACKENDS={**SQL, "mine": {"BACKEND": "nowhere.Matcher"}}):
        told = text(signed_in(statistician).get(PAGE))
    assert re.search(r"default SqlMatcher [\w, ]*exact[\w, ]* yes", told)
    assert "mine Matcher – no: " in told


def test_only_who_may_comes_in(make_user, signed_in):
    clerk = make_user("clerk", is_staff=True)
    assert signed_in(clerk).get(PAGE).status_code == 403
    assert signed_in(clerk).post(PAGE).status_code == 403
    assert signed_in(make_user("member")).get(PAGE).status_code == 302


def test_who_may_only_look_builds_nothing(statistician, signed_in, monkeypatch):
    monkeypatch.setattr(status.rebuild_index, "function", lambda: pytest.fail("built"))
    client = signed_in(statistician)
    assert "Build the index anew" not in client.get(PAGE).content.decode()
    assert client.post(PAGE).status_code == 403


def test_without_an_index_there_is_nothing_to_build(staff, signed_in):
    client = signed_in(staff)
    assert "Build the index anew" not in client.get(PAGE).content.decode()
    answer = client.post(PAGE, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["No matcher of this site searches an index."]


def test_staff_have_the_index_built_from_the_page(tmp_path, staff, signed_in, monkeypatch):
    pytest.importorskip("numpy")
    index = {"default": {"BACKEND": "skillswap_kit.matching.backends.index.IndexMatcher"}}
    asked = []
    monkeypatch.setattr(status, "rebuild_index", type("Job", (), {"enqueue": lambda self: asked.append(True)})())
    client = signed_in(staff)
    with override_skillswap(MATCHING_BACKENDS=index, MATCHING_SNAPSHOT_DIR=str(tmp_path)):
        page = client.get(PAGE)
        assert "It has not been built yet." in text(page)
        assert 'value="Build the index anew"' in page.content.decode()
        answer = client.post(PAGE, follow=True)
        refused = signed_in(staff, enforce_csrf_checks=True).post(PAGE)
    assert [str(message) for message in answer.context["messages"]] == [
        "The index is being built anew. When it is in force, its age is told here."
    ]
    assert (asked, refused.status_code) == ([True], 403)


def test_places_are_not_looked_up_by_who_proposed(staff, make_user, signed_in):
    """They are kept for statistics of the whole."""
    asker = make_user("quartz")
    make_member(asker)
    swap = make_swap([asker, make_user()])
    RankedProposal.objects.create(swap=swap, rank=1)
    address = reverse("admin:skillswap_matching_rankedproposal_changelist")
    found = [signed_in(staff).get(address, {"q": term}).context["cl"].result_count for term in (swap.pk, "quartz")]
    assert found == [1, 0]


@pytest.mark.parametrize("model", [SkillSimilarity, RankedProposal])
def test_lists_lead_to_it_for_who_may(model, onlooker, make_user, signed_in):
    address = reverse(f"admin:skillswap_matching_{model._meta.model_name}_changelist")
    assert f'href="{PAGE}"' in signed_in(onlooker).get(address).content.decode()
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename=f"view_{model._meta.model_name}"))
    assert f'href="{PAGE}"' not in signed_in(clerk).get(address).content.decode()


def test_whom_the_reader_may_not_find_is_not_named(village, statistician, signed_in):
    Profile.objects.filter(display_name="<b>Dora").update(visibility="connections")
    assert "Dora" not in text(signed_in(statistician).get(PAGE, {"seconds": "5"}))
