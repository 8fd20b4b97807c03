"""The API of recommendations: pages by cursor, filters, reasons, and dismissing."""

import base64
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from skillswap_kit.exchange.models import Profile
from skillswap_kit.exchange.services import deactivate_member, update_profile
from skillswap_kit.matching.cursors import read_cursor, write_cursor
from skillswap_kit.matching.matches import Rank
from skillswap_kit.matching.models import Dismissal, SkillSimilarity
from skillswap_kit.testing.factories import make_listing, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import ROWS, Api, Hiding, key

pytestmark = pytest.mark.django_db

PATH = "recommendations/"
DISMISSALS = "recommendations/dismissals/"


@pytest.fixture
def api(seeker):
    return Api(seeker.user)


def rows(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def ids(answer):
    return [row["member"]["id"] for row in rows(answer)]


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# What is answered


def test_strangers_are_not_recommended_anybody():
    for path in (PATH, DISMISSALS):
        assert Api().get(path).status_code in (401, 403)


def test_a_match_says_who_and_how_well(api, match):
    person = match(level="expert", profile={"display_name": "Noor"})
    Profile.objects.filter(user=person.pk).update(rating=4.5, rating_count=3, avatar="avatars/noor.png")
    answer = api.get(PATH)
    assert answer.json()["next"] is None
    avatar = f"/api/users/{key(person)}/avatar/"
    assert rows(answer) == [
        {
            "member": {"id": key(person), "name": "Noor", "avatar": avatar, "rating": 4.5, "rating_count": 3},
            "score": pytest.approx(2 * 1.0 * 0.48 / 1.48),
            "gets": 1.0,
            "gives": 0.48,
            "contact": "none",
            "reasons": None,
        }
    ]


def test_the_contact_is_told(api, match, seeker):
    asked = match()
    make_swap([seeker.user, asked])
    match()
    assert {row["member"]["id"]: row["contact"] for row in rows(api.get(PATH))}[key(asked)] == "asked"


def test_reasons_are_told_where_asked_for(api, match):
    match()
    (row,) = rows(api.get(PATH, explain="true"))
    assert [set(reason) for reason in row["reasons"]] == [{"kind", "text", "data"}] * 2
    assert [reason["kind"] for reason in row["reasons"]] == ["gets", "gives"]
    assert rows(api.get(PATH, explain="false"))[0]["reasons"] is None


def test_a_skill_that_helps_is_explained_through_the_api(api, match, seeker):
    ukulele = make_skill("Ukulele")
    SkillSimilarity.objects.create(wanted=seeker.guitar, taught=ukulele, weight=40)
    person = match(skill=ukulele)
    make_listing(person, skill=make_skill())
    (row,) = rows(api.get(PATH, explain="true"))
    assert row["reasons"][0]["data"]["taught"]["name"] == "Ukulele"
    assert row["gets"] == pytest.approx(0.4 * 0.4)


def test_nobody_without_listings_is_recommended_anybody(make_user, match):
    match()
    answer = Api(make_user()).get(PATH)
    assert answer.json() == {"next": None, "results": []}


# Pages


def follow(api, link):
    return api.client.get(link)


def test_pages_by_cursor_show_everybody_once(api, match):
    people = [match() for _ in range(7)]
    answer = api.get(PATH, page_size=3)
    pages = [ids(answer)]
    while answer.json()["next"]:
        answer = follow(api, answer.json()["next"])
        pages.append(ids(answer))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [person for page in pages for person in page] == [key(person) for person in people]


def test_nobody_is_skipped_or_repeated_because_somebody_comes_or_goes(api, match, seeker):
    people = [match() for _ in range(4)]
    answer = api.get(PATH, page_size=2)
    match(level="expert")
    api.post(DISMISSALS, {"member": key(people[0])})
    assert ids(follow(api, answer.json()["next"])) == [key(person) for person in people[2:]]


def test_the_next_page_keeps_what_was_asked_for(api, match):
    people = [match(mode="remote") for _ in range(3)]
    match(mode="in_person")
    answer = api.get(PATH, page_size=2, remote="true", explain="true")
    following = follow(api, answer.json()["next"])
    assert ids(following) == [key(people[2])]
    assert rows(following)[0]["reasons"]


def test_a_cursor_is_the_exact_place():
    for score in (0.1 + 0.2, 1e-300, 123456.78901234567):
        rank = Rank(score=score, number=2**40)
        assert read_cursor(write_cursor(rank, "default"), "default", name="cursor") == rank


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "====", "%00", "é", "a" * 5_000, "W10", cursor_of(None), cursor_of([]), cursor_of({"a": 1}),
        cursor_of(["default", 0.5]), cursor_of(["default", 0.5, 1, 2]), cursor_of(["sql", 0.5, 1]),
        cursor_of(["default", "0.5", 1]), cursor_of(["default", 1, 1]), cursor_of(["default", 0.5, True]),
        cursor_of(["default", 0.5, "1"]), cursor_of(["default", 0.5, 1.5]), cursor_of(["default", 0.5, 0]),
        cursor_of(["default", 0.5, 2**63]), cursor_of(["default", float("nan"), 1]),
        cursor_of(["default", float("inf"), 1]), cursor_of([["default"], 0.5, 1]), cursor_of("abc"),
        cursor_of(["default", 0.5, 10**60]),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor, api, match):
    match()
    answer = api.get(PATH, cursor=cursor)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["cursor"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", "101"), ("page_size", "0"), ("explain", "perhaps"), ("level", "master"), ("categry", "1"),
        ("distance_km", "10"), ("page", "2"), ("ordering", "newest"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_even_to_who_has_no_matches(name, value, make_user):
    answer = Api(make_user()).get(PATH, **{name: value})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [name]


def test_filters_narrow_the_list(api, match):
    beginner, expert = match(), match(level="expert")
    assert ids(api.get(PATH, level="expert")) == [key(expert)]
    assert ids(api.get(PATH)) == [key(expert), key(beginner)]


# Cost


def queries(api, **params):
    with CaptureQueriesContext(connection) as captured:
        assert api.get(PATH, **params).status_code == 200
    return len(captured)


@pytest.mark.parametrize("number", ROWS)
def test_a_page_takes_the_same_few_queries(number, api, match):
    """Of the seven four are the matcher's: two for the seeker, one for what is similar, one for the ranking."""
    for _ in range(number):
        match(profile={"languages": ["ar"]})
    size = min(number, 100)
    assert queries(api, page_size=size) == 7
    assert queries(api, page_size=size, level="beginner", remote="true", language="ar") == 9
    assert queries(api, page_size=size, explain="true") == 11


# Dismissing


def test_dismissing_listing_and_undoing(api, match, seeker):
    person, other = match(), match()
    for _ in range(2):
        answer = api.post(DISMISSALS, {"member": key(person)})
        assert answer.status_code == 201
        assert set(answer.json()) == {"member", "created_at"}
        assert answer.json()["member"]["id"] == key(person)
    assert ids(api.get(PATH)) == [key(other)]
    assert ids(api.get(DISMISSALS)) == [key(person)]

    for _ in range(2):
        assert api.send("delete", f"{DISMISSALS}{key(person)}/").status_code == 204
    assert ids(api.get(PATH)) == [key(person), key(other)]
    assert ids(api.get(DISMISSALS)) == []


def test_dismissals_are_ones_own(api, match):
    person, other = match(), match()
    Api(other).post(DISMISSALS, {"member": key(person)})
    Api(person).post(DISMISSALS, {"member": key(other)})
    assert ids(api.get(DISMISSALS)) == []
    api.send("delete", f"{DISMISSALS}{key(person)}/")
    assert Dismissal.objects.count() == 2


def test_whom_one_cannot_find_one_cannot_dismiss(api, match, make_user, staff, seeker):
    hidden, recluse, closed, newcomer = match(), match(), match(), make_user()
    update_profile(by=recluse, visibility="connections")
    deactivate_member(by=staff, member=closed)
    nobody = make_user()
    nobody_key = key(nobody)
    nobody.delete()
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [hidden]
        try:
            answers = [api.post(DISMISSALS, {"member": k}) for k in (nobody_key, *map(key, (hidden, recluse, closed)))]
            answers.append(api.post(DISMISSALS, {"member": key(newcomer)}))
            gone = [api.send("delete", f"{DISMISSALS}{key(person)}/") for person in (hidden, recluse, closed, newcomer)]
        finally:
            Hiding.hidden = []
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in gone} == {404}


def test_a_dismissal_of_somebody_who_has_hidden_since_is_not_listed(api, match):
    person = match()
    api.post(DISMISSALS, {"member": key(person)})
    update_profile(by=person, visibility="connections")
    assert ids(api.get(DISMISSALS)) == []
    update_profile(by=person, visibility="public")
    assert ids(api.get(DISMISSALS)) == [key(person)]


@pytest.mark.parametrize("body", [{}, {"member": None}, {"member": "nobody"}, {"member": []}])
def test_a_body_that_names_nobody_is_refused(body, api):
    answer = api.post(DISMISSALS, body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["member"])


def test_nobody_dismisses_themselves(api, seeker):
    answer = api.post(DISMISSALS, {"member": key(seeker.user)})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["member"])


# The document


def test_the_document_names_what_can_be_asked_and_what_is_answered():
    document = SchemaGenerator().get_schema(request=None, public=True)
    listing = document["paths"]["/api/recommendations/"]["get"]
    assert listing["operationId"] == "recommendation_list"
    names = {parameter["name"] for parameter in listing["parameters"]}
    assert names >= {
        "category", "cursor", "distance_km", "explain", "language", "level", "page_size", "rating_min", "remote",
        "seen_within_days",
    }  # fmt: skip
    assert names.isdisjoint({"page", "ordering"})
    page = document["components"]["schemas"]["PaginatedRecommendationList"]
    assert set(page["properties"]) == {"next", "results"}
    shown = document["components"]["schemas"]["Recommendation"]["properties"]
    assert set(shown) == {"member", "score", "gets", "gives", "contact", "reasons"}
    dismissals = document["paths"]["/api/recommendations/dismissals/"]
    assert {operation["operationId"] for operation in dismissals.values()} == {
        "recommendation_dismissal_list",
        "recommendation_dismissal_create",
    }
