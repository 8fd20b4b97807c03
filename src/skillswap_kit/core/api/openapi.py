"""The kit's operations in an OpenAPI document. Imported only when one is drawn: see ``schema.py``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from django.apps import apps
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import (
    ResolvedComponent,
    append_meta,
    build_basic_type,
    build_choice_description_list,
    build_parameter_type,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_serializer
from rest_framework import serializers
from rest_framework.settings import api_settings

from ..keys import key_field, user_key_field
from ..permissions import may_browse
from .idempotency import HEADER, MAX_KEY_LENGTH, REPLAYED_HEADER
from .permissions import Browse
from .schema import key_schema
from .views import KitGenericViewSet

Schema = dict[str, Any]

IDEMPOTENCY_PARAMETERS = [
    OpenApiParameter(
        HEADER,
        {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
        OpenApiParameter.HEADER,
        description="Makes a repeat harmless: the same request under the same key is done once.",
    ),
    OpenApiParameter(
        REPLAYED_HEADER,
        {"type": "string", "enum": ["true"]},
        OpenApiParameter.HEADER,
        response=[200, 201],
        description="Present on the answer to a repeat.",
    ),
]


@extend_schema_serializer(component_name="SkillSwapError")
class ErrorSerializer(serializers.Serializer[Any]):
    """What every error of the kit looks like."""

    code = serializers.CharField(help_text="For programs; stays the same.")
    detail = serializers.CharField(help_text="For people, in their language.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with which part of the input.",
    )


class KitOperations:
    """What the kit's views say of themselves, on top of a host's own AutoSchema."""

    view: Any
    method: str
    path: str

    def get_operation(self, path: str, *where: Any) -> Any:
        # The framework's own generator calls with the method alone.
        if len(where) == 1:
            return self._plain().get_operation(path, *where)
        return super().get_operation(path, *where)  # type: ignore[misc]

    def get_components(self, path: str, method: str) -> Any:
        return self._plain().get_components(path, method)

    def _plain(self) -> Any:
        from rest_framework.schemas.openapi import AutoSchema as PlainSchema

        inspector = PlainSchema()
        inspector.view = self.view
        return inspector

    @property
    def _rows(self) -> KitGenericViewSet | None:
        return self.view if isinstance(self.view, KitGenericViewSet) else None

    def get_operation_id(self) -> str:
        """The route's name and the action: wherever the host mounts the API."""
        if self._rows is None or not self._rows.basename:
            return cast("str", super().get_operation_id())  # type: ignore[misc]
        methods = [method for method, action in self.view.action_map.items() if action == self.view.action]
        shares_its_name = len({*methods} - {"head"}) > 1
        parts = [self._rows.basename, self.view.action, self.method if shares_its_name else ""]
        return "_".join(filter(None, parts)).replace("-", "_").lower()

    def get_tags(self) -> list[str]:
        if self._rows is None or not self._rows.basename:
            return cast("list[str]", super().get_tags())  # type: ignore[misc]
        return [self._rows.basename.partition("-")[0]]

    @property
    def _action(self) -> Any:
        return getattr(self.view, self.view.current_action() or "", None)

    def _said(self) -> dict[str, Any]:
        """What ``described`` noted about the action."""
        facts: dict[str, Any] = getattr(self._action, "described", {})
        return facts

    def get_description(self) -> str:
        """The docstring of the action, else of the view; never of a base class."""
        action = self._action
        return inspect.cleandoc(getattr(action, "__doc__", None) or vars(type(self.view)).get("__doc__") or "")

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Schema:
        schema: Schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[misc]
        if not vars(type(serializer)).get("__doc__"):
            schema.pop("description", None)
        return schema

    def get_request_serializer(self) -> Any:
        return _described(self.view.get_input_serializer_class())

    def get_response_serializers(self) -> Any:
        return self._said().get("responses") or _described(self.view.get_answer_serializer_class())

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = super().get_override_parameters()  # type: ignore[misc]
        own: list[Any] = self._said().get("parameters", [])
        return parameters + own + (IDEMPOTENCY_PARAMETERS if self.method == "POST" else [])

    def get_filter_backends(self) -> list[Any]:
        """Those of lists, unless the action has said whether it has any."""
        has_filters: bool = self._said().get("filters", self._is_list_view())
        return list(self.view.filter_backends) if has_filters else []

    def get_auth(self) -> list[Any]:
        methods: list[Any] = super().get_auth()  # type: ignore[misc]
        is_public = any(isinstance(permission, Browse) for permission in self.view.get_permissions())
        if is_public and may_browse(_stranger()) and {} not in methods:
            methods.append({})
        return methods

    def map_parsers(self) -> list[str]:
        """One type of body for each operation, though all parsers take what they can read."""
        declared: Any = self.get_request_serializer()
        fields = getattr(declared() if isinstance(declared, type) else declared, "fields", {})
        has_files = any(isinstance(field, serializers.FileField) for field in fields.values())
        return ["multipart/form-data" if has_files else "application/json"]

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        if isinstance(field, serializers.FileField) and direction == "request":
            return build_basic_type(OpenApiTypes.BINARY)
        if type(field) is serializers.ChoiceField and not field.allow_blank:
            name = _choice_set_names().get(frozenset(field.choices))
            if name is not None:
                return self._named_choices(field, name, direction)
        return super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[misc]

    def _named_choices(self, field: Any, name: str, direction: str) -> Schema:
        """The choices as a component of their own."""
        schema: Schema = {"type": "string", "enum": list(field.choices)}
        schema["description"] = build_choice_description_list(field.choices.items())
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)  # type: ignore[attr-defined]
        meta = self._get_serializer_field_meta(field, direction)  # type: ignore[attr-defined]
        return append_meta(component.ref, meta)

    def _is_list_view(self, serializer: Any = None) -> bool:
        if self._rows is None:
            return bool(super()._is_list_view(serializer))  # type: ignore[misc]
        return self.view.action in self._rows.list_actions

    def _is_create_operation(self) -> bool:
        if self._rows is None:
            return bool(super()._is_create_operation())  # type: ignore[misc]
        return self.method == "POST" and self.view.action in self._rows.creating_actions

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        if self._rows is None:
            return cast("list[Schema]", super()._resolve_path_parameters(variables))  # type: ignore[misc]
        return [
            build_parameter_type(name=name, schema=self._path_schema(name), location=OpenApiParameter.PATH)
            for name in variables
        ]

    def _path_schema(self, name: str) -> Schema:
        rows = cast("KitGenericViewSet", self._rows)
        # A host's drf-spectacular may be told to show "pk" as "id".
        for kwarg, (model, lookup) in rows.parents.items():
            if name in {kwarg, kwarg.replace("_pk", "_id")}:
                return key_schema(key_field(model, lookup))
        if name in {"pk", "id", rows.lookup_url_kwarg or rows.lookup_field}:
            return key_schema(key_field(rows.model, rows.lookup_field))
        return {"type": "string"}

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        responses: Schema = super()._get_response_bodies(direction)  # type: ignore[misc]
        for code in self._error_codes():
            error = OpenApiResponse(ErrorSerializer, description=HTTPStatus(int(code)).phrase)
            answer = self._get_response_for_code(error, code, direction=direction)  # type: ignore[attr-defined]
            responses.setdefault(code, answer)
        return responses

    def _error_codes(self) -> Iterator[str]:
        writes = self.method not in {"GET", "HEAD"}
        is_list = self._is_list_view()
        if writes or is_list or self.get_filter_backends():
            yield "400"
        yield from ("401", "403")
        if is_list or "{" in self.path:
            yield "404"
        yield "406"
        if writes:
            yield from ("409", "413", "415", "503")
        if self.view.get_throttles():
            yield "429"


