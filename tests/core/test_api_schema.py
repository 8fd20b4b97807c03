"""The OpenAPI document says what the views do, on hosts of every kind."""

from __future__ import annotations

import pytest
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.validation import validate_schema
from rest_framework import serializers
from rest_framework.test import APIClient

from skillswap_kit.core.api.openapi import auto_schema_class

from .api_world import FailingView, SkillViewSet

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api_world")]


@pytest.fixture
def document():
    return APIClient().get("/api/schema/?format=json").json()


def operations(document):
    for path, methods in document["paths"].items():
        if path != "/api/schema/":
            for method, operation in methods.items():
                yield path, method, operation


def test_the_document_is_valid(document, capfd):
    validate_schema(document)
    assert capfd.readouterr().err == ""


def test_operations_are_named_after_route_and_action():
    APIClient().get("/api/skills/")  # The framework adds HEAD to a route when it is first used.
    document = APIClient().get("/api/schema/?format=json").json()
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert {"skill_list", "skill_create", "skill_retrieve", "skill_partial_update", "skill_approve"} <= set(names)
    assert document["paths"]["/api/categories/{category_pk}/skills/"]["get"]["operationId"] == "category_skill_list"
    assert document["paths"]["/api/skills/{id}/"]["get"]["tags"] == ["skill"]


def test_every_operation_shows_its_errors_in_one_shape(document):
    for path, method, operation in operations(document):
        codes = set(operation["responses"])
        assert {"401", "403", "406"} <= codes
        assert ("404" in codes) >= ("{" in path)
        assert (method != "get") == ({"400", "409", "413", "415", "503"} <= codes)
        for code, answer in operation["responses"].items():
            if int(code) >= 400:
                assert answer["content"]["application/json"]["schema"] == {
                    "$ref": "#/components/schemas/SkillSwapError"
                }
                assert answer["description"]


def test_lists_show_their_pages_filters_and_orderings(document):
    operation = document["paths"]["/api/skills/"]["get"]
    parameters = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert set(parameters) == {
        "page", "page_size", "ordering", "q", "name", "category", "by", "is_open", "position"
    }  # fmt: skip
    assert parameters["ordering"] == {
        "type": "string",
        "enum": ["newest", "-newest", "name", "-name"],
        "default": "name",
    }
    assert parameters["page_size"]["maximum"] == 100
    assert parameters["q"] == {"type": "string", "maxLength": 100}
    assert parameters["is_open"] == {"type": "boolean"}
    assert parameters["position"] == {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
    page = document["components"]["schemas"]["PaginatedSkillList"]
    assert page["properties"]["next"] == {"type": ["string", "null"], "format": "uri"}
    assert set(page["required"]) == {"count", "count_is_capped", "next", "previous", "results"}
    feed = document["paths"]["/api/feed/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in feed} == {"cursor", "page_size"}


def test_posts_take_a_key_and_creation_answers_201(document):
    for _, method, operation in operations(document):
        takes_key = "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", [])}
        assert takes_key == (method == "post")
    responses = document["paths"]["/api/skills/"]["post"]["responses"]
    assert "Idempotent-Replayed" in responses["201"]["headers"]
    assert "200" not in responses
    assert "200" in document["paths"]["/api/skills/{id}/approve/"]["post"]["responses"]


def test_bodies_are_what_the_action_reads(document):
    body = document["paths"]["/api/skills/"]["post"]["requestBody"]
    assert list(body["content"]) == ["multipart/form-data"]
    photo = document["components"]["schemas"]["SkillInput"]["properties"]["photo"]
    assert photo["format"] == "binary"
    assert "requestBody" not in document["paths"]["/api/skills/{id}/approve/"]["post"]


def test_only_what_strangers_may_is_open_to_strangers(document):
    assert {} in document["paths"]["/api/skills/"]["get"]["security"]
    assert {} not in document["paths"]["/api/skills/"]["post"]["security"]


def test_keys_have_the_type_of_their_column(document):
    detail = document["paths"]["/api/skills/{id}/"]["get"]["parameters"]
    assert detail[0]["schema"] == {"type": "integer"}
    nested = document["paths"]["/api/categories/{category_pk}/skills/"]["get"]["parameters"]
    assert nested[0]["schema"] == {"type": "integer"}
    assert document["components"]["schemas"]["SkillInput"]["properties"]["category"] == {"type": "integer"}


def test_the_base_s_own_docstrings_stay_out(document):
    for _, _, operation in operations(document):
        assert "filter_queryset_for_action" not in operation.get("description", "")
    for schema in document["components"]["schemas"].values():
        assert "faster than its base" not in schema.get("description", "")


class HostSchema(AutoSchema):
    def get_summary(self):
        return "The host's own words"


def test_a_host_s_own_auto_schema_is_kept(monkeypatch):
    from rest_framework.settings import api_settings

    monkeypatch.setattr(api_settings, "DEFAULT_SCHEMA_CLASS", HostSchema)
    document = APIClient().get("/api/schema/?format=json").json()
    operation = document["paths"]["/api/skills/"]["get"]
    assert (operation["summary"], operation["operationId"]) == ("The host's own words", "skill_list")


@pytest.mark.filterwarnings("ignore:You have a duplicated operationId")
def test_a_host_with_the_framework_s_own_generator_is_served_too(monkeypatch):
    from rest_framework.schemas.openapi import AutoSchema as PlainSchema
    from rest_framework.schemas.openapi import SchemaGenerator
    from rest_framework.settings import api_settings

    monkeypatch.setattr(api_settings, "DEFAULT_SCHEMA_CLASS", PlainSchema)
    assert issubclass(auto_schema_class(), AutoSchema)
    document = SchemaGenerator(title="Host", patterns=None, urlconf="tests.core.api_world").get_schema(public=True)
    assert "/api/skills/" in document["paths"]
    assert "SkillSwapError" in APIClient().get("/api/schema/?format=json").json()["components"]["schemas"]


def test_views_without_rows_describe_themselves_as_well(document):
    assert FailingView().serializer_class is None
    assert document["paths"]["/api/fail/"]["get"]["responses"]["200"] == {"description": "No response body"}


def test_extend_schema_adds_to_what_the_view_says(monkeypatch):
    from drf_spectacular.utils import extend_schema

    class Note(serializers.Serializer):
        text = serializers.CharField()

    described = extend_schema(responses=Note, summary="Approve a skill")(SkillViewSet.approve)
    monkeypatch.setattr(SkillViewSet, "approve", described)
    monkeypatch.setitem(described.kwargs, "schema", described.kwargs["schema"])
    try:
        document = APIClient().get("/api/schema/?format=json").json()
    finally:
        del described.kwargs["schema"]
    operation = document["paths"]["/api/skills/{id}/approve/"]["post"]
    assert (operation["summary"], operation["operationId"]) == ("Approve a skill", "skill_approve")
    assert "409" in operation["responses"]
