"""Sign-in in the OpenAPI document: allauth's own description, in a host's document and at the host's addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from allauth.headless import spec as allauth_spec
from allauth.headless.spec.internal import schema as allauth_schema
from django.urls import NoReverseMatch, reverse

from skillswap_kit.core.composition import is_routed

Document = dict[str, Any]

PREFIX = "Auth"
"""Before the names of allauth's components, of which some would collide: both have a Session."""
TAG = "auth"
OURS = {"register": "/auth/signup", "login": "/auth/login", "refresh": "/tokens/refresh"}
"""Our addresses by name, and what is behind each."""
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def add_sign_in(result: Document, generator: Any, request: Any, public: bool) -> Document:
    """A hook for ``SPECTACULAR_SETTINGS["POSTPROCESSING_HOOKS"]``.

    Adds ``/api/auth/`` and what of allauth's JSON API the URLconf leads to, wherever it is mounted.
    """
    described = _described(result["openapi"])
    operations = {path.removeprefix("/_allauth/"): item for path, item in described["paths"].items()}
    if is_routed(_name("login")):
        result["paths"].update(_our_paths(operations))
    result["paths"].update(_mounted_paths(operations))
    result["paths"] = dict(sorted(result["paths"].items()))
    for section, components in described["components"].items():
        result.setdefault("components", {}).setdefault(section, {}).update(components)
    return result


def _described(openapi: str) -> Document:
    """What allauth says of itself, fit to stand beside other things."""
    document = deepcopy(_read())
    allauth_schema.specify_user(document)
    allauth_schema.specify_signup_fields(document)
    allauth_schema.specify_custom_signup_form(document)
    described: Document = _renamed(document)
    if openapi.startswith("3.1"):
        described = _as_of_3_1(described)
    described["components"] = {
        section: {PREFIX + name: component for name, component in components.items()}
        for section, components in described["components"].items()
    }
    for path, item in described["paths"].items():
        for method in METHODS & item.keys():
            item[method]["operationId"] = _operation_id(path, method)
    return described


@cache
def _read() -> Document:
    """Read once: the file is long."""
    import yaml

    file = Path(allauth_spec.__file__).parent / "doc" / "openapi.yaml"
    document: Document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def _renamed(value: Any) -> Any:
    """With references to the new names of components."""
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: re.sub(r"^(#/components/\w+/)", rf"\1{PREFIX}", item)
        if key == "$ref" and isinstance(item, str)
        else _renamed(item)
        for key, item in value.items()
    }


def _as_of_3_1(value: Any) -> Any:
    """``nullable`` is of 3.0; later versions have a type for nothing."""
    if isinstance(value, list):
        return [_as_of_3_1(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _as_of_3_1(item) for key, item in value.items()}
    if changed.pop("nullable", False) is True:
        if "type" in changed:
            return {**changed, "type": [changed["type"], "null"]}
        return {"anyOf": [changed, {"type": "null"}]}
    return changed


def _operation_id(path: str, method: str) -> str:
    words = re.findall(r"\w+", path.removeprefix("/_allauth/"))[1:]
    return "_".join(["allauth", *(word for word in words if word != "v1"), method])


def _our_paths(operations: Document) -> Iterator[tuple[str, Document]]:
    for name, behind in OURS.items():
        operation = _without_client(next(item for path, item in operations.items() if path.endswith(f"v1{behind}")))
        yield reverse(_name(name)), {"post": {**operation["post"], "operationId": f"auth_{name}", "tags": [TAG]}}
    yield reverse(_name("logout")), {"post": _sign_out()}


def _name(address: str) -> str:
    return f"skillswap_accounts_api:{address}"


def _sign_out() -> Document:
    def reference(name: str) -> Document:
        return {"$ref": f"#/components/responses/{PREFIX}{name}"}

    return {
        "operationId": "auth_logout",
        "tags": [TAG],
        "summary": "Sign out",
        "description": "Ends the session of the access token, and with it every token of that sign-in.",
        "responses": {"200": reference("StatusOK"), "401": reference("Unauthenticated")},
    }


def _mounted_paths(operations: Document) -> Iterator[tuple[str, Document]]:
    """allauth's own addresses, those of them that exist."""
    root = _mount()
    if root is None:
        return
    document: Document = {
        "paths": {root + path: item for path, item in operations.items()},
        "components": {"parameters": {}},
    }
    allauth_schema.drop_unused_paths(document)
    yield from document["paths"].items()


def _mount() -> str | None:
    """Where the host has mounted allauth's JSON API, None if nowhere."""
    for client in ("app", "browser"):
        try:
            return reverse(f"headless:{client}:config").removesuffix(f"{client}/v1/config")
        except NoReverseMatch:
            continue
    return None


def _without_client(item: Document) -> Document:
    """An operation whose address does not name the kind of client."""
    client = {"$ref": f"#/components/parameters/{PREFIX}Client"}
    return {
        method: {**operation, "parameters": [one for one in operation.get("parameters", ()) if one != client]}
        for method, operation in item.items()
        if method in METHODS
    }