def _described(serializer_class: type[Any]) -> type[Any] | None:
    # The plain base stands for "no body".
    return None if serializer_class is serializers.Serializer else serializer_class


def _stranger() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def auto_schema_class() -> type[AutoSchema]:
    """The host's AutoSchema with the kit's operations; drf-spectacular's where the host uses another generator."""
    configured: Any = api_settings.DEFAULT_SCHEMA_CLASS
    return _composed(configured if issubclass(configured, AutoSchema) else AutoSchema)


@cache
def _choice_set_names() -> dict[frozenset[Any], str]:
    """What the choices of the kit's models are called, SwapStatus for instance.

    drf-spectacular names sets of choices after their fields, and wants the host to name them where these are alike.
    """
    names: dict[frozenset[Any], str] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("skillswap_kit."):
            continue
        for field in model._meta.fields:
            if field.choices:
                name = model.__name__ + field.name.title().replace("_", "")
                names.setdefault(frozenset(value for value, _ in field.flatchoices), name)
    return names


@cache
def _composed(base: type[AutoSchema]) -> type[AutoSchema]:
    return type("KitAutoSchema", (KitOperations, base), {})


class UserKeyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "skillswap_kit.core.api.fields.UserKeyField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return key_schema(user_key_field())


class ScopedKeyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "skillswap_kit.core.api.fields.ScopedPrimaryKeyRelatedField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return key_schema(key_field(self.target.model))
