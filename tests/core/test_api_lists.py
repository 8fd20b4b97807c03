"""Lists are bounded, sorted by declared names only, and refuse filters that they cannot read."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import override_settings
from django_filters.rest_framework import FilterSet, RangeFilter
from rest_framework.test import APIClient

from skillswap_kit.core.text import normalise
from skillswap_kit.exchange.models import Category, Skill

from .api_world import SkillViewSet, make_person, make_skills

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api_world")]


@pytest.fixture
def client():
    return APIClient()


@pytest.fixture
def category():
    return Category.objects.create(name="Music", slug="music")


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_a_page_has_twenty_rows_and_says_where_to_go_on(client, category):
    make_skills(45, category)
    first = client.get("/api/skills/").json()
    assert (first["count"], first["count_is_capped"], len(first["results"])) == (45, False, 20)
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert second["previous"] == "http://testserver/api/skills/"
    third = client.get(second["next"]).json()
    assert (len(third["results"]), third["next"], third["count"]) == (5, None, 45)


def test_other_parameters_stay_in_the_links(client, category):
    make_skills(45, category)
    assert "ordering=-name" in client.get("/api/skills/?ordering=-name&page_size=5").json()["next"]


def test_an_empty_list_is_a_page(client):
    assert client.get("/api/skills/").json() == {
        "count": 0,
        "count_is_capped": False,
        "next": None,
        "previous": None,
        "results": [],
    }


@override_settings(SKILLSWAP_KIT={"API_COUNT_CAP": 30})
def test_counts_are_capped_and_say_so(client, category):
    make_skills(30, category)
    assert (client.get("/api/skills/").json()["count"], client.get("/api/skills/").json()["count_is_capped"]) == (
        30,
        False,
    )
    make_person()
    Skill.objects.create(name="One more", slug="one-more", category=category)
    for page in (1, 2):
        answer = client.get(f"/api/skills/?page={page}").json()
        assert (answer["count"], answer["count_is_capped"]) == (30, True)


@override_settings(SKILLSWAP_KIT={"API_COUNT_CAP": 30})
def test_a_list_known_to_be_long_is_not_counted_again_a_short_one_always(client, category, django_assert_num_queries):
    make_skills(30, category)
    for _page in range(2):
        with django_assert_num_queries(2):
            assert not client.get("/api/skills/").json()["count_is_capped"]
    Skill.objects.create(name="Most", slug="most", category=category)
    for queries in (2, 1, 1):
        with django_assert_num_queries(queries):
            assert client.get("/api/skills/").json()["count_is_capped"]


def test_a_page_costs_two_queries_the_last_one(client, category, django_assert_num_queries):
    make_skills(30, category)
    with django_assert_num_queries(2):
        client.get("/api/skills/")
    with django_assert_num_queries(1):
        client.get("/api/skills/?page=2")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=101", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=5.5", "page_size"),
        ("page_size=٥", "page_size"),
        ("page_size=1e2", "page_size"),
        ("page=0", "page"),
        ("page=last", "page"),
        ("page=%00", "page"),
        ("page=" + "9" * 30, "page"),
        ("page=" + "9" * 5000, "page"),
        ("page=100000", "page"),
        ("page=501", "page"),
    ],
)
def test_pages_that_cannot_be_are_refused(client, query, field):
    answer = client.get(f"/api/skills/?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_a_page_past_the_end_is_not_there(client, category):
    make_skills(3, category)
    assert client.get("/api/skills/?page=2").status_code == 404


@override_settings(SKILLSWAP_KIT={"API_MAX_OFFSET": 100})
def test_next_never_leads_deeper_than_pages_go(client, category):
    make_skills(130, category)
    url, seen = "/api/skills/?page_size=50", 0
    while url:
        page = client.get(url)
        assert page.status_code == 200
        seen, url = seen + len(page.json()["results"]), page.json()["next"]
    assert seen == 100
    assert client.get("/api/skills/?page_size=50&page=3").status_code == 400


@override_settings(SKILLSWAP_KIT={"API_PAGE_SIZE": 50, "API_MAX_PAGE_SIZE": 10})
def test_the_usual_page_is_no_larger_than_the_largest(client, category):
    make_skills(12, category)
    assert len(client.get("/api/skills/").json()["results"]) == 10


def test_rows_that_one_may_not_see_are_not_counted(client, category):
    person = make_person()
    Skill.objects.create(name="Mine", slug="mine", category=category, status="proposed", proposed_by=person)
    assert client.get("/api/skills/").json()["count"] == 0
    client.force_authenticate(person)
    assert client.get("/api/skills/").json()["count"] == 1


# Orderings


def test_orderings_go_by_name_and_turn_round(client, category):
    make_skills(3, category)
    assert names(client.get("/api/skills/")) == ["Skill 00000", "Skill 00001", "Skill 00002"]
    assert names(client.get("/api/skills/?ordering=-name"))[0] == "Skill 00002"
    newest = client.get("/api/skills/?ordering=newest").json()["results"]
    oldest = client.get("/api/skills/?ordering=-newest").json()["results"]
    assert newest == oldest[::-1]


@pytest.mark.parametrize("name", ["proposed_by__password", "pk", "--name", "-", "name,newest", "%3F", "%00"])
def test_other_orderings_are_refused_with_the_allowed_names(client, name):
    answer = client.get(f"/api/skills/?ordering={name}")
    assert answer.status_code == 400
    assert answer.json()["fields"]["ordering"] == ["Choose one of: newest, -newest, name, -name."]


def test_rows_without_a_value_stay_at_the_end():
    from django.db.models import F

    from skillswap_kit.core.api.ordering import reversed_ordering

    descending = F("rating").desc(nulls_last=True)
    ascending, key = reversed_ordering([descending, "-pk"])
    assert (ascending.descending, ascending.nulls_last, key) == (False, True, "pk")


# Filters


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=%00", "q"),
        ("q=" + "a" * 101, "q"),
        ("name=" + "a" * 101, "name"),
        ("category=x", "category"),
        ("category=-1", None),
        ("category=1.0", "category"),
        ("category=%D9%A1", "category"),
        ("category=" + "9" * 40, "category"),
        ("category=" + "9" * 5000, "category"),
        ("category=%00", "category"),
        ("by=nobody", "by"),
        ("by=%00", "by"),
        ("is_open=maybe", "is_open"),
        ("is_open=2", "is_open"),
        ("position=-1", "position"),
        ("position=2.5", "position"),
        ("position=" + "9" * 30, "position"),
        ("position=" + "9" * 5000, "position"),
        ("position=NaN", "position"),
        ("position=%D9%A3", None),
    ],
)
def test_values_that_cannot_be_read_are_refused(client, query, field):
    answer = client.get(f"/api/skills/?{query}")
    if field is None:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400
        assert list(answer.json()["fields"]) == [field]


def test_filters_find_rows(client, category):
    person = make_person()
    other = Category.objects.create(name="Code", slug="code", position=3, is_active=False)
    make_skills(2, category)
    Skill.objects.create(name="عُود", slug="oud", category=other, proposed_by=person, search_text=normalise("عُود oud"))
    assert names(client.get(f"/api/skills/?category={other.pk}")) == ["عُود"]
    assert names(client.get(f"/api/skills/?by={person.pk}")) == ["عُود"]
    assert names(client.get("/api/skills/?is_open=false")) == ["عُود"]
    assert names(client.get("/api/skills/?position=3")) == ["عُود"]
    assert names(client.get(f"/api/skills/?q={quote('عود')}")) == ["عُود"]
    assert names(client.get(f"/api/skills/?q={quote('OUD %')}")) == []
    assert names(client.get("/api/skills/?name=Skill 00001")) == ["Skill 00001"]
    assert len(names(client.get("/api/skills/?q=&category=&is_open="))) == 3


def test_a_key_that_nothing_has_finds_nothing(client, category):
    make_skills(2, category)
    assert names(client.get("/api/skills/?category=999999")) == []


class PriceFilter(FilterSet):
    position = RangeFilter(field_name="category__position")


def test_a_range_is_read_from_both_its_parameters(client, category, monkeypatch):
    monkeypatch.setattr(SkillViewSet, "filterset_class", PriceFilter)
    make_skills(2, category)
    assert names(client.get("/api/skills/?position_min=1")) == []
    assert client.get("/api/skills/?position_max=x").status_code == 400


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("categroy=1", "category"),
        ("positon=1", "position"),
        ("pagesize=1", "page_size"),
        ("order=name", "ordering"),
        ("colour=red", None),
        ("x" * 20_000, None),
        ("%00=1", None),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_known(client, category, asked, near):
    make_skills(2, category)
    answer = client.get(f"/api/skills/?{asked}")
    assert answer.status_code == 400
    [[message]] = answer.json()["fields"].values()
    assert message.endswith(f"Did you mean {near}?" if near else "no such parameter.")


def test_each_unknown_parameter_is_named(client, category):
    assert set(client.get("/api/skills/?colour=red&q=x&size=1").json()["fields"]) == {"colour", "size"}


def test_the_ends_of_a_range_are_its_only_names(client, category, monkeypatch):
    monkeypatch.setattr(SkillViewSet, "filterset_class", PriceFilter)
    message = client.get("/api/skills/?position=1").json()["fields"]["position"][0]
    assert "Did you mean position_m" in message


def test_a_list_without_filters_refuses_unknown_parameters_too(client, category, monkeypatch):
    monkeypatch.setattr(SkillViewSet, "filterset_class", None)
    assert client.get("/api/skills/?category=1").status_code == 400
    assert client.get("/api/skills/?page=1").status_code == 200


def test_what_the_framework_and_the_host_read_passes(client, category):
    make_skills(2, category)
    assert len(names(client.get("/api/skills/?format=json"))) == 2
    assert client.get("/api/skills/?lang=ar").status_code == 400
    with override_settings(SKILLSWAP_KIT={"API_OTHER_PARAMETERS": ["lang"]}):
        assert len(names(client.get("/api/skills/?lang=ar"))) == 2


# Feeds


def test_a_feed_goes_on_where_it_stopped_though_rows_are_added(client, category):
    make_skills(50, category)
    first = client.get("/api/feed/?page_size=20").json()
    assert set(first) == {"next", "previous", "results"}
    Skill.objects.create(name="On top", slug="top", category=category)
    second = client.get(first["next"]).json()
    assert first["results"][-1]["id"] == second["results"][0]["id"] + 1
    assert client.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=!!", 404),
        ("cursor=" + "A" * 5000, 404),
        ("cursor=cD1hYmM%3D", 404),  # p=abc
        ("cursor=cD0lMDA%3D", 404),  # p=%00
        ("cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 200),  # p=9999…, past every row
        ("cursor=bz1hYmM%3D", 404),  # o=abc
        ("cursor=bz0tMQ%3D%3D", 404),  # o=-1
        ("cursor=cj14", 404),  # r=x
        ("cursor=%00", 404),
        ("cursor=", 200),
        ("page_size=1000", 400),
        ("page_size=x", 400),
    ],
)
def test_hostile_cursors_are_refused(client, query, status):
    answer = client.get(f"/api/feed/?{query}")
    assert answer.status_code == status, answer.content
    if status != 200:
        assert set(answer.json()) <= {"code", "detail", "fields"}
