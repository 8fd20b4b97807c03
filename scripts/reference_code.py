"""The generated parts of docs/reference/services.md and testing.md: signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

SERVICES = "skillswap_kit.exchange.services"
HEADINGS = {
    "members": "Members",
    "vocabulary": "Vocabulary",
    "merging": "Merging skills",
    "listings": "Listings",
    "gallery": "Pictures and questions of an offer",
    "proposals": "Proposing",
    "moves": "Moving a swap",
    "sessions": "Sessions",
    "connections": "Connections",
    "reviews": "Reviews",
}
MATCHING = "skillswap_kit.matching.services"
MATCHING_HEADINGS = {
    "recommending": "Recommendations",
    "counting": "Counting matches",
    "proposing": "Asking a match",
    "dismissing": "“Not for me”",
    "circles": "Circles",
    "mending": "Mending circles",
    "clearing": "Circles for the whole community",
    "learning": "Ways to learn a skill",
    "offers": "Offers beside an offer, and what trends",
    "statistics": "Statistics",
    "status": "Matchers and the index",
}
CORE = {
    "skillswap_kit.core.events": ("DomainSignal", "deliver", "deliver_due", "revive", "forget_old_events"),
    "skillswap_kit.core.idempotency": ("once", "remembered", "forget_old_records"),
    "skillswap_kit.core.jobs": ("job", "due_work", "run_due"),
    "skillswap_kit.core.policies": (
        "BaseContactPolicy",
        "without_hidden",
        "hidden_among",
        "may_contact",
        "active_users",
        "load_policy",
    ),
    "skillswap_kit.core.permissions": ("is_signed_in", "may_browse", "has_permission"),
    "skillswap_kit.core.text": ("normalise", "search_filter"),
    "skillswap_kit.core.files": ("clean_image", "clean_document", "serve_file", "delete_on_commit", "RandomName"),
    "skillswap_kit.exchange.policies": ("BaseSettlement", "BaseCancellationPolicy"),
    "skillswap_kit.exchange.geocoders": ("BaseGeocoder",),
    "skillswap_kit.matching.similarity.services": ("set_similarity", "remove_similarity"),
}
TESTING = ("settings", "factories", "swaps", "geocoders", "policies", "matchers", "similarity")


def services_reference() -> str:
    parts = [*_services(SERVICES, HEADINGS), "## Services of the matching", *_services(MATCHING, MATCHING_HEADINGS)]
    parts.append("## What else hosts call")
    for path, names in CORE.items():
        module = importlib.import_module(path)
        parts += [f"### `{path}`", *_entries(getattr(module, name) for name in names)]
    return "\n\n".join(parts)


def _services(path: str, headings: dict[str, str]) -> Iterator[str]:
    """What a package of services exports, by the modules that have it."""
    package = importlib.import_module(path)
    for name, heading in headings.items():
        module = importlib.import_module(f"{path}.{name}")
        public = [getattr(package, each) for each in package.__all__ if _is_defined_in(getattr(package, each), module)]
        yield f"### {heading}"
        yield from _entries([*_typed_dicts(module), *_in_order(public)])


def testing_reference() -> str:
    parts = []
    for name in TESTING:
        module = importlib.import_module(f"skillswap_kit.testing.{name}")
        parts += [f"### `{module.__name__}`", prose(module.__doc__ or "")]
        parts += _entries(_in_order(each for each in vars(module).values() if _is_public(each, module)))
    return "\n\n".join(parts)


def _is_defined_in(thing: Any, module: ModuleType) -> bool:
    return getattr(thing, "__module__", "") == module.__name__


def _is_public(thing: Any, module: ModuleType) -> bool:
    return _is_defined_in(thing, module) and callable(thing) and not thing.__name__.startswith("_")


def _typed_dicts(module: ModuleType) -> Iterator[Any]:
    """The sets of keyword arguments that the services of this module share."""
    return (each for each in vars(module).values() if _is_defined_in(each, module) and hasattr(each, "__total__"))


def _in_order(things: Iterable[Any]) -> list[Any]:
    """As they stand in their module; types before functions."""
    return sorted(things, key=lambda thing: (not isinstance(thing, type), inspect.getsourcelines(_plain(thing))[1]))


def _plain(thing: Any) -> Any:
    """A job, and a service in its transaction, as they were written."""
    return inspect.unwrap(thing)


def _entries(things: Iterable[Any]) -> Iterator[str]:
    for thing in things:
        yield f"#### `{_plain(thing).__name__}`"
        yield f"```python\n{_definition(thing)}\n```"
        if text := prose(inspect.getdoc(thing) if isinstance(thing, type) else _plain(thing).__doc__ or ""):
            yield text
        if isinstance(thing, type):
            yield from _methods(thing)


def _definition(thing: Any) -> str:
    if not isinstance(thing, type):
        return _signature(_plain(thing))
    fields = inspect.get_annotations(thing)
    lines = [_field(thing, name, value) for name, value in fields.items() if not name.startswith("_")]
    base = "(TypedDict, total=False)" if hasattr(thing, "__total__") else ""
    return "\n".join([f"class {thing.__name__}{base}:", *(f"    {line}" for line in lines or ["..."])])


def _field(owner: type, name: str, annotation: Any) -> str:
    value = vars(owner).get(name, inspect.Parameter.empty)
    default = f" = {_default(value)}" if isinstance(value, str | int | tuple) else ""
    return f"{name}: {_annotation(annotation)}{default}"


def _methods(owner: type) -> Iterator[str]:
    """What a subclass writes or may override, of an extension point."""
    for name, method in vars(owner).items():
        if inspect.isfunction(method) and not name.startswith(("_", "test_")):
            text = prose(method.__doc__ or "")
            mark = " (to be written)" if getattr(method, "__isabstractmethod__", False) else ""
            yield f"`{_signature(method).removeprefix('def ')}`{mark}\n: {text or 'See above.'}".replace("\n\n", " ")


def _signature(function: Any) -> str:
    """On one line if that is short, else one line per parameter."""
    signature = inspect.signature(function)
    answer = signature.return_annotation
    returns = "" if answer is signature.empty else f" -> {_annotation(answer)}"
    parameters = list(_parameters(signature))
    line = f"def {function.__name__}({', '.join(parameters)}){returns}"
    if len(line) <= 100 or len(parameters) < 2:
        return line
    return "\n".join([f"def {function.__name__}(", *(f"    {each}," for each in parameters), f"){returns}"])


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    has_star = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            has_star = True
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            has_star = True
            yield "*"
        annotated = "" if parameter.annotation is parameter.empty else f": {_annotation(parameter.annotation)}"
        prefix = {parameter.VAR_KEYWORD: "**", parameter.VAR_POSITIONAL: "*"}.get(parameter.kind, "")
        default = "" if parameter.default is parameter.empty else f" = {_default(parameter.default)}"
        yield f"{prefix}{parameter.name}{annotated}{default}"


def _default(value: Any) -> str:
    # Members of choices are strings; their repr is not what one writes.
    if inspect.isfunction(value):
        return str(value.__name__)
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _annotation(value: Any) -> str:
    """As it stands in the source: every module of the kit postpones the evaluation of annotations."""
    written = value if isinstance(value, str) else getattr(value, "__forward_arg__", "")
    return written or inspect.formatannotation(value)


def prose(docstring: str | None) -> str:
    """A docstring as Markdown."""
    text = inspect.cleandoc(docstring or "").replace("``", "`")
    return re.sub(r":(?:func|meth|class):`([^`]+)`", r"`\1`", text)
