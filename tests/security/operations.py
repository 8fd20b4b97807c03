"""Everything that can be asked of the kit: operations of the API by URLconf and by document, pages of the admin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern
from drf_spectacular.generators import SchemaGenerator

from skillswap_kit.core.api.views import KitAPIView

KIT = "skillswap_kit."
LABEL_PREFIX = "skillswap_"
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Endpoint:
    """One method of one route."""

    method: str
    route: str
    view: type[Any]

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def app(self) -> str:
        return self.view.__module__.removeprefix(KIT).partition(".")[0]

    @property
    def writes(self) -> bool:
        return self.method not in SAFE

    @property
    def names(self) -> list[str]:
        """The keys in its address."""
        return re.findall(r"{(\w+)}", self.route)

    def address(self, keys: Mapping[str, Any]) -> str:
        written = {name: quote(str(value), safe="", errors="surrogatepass") for name, value in keys.items()}
        return self.route.format(**written)


@dataclass(frozen=True)
class Operation(Endpoint):
    """One of the API; ``action`` is its key in the view's ``access``."""

    view: type[KitAPIView]
    action: str

    def input_fields(self) -> Mapping[str, Any]:
        """The declared inputs, by name; their serializer's own fields."""
        serializer = getattr(self.view, "input_serializer_classes", {}).get(self.action)
        return serializer().fields if serializer else {}

    @property
    def media_type(self) -> str:
        has_files = any(type(field).__name__ == "FileField" for field in self.input_fields().values())
        return "multipart" if has_files else "json"


def leaves(patterns: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every route of a URLconf, ``{name}`` for what varies."""
    for pattern in patterns:
        route = prefix + _readable(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from leaves(pattern.url_patterns, route)
        else:
            yield route, pattern


def routes(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, Any]]:
    """Every route with its view."""
    return ((route, pattern.callback) for route, pattern in leaves(patterns))


def _readable(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern))
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", str(pattern))
    return re.sub(r"^\^|\\Z$|\$$", "", named)


def kit_view(callback: Any) -> type[KitAPIView] | None:
    view = getattr(callback, "cls", None)
    return view if isinstance(view, type) and issubclass(view, KitAPIView) else None


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the API that the URLconf leads to."""
    found = []
    for route, callback in routes(get_resolver().url_patterns):
        if view := kit_view(callback):
            by_method = getattr(callback, "actions", None) or {name: name for name in view.routed_actions(None)}
            found += [
                Operation(method.upper(), route, view, action)
                for method, action in by_method.items()
                if method in view.http_method_names and method.upper() not in ("HEAD", "OPTIONS")
            ]
    return tuple(sorted(found, key=lambda operation: (operation.route, operation.method)))


def reads() -> list[Operation]:
    return [operation for operation in operations() if not operation.writes]


def writes() -> list[Operation]:
    return [operation for operation in operations() if operation.writes]


def anonymised(route: str) -> str:
    """Without the names of its keys: drf-spectacular may show "pk" as "id"."""
    return re.sub(r"{\w+}", "{}", route)


@cache
def documented() -> frozenset[str]:
    """The operations of the OpenAPI document, without names of keys."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return frozenset(
        f"{method.upper()} {anonymised(path)}" for path, item in document["paths"].items() for method in item
    )


def other_routes() -> list[tuple[str, Any]]:
    """What the URLconf leads to besides the kit's API."""
    return [(route, callback) for route, callback in routes(get_resolver().url_patterns) if not kit_view(callback)]


@dataclass(frozen=True)
class AdminPage:
    """One address of a model in the admin: changelist, add, change, delete, history, or one that it adds."""

    model: type[Model]
    name: str
    needs_row: bool

    def __str__(self) -> str:
        return f"{self.model._meta.model_name} {self.name}"

    def address(self, row: Model) -> str:
        name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{self.name}"
        return reverse(name, args=(row.pk,) if self.needs_row else ())


def kit_admins() -> dict[type[Model], Any]:
    registered = admin.site._registry.items()
    return {model: page for model, page in registered if model._meta.app_label.startswith(LABEL_PREFIX)}


def admin_pages() -> list[AdminPage]:
    found = []
    for model, model_admin in kit_admins().items():
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        for route, _view, name in _named(model_admin.get_urls()):
            found.append(AdminPage(model, name.removeprefix(prefix), "{" in route))
    return found


def _named(patterns: Iterable[Any]) -> Iterator[tuple[str, Any, str]]:
    return ((_readable(pattern.pattern), pattern.callback, pattern.name) for pattern in patterns if pattern.name)


def admin_actions() -> list[tuple[type[Model], str]]:
    """The actions that the kit's pages declare; Django's own is deletion."""
    return [(model, name) for model, page in kit_admins().items() for name in ("delete_selected", *page.actions)]
