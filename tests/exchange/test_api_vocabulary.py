"""The API of the vocabulary: categories and skills."""

import pytest
from django.contrib.auth.models import Permission

from skillswap_kit.exchange.models import Skill
from skillswap_kit.exchange.services import propose_skill
from skillswap_kit.testing.factories import make_category, make_skill

from .api_client import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody():
    return Api()


@pytest.fixture
def member(make_user):
    return make_user()


@pytest.fixture
def javascript():
    return make_skill("JavaScript", aliases=["JS", "جافاسكربت"])


@pytest.mark.parametrize("path", ["categories/", "skills/categories/"])
def test_categories_are_nested_by_parent_and_hidden_when_inactive(anybody, path):
    languages = make_category(name="Languages", icon="🗣", description="Speaking", slug="languages")
    spanish = make_category(name="Spanish", parent=languages, position=1)
    make_category(is_active=False)
    shown = anybody.get(path).json()["results"]
    assert [(row["id"], row["parent"]) for row in shown] == [(languages.pk, None), (spanish.pk, languages.pk)]
    assert anybody.get(f"{path}{languages.pk}/").json() == {
        "id": languages.pk,
        "name": "Languages",
        "slug": "languages",
        "description": "Speaking",
        "icon": "🗣",
        "parent": None,
    }


def test_nothing_leads_to_a_closed_category(anybody):
    closed = make_category(is_active=False)
    child = make_category(parent=closed)
    guitar = make_skill("Guitar", category=closed)
    assert anybody.get(f"categories/{child.pk}/").json()["parent"] is None
    assert [row["parent"] for row in anybody.get("categories/").json()["results"]] == [None]
    assert anybody.get(f"vocabulary/{guitar.pk}/").json()["category"] is None
    assert anybody.get("vocabulary/suggestions/", q="guitar").json()[0]["category"] is None


@pytest.mark.parametrize("query", ["js", "JAVASCRIPT", "جافا سكربت", "جافاسكربت", "script"])
def test_skills_are_found_by_any_name(anybody, javascript, query):
    make_skill("Guitar")
    found = [row["name"] for row in anybody.get("vocabulary/", q=query).json()["results"]]
    assert found == ["JavaScript"]


def test_a_category_finds_what_is_below_it(anybody):
    music = make_category()
    make_skill("Guitar", category=make_category(parent=make_category(parent=music)))
    make_skill("Go")
    names = [row["name"] for row in anybody.get("vocabulary/", category=music.pk).json()["results"]]
    assert names == ["Guitar"]


def test_a_skill_is_shown_with_its_names_and_relations(anybody, javascript, member):
    html, hidden = make_skill("HTML"), propose_skill(by=member, name="CSS", category=javascript.category)
    javascript.related.add(html, hidden)
    shown = anybody.get(f"vocabulary/{javascript.pk}/").json()
    assert shown["aliases"] == ["JS", "جافاسكربت"]
    assert shown["related"] == [{"id": html.pk, "name": "HTML"}]
    assert shown["category"]["id"] == javascript.category_id
    assert Api(member).get(f"vocabulary/{javascript.pk}/").json()["related"][0]["name"] == "CSS"


def test_suggestions_come_while_typing(anybody, javascript):
    shown = anybody.get("vocabulary/suggestions/", q="js").json()
    assert [(row["name"], row["matched"]) for row in shown] == [("JavaScript", "JS")]
    for query in ("", "\u0000", "x" * 5000, "%", "_", "'"):
        assert anybody.get("vocabulary/suggestions/", q=query).json() == []


def test_members_propose_and_see_only_their_own_proposals(make_user, member, staff):
    category = make_category()
    answer = Api(member).post("vocabulary/", {"name": "Chess", "category": category.pk, "aliases": ["شطرنج"]})
    assert (answer.status_code, answer.json()["status"]) == (201, "proposed")
    path = f"vocabulary/{answer.json()['id']}/"
    statuses = [Api(user).get(path).status_code for user in (None, make_user(), member, staff)]
    assert statuses == [404, 404, 200, 200]
    assert Api(staff).get("vocabulary/", status="proposed").json()["count"] == 1
    assert Api(make_user()).get("vocabulary/", status="proposed").json()["count"] == 0


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"name": "  "}, 400, "name"),
        ({"name": "x" * 81}, 400, "name"),
        ({"category": 10**12}, 400, "category"),
        ({"category": "x"}, 400, "category"),
        ({"aliases": ["x"] * 31}, 400, "aliases"),
        ({"aliases": [{}]}, 400, "aliases.0"),
        ({"name": "js"}, 409, None),
    ],
)
def test_wrong_proposals_are_refused(member, javascript, change, status, field):
    proposal = {"name": "Chess", "category": javascript.category_id, **change}
    answer = Api(member).post("vocabulary/", proposal)
    assert answer.status_code == status
    assert field is None or list(answer.json()["fields"]) == [field]
    assert Skill.objects.count() == 1
    if status == 409:
        assert (answer.json()["code"], str(javascript.pk) in answer.json()["detail"]) == ("skill_exists", True)


def test_only_staff_with_the_permission_decide(make_user, member, javascript):
    editor = make_user(is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_skill"))
    first, second = (propose_skill(by=member, name=name, category=javascript.category) for name in ("A1", "B2"))
    for user, status in ((None, 403), (member, 403), (make_user(is_staff=True), 403)):
        for decision in ("approve", "reject", "merge"):
            assert Api(user).post(f"vocabulary/{first.pk}/{decision}/").status_code == status
    assert Api(editor).post(f"vocabulary/{first.pk}/approve/").json()["status"] == "approved"
    assert Api(editor).post(f"vocabulary/{first.pk}/approve/").json()["code"] == "invalid_transition"
    assert Api(editor).post(f"vocabulary/{second.pk}/reject/").json()["status"] == "rejected"
    merged = Api(editor).post(f"vocabulary/{first.pk}/merge/", {"into": javascript.pk})
    assert (merged.status_code, merged.json()["id"]) == (200, javascript.pk)
    assert "A1" in merged.json()["aliases"]
    answer = Api(editor).post(f"vocabulary/{javascript.pk}/merge/", {"into": javascript.pk})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["into"])


def test_the_queries_do_not_grow_with_the_rows(anybody, member):
    counts = []
    for number in (2, 20, 60):
        for _ in range(number):
            skill = make_skill(aliases=["x"], category=make_category())
            skill.related.add(*Skill.objects.exclude(pk=skill.pk)[:5])
        paths = ["categories/", "vocabulary/", f"vocabulary/{skill.pk}/", "vocabulary/suggestions/?q=x"]
        counts.append([len(anybody.queries(path)) for path in paths])
    # A list that has more than one page counts its rows.
    assert counts[1] == counts[2] == [2, 2, 3, 2]
    assert counts[0] == [1, 1, 3, 2]
    assert len(Api(member).queries("vocabulary/")) <= 6
