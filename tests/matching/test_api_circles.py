"""The API of circles: the best ones, and proposing one of them."""

from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator

from skillswap_kit.exchange.models import Profile, Swap
from skillswap_kit.exchange.services import pause_listing, update_profile
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from tests.exchange.api_client import ROWS, Api, Hiding, key

from .rings import WANT, make_ring, stand_in
from .seekers import always_fresh

pytestmark = pytest.mark.django_db

PATH = "circles/"


@pytest.fixture
def ring(make_user):
    with always_fresh():
        yield make_ring(make_user)


@pytest.fixture
def api(ring):
    return Api(ring.people[0])


def rows(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()


def body(ring, **changes):
    _first, second, last = ring.people
    skills = [ring.skills[2].pk, ring.skills[1].pk, ring.skills[0].pk]
    return {"teacher": key(last), "pupil": key(second), "skills": skills, **changes}


# What is answered


def test_strangers_are_suggested_nothing():
    assert Api().get(PATH).status_code in (401, 403)
    assert Api().post(PATH, {}).status_code in (401, 403)


def test_a_circle_says_who_teaches_whom_what(api, ring):
    Profile.objects.filter(user=ring.people[2].pk).update(display_name="Noor", avatar="avatars/noor.png", rating=4.5)
    (circle,) = rows(api.get(PATH))
    first, second, last = (person["id"] for person in map(api_person, ring.people))
    noor = {"id": last, "name": "Noor", "avatar": f"/api/users/{last}/avatar/", "rating": 4.5, "rating_count": 0}
    assert set(circle) == {"teacher", "pupil", "legs", "score"}
    assert circle["teacher"] == circle["legs"][0]["giver"] == noor
    assert circle["pupil"]["id"] == second
    assert circle["score"] == pytest.approx((0.4 * 0.6) ** 3)
    assert [(leg["giver"]["id"], leg["receiver"]["id"]) for leg in circle["legs"]] == [
        (last, first),
        (second, last),
        (first, second),
    ]
    named = [{"id": skill.pk, "name": skill.name} for skill in reversed(ring.skills)]
    assert [leg["taught"] for leg in circle["legs"]] == [leg["wanted"] for leg in circle["legs"]] == named


def api_person(person):
    return {"id": key(person)}


def test_what_helps_is_told_apart_from_what_is_wanted(api, ring):
    pause_listing(by=ring.people[1], listing=ring.want(1))
    wanted = make_skill()
    make_listing(ring.people[1], skill=wanted, kind=WANT)
    SkillSimilarity.objects.create(wanted=wanted, taught=ring.skills[0], weight=50)
    leg = rows(api.get(PATH))[0]["legs"][2]
    assert (leg["taught"]["id"], leg["wanted"]["id"]) == (ring.skills[0].pk, wanted.pk)


def test_so_many_as_are_asked_for(api, ring, make_user):
    for _ in range(6):
        stand_in(ring, 2, make_user())
    assert len(rows(api.get(PATH))) == 5
    assert len(rows(api.get(PATH, limit=1))) == 1
    assert len(rows(api.get(PATH, limit=20))) == 7


def test_a_skill_narrows_them(api, ring):
    assert len(rows(api.get(PATH, skill=ring.skills[2].pk))) == 1
    for skill in (ring.skills[0].pk, make_skill(status="proposed").pk, 2**31):
        assert rows(api.get(PATH, skill=skill)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "21"), ("limit", "-1"), ("limit", "many"), ("limit", "1.5"), ("limit", "1" * 50),
        ("skill", "guitar"), ("skil", "1"), ("page_size", "3"), ("cursor", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(name, value, api):
    answer = api.get(PATH, **{name: value})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [name]


@pytest.mark.parametrize("number", ROWS)
def test_a_list_takes_the_same_few_queries(number, api, ring, make_user):
    few = len(api.queries(PATH, limit=20))
    for _ in range(number - 1):
        person = make_user()
        make_member(person)
        stand_in(ring, 2, person)
    assert len(api.queries(PATH, limit=20)) == few <= 11
    assert len(rows(api.get(PATH, limit=20))) == min(number, 20)


# Proposing


def test_proposing_answers_with_the_swap(api, ring):
    answer = api.post(PATH, body(ring, message="Shall we?", days=3))
    assert answer.status_code == 201, answer.json()
    swap = Swap.objects.get()
    assert answer.json() == api.get(f"swaps/{swap.pk}/").json()
    assert (swap.kind, swap.proposed_by) == (Swap.Kind.CIRCLE, ring.people[0])
    assert answer.json()["message"] == "Shall we?"
    assert rows(api.get(PATH)) == []


def test_a_repeat_under_the_same_key_is_the_same_proposal(api, ring):
    answers = [api.post(PATH, body(ring), **{"Idempotency-Key": "circle-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Swap.objects.count() == 1
    assert api.post(PATH, body(ring)).json()["code"] == "already_proposed"


def test_a_circle_that_is_no_longer_possible_is_a_400(api, ring):
    pause_listing(by=ring.people[1], listing=ring.offer(1))
    answer = api.post(PATH, body(ring))
    assert answer.status_code == 400
    assert answer.json()["detail"] == "This circle is no longer possible."
    assert not Swap.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"teacher": None}, "teacher"), ({"pupil": "nobody"}, "pupil"), ({"skills": []}, "skills"),
        ({"skills": [1, 2, None]}, "skills.2"), ({"skills": "abc"}, "skills"),
        ({"days": 0}, "days"), ({"days": 1000}, "days"), ({"message": "x" * 2001}, "message"),
    ],
)  # fmt: skip
def test_what_is_no_proposal_is_refused(api, ring, changes, field):
    answer = api.post(PATH, body(ring, **changes))
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Swap.objects.exists()


def test_two_skills_make_no_circle(api, ring):
    answer = api.post(PATH, body(ring, skills=body(ring)["skills"][:2]))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["skills"]


@pytest.mark.parametrize("role", ["teacher", "pupil"])
def test_whom_one_cannot_find_one_cannot_ask(api, ring, make_user, role):
    place = 2 if role == "teacher" else 1
    nobody = make_user()
    nobody_key = key(nobody)
    nobody.delete()
    update_profile(by=ring.people[place], visibility=Profile.Visibility.CONNECTIONS)
    answers = [api.post(PATH, body(ring)), api.post(PATH, body(ring, **{role: nobody_key}))]
    update_profile(by=ring.people[place], visibility=Profile.Visibility.PUBLIC)
    with override_skillswap(CONTACT_POLICIES=["tests.exchange.api_client.Hiding"]):
        Hiding.hidden = [ring.people[place]]
        try:
            answers.append(api.post(PATH, body(ring)))
        finally:
            Hiding.hidden = []
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1


# The document


def test_the_document_describes_both():
    reset_generator_stats()
    with GENERATOR_STATS.silence():
        document = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    listing, proposing = (document["paths"]["/api/circles/"][method] for method in ("get", "post"))
    parameters = {parameter["name"]: parameter["schema"] for parameter in listing["parameters"]}
    assert parameters["limit"] == {"type": "integer", "minimum": 1, "maximum": 20}
    assert parameters["skill"] == {"type": "integer"}
    rows = listing["responses"]["200"]["content"]["application/json"]["schema"]
    assert rows == {"type": "array", "items": {"$ref": "#/components/schemas/Circle"}}
    answered = proposing["responses"]["201"]["content"]["application/json"]["schema"]
    assert answered == {"$ref": "#/components/schemas/SwapDetail"}
    asked = document["components"]["schemas"]["CircleInput"]
    assert asked["required"] == ["pupil", "skills", "teacher"]
    assert (asked["properties"]["skills"]["minItems"], asked["properties"]["skills"]["maxItems"]) == (3, 3)
