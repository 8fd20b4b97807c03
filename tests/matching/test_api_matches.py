"""The API around recommendations: how many there are, asking one, ways to learn, similar offers, trends."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from skillswap_kit.exchange.models import Swap
from skillswap_kit.exchange.services import pause_listing, update_profile
from skillswap_kit.matching.api.views import MOST_COUNTED
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.settings import override_skillswap
from skillswap_kit.testing.swaps import make_swap
from tests.exchange.api_client import Api, key

pytestmark = pytest.mark.django_db

COUNT = "recommendations/count/"


@pytest.fixture
def api(seeker):
    return Api(seeker.user)


def propose_path(person):
    return f"recommendations/{key(person)}/propose/"


def ways_path(skill):
    return f"vocabulary/{skill.pk}/ways-to-learn/"


def refused_fields(answer):
    assert answer.status_code == 400, answer.content
    return list(answer.json()["fields"])


# The score


def test_the_score_does_not_tell_how_many_wait_for_somebody(api, match, make_user):
    """The order goes by that; what is published is how well two fit."""
    asked, idle = match(), match()
    for _ in range(5):
        make_swap([make_user(), asked])
    rows = api.get("recommendations/").json()["results"]
    assert [row["member"]["id"] for row in rows] == [key(idle), key(asked)]
    assert rows[0]["score"] == rows[1]["score"] == pytest.approx(2 * 0.4 * 0.48 / 0.88)


# Counting


def test_how_many_there_are(api, match):
    assert api.get(COUNT).json() == {"count": 0, "is_more": False}
    match(level="expert")
    match()
    assert api.get(COUNT).json() == {"count": 2, "is_more": False}
    assert api.get(COUNT, level="expert").json() == {"count": 1, "is_more": False}


def test_more_than_are_counted(api, match, monkeypatch):
    monkeypatch.setattr("skillswap_kit.matching.api.views.MOST_COUNTED", 2)
    for _ in range(3):
        match()
    assert api.get(COUNT).json() == {"count": 2, "is_more": True}
    assert MOST_COUNTED == 100


@pytest.mark.parametrize(
    "query", [{"level": "grandmaster"}, {"explain": "true"}, {"page_size": "5"}, {"distance_km": "3"}]
)
def test_what_cannot_be_counted_by_is_refused(query, api):
    assert refused_fields(api.get(COUNT, **query)) == [*query]


# Asking


def test_a_match_is_asked_in_one_click(api, match, seeker):
    person = match(profile={"display_name": "Noor"})
    answer = api.post(propose_path(person), {"message": "Shall we?", "days": 3})
    assert answer.status_code == 201
    swap = answer.json()
    assert (swap["kind"], swap["status"], swap["message"]) == ("barter", "proposed", "Shall we?")
    assert [(leg["giver"]["name"], leg["skill"]["name"]) for leg in swap["legs"]] == [
        ("Sami", "Python"),
        ("Noor", "Guitar"),
    ]
    assert swap == api.get(f"swaps/{swap['id']}/").json()


def test_what_was_shown_is_asked_or_nothing(api, match, seeker):
    person = match()
    path = propose_path(person)
    make_listing(person, skill=seeker.spanish, level="expert")
    reasons = api.get("recommendations/", explain="true").json()["results"][0]["reasons"]
    learn, teach = (
        next(reason["data"]["taught"]["id"] for reason in reasons if reason["kind"] == kind)
        for kind in ("gets", "gives")
    )
    pause_listing(by=person, listing=person.skillswap_listings.get(kind="offer", skill=learn))
    for body in ({"learn": learn}, {"learn": learn, "teach": teach}):
        assert refused_fields(api.post(path, body)) == ["learn"]
    assert refused_fields(api.post(path, {"learn": "much", "teach": 999_999_999})) == ["learn", "teach"]
    assert not Swap.objects.exists()
    assert api.post(path, {"learn": seeker.spanish.pk, "teach": teach}).status_code == 201


def test_a_click_that_is_repeated_asks_once(api, match):
    path = propose_path(match())
    first, again = (api.post(path, {"message": "Hi"}, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Swap.objects.count() == 1
    assert api.post(path).status_code == 409


def test_who_does_not_fit_any_more_is_not_asked(api, match, seeker):
    person = match()
    pause_listing(by=person, listing=person.skillswap_listings.get(kind="offer"))
    assert refused_fields(api.post(propose_path(person))) == ["member"]
    assert refused_fields(api.post(propose_path(seeker.user))) == ["member"]


def test_who_is_not_there_is_not_asked(api, match):
    recluse = match()
    update_profile(by=recluse, visibility="connections")
    answers = [api.post(path) for path in (propose_path(recluse), "recommendations/nobody/propose/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("body", [{"days": 0}, {"days": 15}, {"days": "soon"}, {"message": "x" * 2001}])
def test_what_cannot_be_said_is_refused_beside_the_field(body, api, match):
    assert refused_fields(api.post(propose_path(match()), body)) == [*body]


# Ways to learn


def test_all_the_ways_in_one_answer(api, match, make_user, seeker):
    match(profile={"display_name": "Noor"})
    teacher = make_user()
    make_member(teacher, display_name="Huda")
    make_listing(teacher, skill=seeker.guitar)
    body = api.get(ways_path(seeker.guitar)).json()
    assert set(body) == {"skill", "partners", "circles", "for_points", "as_gift"}
    assert body["skill"]["name"] == "Guitar"
    assert [row["member"]["name"] for row in body["partners"]] == ["Noor"]
    assert [reason["kind"] for reason in body["partners"][0]["reasons"]] == ["gets", "gives"]
    assert [(row["owner"]["name"], row["kind"]) for row in body["as_gift"]] == [("Huda", "offer")]
    assert (body["circles"], body["for_points"]) == ([], [])


def test_the_limit_is_of_each_way(api, match, make_user, seeker):
    for _ in range(3):
        match()
        make_listing(make_user(), skill=seeker.guitar)
    body = api.get(ways_path(seeker.guitar), limit=2).json()
    assert (len(body["partners"]), len(body["as_gift"])) == (2, 2)


def test_there_are_no_ways_to_what_is_no_skill(api, seeker):
    own = make_skill("Rebab", status="proposed", proposed_by=seeker.user)
    assert api.get(ways_path(own)).status_code == 404
    for absent in ("0", "guitar", "999999999"):
        assert api.get(f"vocabulary/{absent}/ways-to-learn/").status_code == 404
    assert Api().get(ways_path(seeker.guitar)).status_code in (401, 403)


# Offers and trends


def test_similar_offers_are_listings(api, match, seeker):
    listing, other = (match().skillswap_listings.get(kind="offer") for _ in range(2))
    for reader in (api, Api()):
        rows = reader.get("similar-offers/", listing=listing.pk).json()
        assert [row["id"] for row in rows] == [other.pk]
        assert rows[0] == next(row for row in reader.get("listings/").json()["results"] if row["id"] == other.pk)
    assert api.get("similar-offers/", listing=listing.pk, limit=1).status_code == 200


def test_what_one_may_not_see_has_nothing_beside_it(api, match):
    listing = match().skillswap_listings.get(kind="offer")
    pause_listing(by=listing.owner, listing=listing)
    assert api.get("similar-offers/", listing=listing.pk).status_code == 404
    assert api.get("similar-offers/", listing=999_999_999).status_code == 404


def test_trends_are_counts_by_skill(api, match, seeker):
    match()
    rows = Api().get("trending-skills/", days=7, limit=1).json()
    assert [(row["skill"]["name"], row["offers"], row["wants"]) for row in rows] == [("Guitar", 1, 1)]
    assert rows[0].keys() == {"skill", "offers", "wants"}
    assert rows[0]["skill"].keys() == {"id", "name", "category"}


def test_strangers_read_them_only_where_they_may_browse(match):
    listing = match().skillswap_listings.get(kind="offer")
    with override_skillswap(PUBLIC_BROWSING=False):
        assert Api().get("similar-offers/", listing=listing.pk).status_code in (401, 403)
        assert Api().get("trending-skills/").status_code in (401, 403)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("similar-offers/", {}, "listing"),
        ("similar-offers/", {"listing": ""}, "listing"),
        ("similar-offers/", {"limit": "2"}, "listing"),
        ("similar-offers/", {"listing": "mine"}, "listing"),
        ("similar-offers/", {"listing": "1", "limit": "51"}, "limit"),
        ("similar-offers/", {"listing": "1", "skill": "2"}, "skill"),
        ("trending-skills/", {"days": "0"}, "days"),
        ("trending-skills/", {"days": "91"}, "days"),
        ("trending-skills/", {"limit": "many"}, "limit"),
        ("trending-skills/", {"page": "2"}, "page"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_the_field(path, query, field, api):
    assert refused_fields(api.get(path, **query)) == [field]


def test_a_limit_of_ways_out_of_bounds_is_refused(api, seeker):
    for limit in ("0", "21", "x"):
        assert refused_fields(api.get(ways_path(seeker.guitar), limit=limit)) == ["limit"]


# The document


def operation(path, method="get"):
    document = SchemaGenerator().get_schema(request=None, public=True)
    return document["paths"][path][method]


def names(described):
    return {parameter["name"] for parameter in described["parameters"] if parameter["in"] == "query"}


def test_the_document_names_what_can_be_asked():
    count = operation("/api/recommendations/count/")
    assert names(count) == names(operation("/api/recommendations/")) - {"cursor", "explain", "page_size"}
    assert {"200", "400", "401", "403"} <= count["responses"].keys()
    assert names(operation("/api/vocabulary/{skill_pk}/ways-to-learn/")) == {"limit"}
    similar = operation("/api/similar-offers/")
    assert names(similar) == {"listing", "limit"}
    assert [parameter["name"] for parameter in similar["parameters"] if parameter.get("required")] == ["listing"]
    assert names(operation("/api/trending-skills/")) == {"days", "limit"}
    propose = operation("/api/recommendations/{member}/propose/", "post")
    assert {"201", "400", "404", "409"} <= propose["responses"].keys()
