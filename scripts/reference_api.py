"""The generated part of docs/reference/api.md, from the views and their OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.markdown import code, one_line, table

ROOT = "/api/"
PAGED = "Paginated"
PARTIAL = "Patched"
PAGING = {"page", "page_size", "ordering"}
STANDARD = {
    "retrieve": "One of them.",
    "create": "Add one.",
    "update": "Change it; what is required must be named.",
    "partial_update": "Change what is named.",
    "destroy": "Remove it.",
}
"""What the usual actions on the rows of a list do, where a view says nothing of its own."""
SECTIONS = {
    "users": "Members",
    "categories": "Categories",
    "vocabulary": "Skills of the vocabulary",
    "listings": "Listings",
    "skills": "Offers, by their second address",
    "swaps": "Swaps",
    "requests": "Requests, the second address of proposed swaps",
    "sessions": "Sessions",
    "connections": "Connections",
    "reviews": "Reviews",
    "recommendations": "Recommendations",
    "circles": "Circles",
    "similar-offers": "Similar offers",
    "trending-skills": "Skills that trend",
    "matching-statistics": "Statistics of the matching",
    "auth": "Signing in by tokens",
}


class Operation(NamedTuple):
    """One method of one path, with the view that answers (None where it is allauth's) and what the document says."""

    path: str
    method: str
    view: Any
    described: dict[str, Any]

    @property
    def action(self) -> str:
        """The key in the view's ``access``."""
        return getattr(self.view, "action", None) or self.method.lower()


def api_reference() -> str:
    document, views = described_api()
    paths = document["paths"]
    # As the URLconf has them; allauth's last, which are no views of the framework.
    described = views | {key: None for key in _keys(paths) if key not in views}
    operations = [
        Operation(path, method.upper(), view, _resolved(paths[path][method], document))
        for (path, method), view in described.items()
        if path.startswith(ROOT) and _section(path) in SECTIONS
    ]
    schemas = document["components"]["schemas"]
    parts = [*_operations(operations), *_lists(operations), *_schemas(operations, schemas)]
    return "\n\n".join(parts)


def _keys(paths: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((path, method) for path, item in paths.items() for method in item)


def described_api() -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
    """The OpenAPI document, and the views of the framework by path and method, as the URLconf has them."""
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    with GENERATOR_STATS.silence():  # type: ignore[no-untyped-call]
        document = generator.get_schema(request=None, public=True)
    views = {(path, method.lower()): view for path, _, method, view in generator._get_paths_and_endpoints()}
    return document, views


def _resolved(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """With its body, answers and parameters where allauth refers to them. Schemas stay named."""

    def read(part: Any) -> Any:
        if "$ref" not in part:
            return part
        _, _, kind, name = part["$ref"].split("/")
        return read(document["components"][kind][name])

    resolved = {**operation, "responses": {code: read(part) for code, part in operation["responses"].items()}}
    if "requestBody" in operation:
        resolved["requestBody"] = read(operation["requestBody"])
    return resolved | {"parameters": [read(part) for part in operation.get("parameters", [])]}


def _operations(operations: list[Operation]) -> Iterator[str]:
    for name, heading in SECTIONS.items():
        rows = [_row(operation) for operation in operations if _section(operation.path) == name]
        yield f"### {heading}"
        yield table(("Request", "What", "Who", "Body", "Answer"), rows)


def _section(path: str) -> str:
    return path.removeprefix(ROOT).partition("/")[0]


def _row(operation: Operation) -> tuple[str, ...]:
    return (
        code(f"{operation.method} {operation.path}"),
        one_line(_what(operation)),
        _who(operation),
        _body(operation),
        _answer(operation),
    )


def _what(operation: Operation) -> str:
    """What the action or its view says of itself; of the usual actions on one row, what these do."""
    if operation.view is None:
        return operation.described["summary"].strip() + "."
    action = operation.action
    is_of_many = (action == "create" and hasattr(operation.view, "list")) or operation.path.endswith("}/")
    if action in STANDARD and is_of_many and not getattr(operation.view, action).__doc__:
        return STANDARD[action]
    return str(operation.described.get("description", ""))


def _who(operation: Operation) -> str:
    """In the words of the page's legend."""
    if operation.view is None:
        return "everybody"
    permission = operation.view.permission_for(operation.action)
    needed = getattr(permission, "permission", None)
    names = {"Browse": "anybody", "SignedIn": "signed in"}
    return code(needed) if needed else names[permission.__name__]


def _body(operation: Operation) -> str:
    content = operation.described.get("requestBody", {}).get("content", {})
    name = next((_type(media["schema"]) for media in content.values()), "")
    return _linked(name.removeprefix(PARTIAL)) + (", in part" if name.startswith(PARTIAL) else "")


def _answer(operation: Operation) -> str:
    status, answer = next((code, answer) for code, answer in operation.described["responses"].items() if code < "300")
    content = next(iter(answer.get("content", {"": {}}).values()), {})
    name = _type(content.get("schema", {"type": ""}))
    if name.startswith(PAGED):
        return f"{status}, page of {_linked(name.removeprefix(PAGED).removesuffix('List'))}"
    return ", ".join(filter(None, [status, _linked(name)]))


def _linked(name: str) -> str:
    """What is said of a type, with its schemas as links to their tables."""
    return re.sub(r"\b[A-Z]\w+", lambda found: f"[{found[0]}](#{found[0].lower()})", name)


def _lists(operations: list[Operation]) -> Iterator[str]:
    """Filters and orderings of all lists."""
    from skillswap_kit.core.api.ordering import declared_orderings

    rows = []
    for operation in operations:
        query = [each for each in operation.described.get("parameters", []) if each["in"] == "query"]
        filters = [code(each["name"]) + _choices(each["schema"]) for each in query if each["name"] not in PAGING]
        orderings = [code(name) for name in declared_orderings(operation.view)] if _is_sorted(query) else []
        if filters or orderings:
            default = getattr(operation.view, "default_ordering", "") if orderings else ""
            rows.append((code(operation.path), ", ".join(filters), ", ".join(orderings), default and code(default)))
    yield "### Filters and orderings"
    yield table(("List", "Filters", "Orderings", "Unless asked"), rows)


def _is_sorted(query: list[dict[str, Any]]) -> bool:
    return any(each["name"] == "ordering" for each in query)


def _choices(schema: dict[str, Any]) -> str:
    return f" ({', '.join(map(str, schema['enum']))})" if "enum" in schema else ""


def _schemas(operations: list[Operation], schemas: dict[str, Any]) -> Iterator[str]:
    """Every body and answer, and what they are made of. A PATCH reads what a PUT does, in parts."""
    shown = {name.removeprefix(PARTIAL): schema for name, schema in schemas.items() if not name.startswith(PAGED)}
    shown |= {name: schema for name, schema in schemas.items() if name in shown}
    yield "### Bodies and answers"
    for name, schema in sorted(shown.items()):
        yield f"#### {name}"
        if "enum" in schema:
            yield "One of " + ", ".join(code(value) for value in schema["enum"] if value) + "."
            continue
        required = schema.get("required", [])
        rows = [
            (code(field), _linked(_type(described)), _need(name, field in required, described))
            for field, described in schema.get("properties", {}).items()
        ]
        yield table(("Field", "Type", "Note"), rows)


def _need(schema: str, is_required: bool, described: dict[str, Any]) -> str:
    """What a writer must know of a field: a bound, a default, whether it may be left out."""
    reads = described.get("readOnly") or not _is_body(schema)
    notes = [] if reads else ["required" if is_required else "optional"]
    low, high, longest = (described.get(key) for key in ("minimum", "maximum", "maxLength"))
    if low is not None and high is not None:
        notes.append(f"{low:g} to {high:g}" if high < LARGEST_NUMBER else f"at least {low:g}")
    if longest:
        notes.append(f"at most {longest} characters")
    if not reads and described.get("default") not in (None, ""):
        notes.append(f"default {code(described['default'])}")
    return ", ".join(notes)


LARGEST_NUMBER = 2**31 - 1
BODIES = ("Input", "Proposal", "Change", "OfOneKind")


def _is_body(schema: str) -> bool:
    return (schema.endswith(BODIES) and schema != "Proposal") or schema.startswith(("New", "Merge", "Location"))


def _type(schema: dict[str, Any]) -> str:
    """In words: a schema's name, ``list of``, ``or null``."""
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return " or ".join(_type(each) for each in schema[key])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return " or ".join(_type({**schema, "type": each}) for each in kind)
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    # A user's key is of whatever type the host's model has.
    formats = {"date-time": "time", "binary": "file", "uuid": "member's key", "double": "number"}
    return kind if kind == "null" else formats.get(schema.get("format", ""), str(kind))
