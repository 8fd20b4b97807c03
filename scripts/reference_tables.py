"""The generated parts of docs/reference, drawn from the code. Run as a module it writes them into the pages."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts.markdown import code, one_line, table
from scripts.reference_api import api_reference
from scripts.reference_code import services_reference, testing_reference

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
PACKAGE = "skillswap_kit"


def source_folder() -> Path:
    package = importlib.import_module(PACKAGE)
    return Path(inspect.getfile(package)).parent


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package by its dotted name, parsed."""
    folder = source_folder()
    for path in sorted(folder.rglob("*.py")):
        name = ".".join((PACKAGE, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def import_everything(basename: str) -> None:
    """Import the modules of this name (``conf``, ``signals``) in every installed app of the kit."""
    from django.apps import apps

    for app in apps.get_app_configs():
        module = f"{app.name}.{basename}"
        if app.name.startswith(PACKAGE) and importlib.util.find_spec(module):
            importlib.import_module(module)


def settings_table() -> str:
    import_everything("conf")
    from skillswap_kit.core.conf import declared_settings

    rows = (
        (code(key), code(setting.kind.__name__), code(repr(setting.default)), one_line(setting.doc))
        for key, setting in sorted(declared_settings().items())
    )
    return table(("Setting", "Type", "Default", "Meaning"), rows)


def signal_docstrings() -> dict[str, str]:
    """The string that stands behind ``name = DomainSignal("app.name", …)``, by the event's name."""
    found = {}
    for name, module in sources():
        if not name.endswith(".signals"):
            continue
        for statement, following in pairwise(module.body):
            match statement, following:
                case (
                    ast.Assign(value=ast.Call(args=[ast.Constant(value=str(event))])),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[event] = text
    return found


def events_table() -> str:
    import_everything("signals")
    from skillswap_kit.core.events import DomainSignal

    docstrings = signal_docstrings()
    rows = (
        (
            code(name),
            code(signal.sender_label),
            ", ".join(code(argument) for argument in signal.arguments),
            one_line(docstrings.get(name, "")),
        )
        for name, signal in sorted(DomainSignal.registry.items())
        if signal.sender_label.startswith("skillswap_")
    )
    return table(("Event", "Sender", "Arguments", "Meaning"), rows)


def subclasses(base: type) -> Iterator[type]:
    for child in base.__subclasses__():
        yield child
        yield from subclasses(child)


def errors_table() -> str:
    from django.utils import translation

    for module in pkgutil.walk_packages([str(source_folder())], f"{PACKAGE}."):
        if module.name.rsplit(".", 1)[-1] in {"errors", "exceptions"}:
            importlib.import_module(module.name)
    from skillswap_kit.core.errors import SkillSwapError

    errors: list[Any] = [error for error in subclasses(SkillSwapError) if error.__module__.startswith(PACKAGE)]
    with translation.override("en"):
        rows = [
            (
                code(error.code),
                str(error.status_code),
                code(f"{error.__module__.removeprefix(PACKAGE + '.')}.{error.__name__}"),
                one_line(error.__doc__ or str(error.default_message)),
            )
            for error in sorted(errors, key=lambda error: (error.status_code, error.code))
        ]
    return table(("Code", "HTTP", "Class", "Meaning"), rows)


def text_of(node: ast.expr | None, names: dict[str, ast.expr]) -> str:
    """A message as it stands in the source, with … for what it is filled with."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part, names) for part in parts)
        case ast.IfExp(body=value) | ast.FormattedValue(value=value):
            return text_of(value, names)
        case ast.Name(id=name) if name in names:
            return text_of(names[name], {})
        case _:
            return "…"


def check_rows(module: str, function: ast.FunctionDef) -> Iterator[tuple[str, ...]]:
    """(id, level, rule, message, hint) of every check message that the function makes."""
    names: dict[str, ast.expr] = {"SETTINGS_NAME": ast.Constant("SKILLSWAP_KIT")} | {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    # What a backend checks of itself is named after the backend.
    name = f"{module.rpartition('.')[2]}_matcher" if function.name == "check" else function.name
    rule = name.strip("_").removeprefix("check_").replace("_", " ")
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        match keywords.get("id"):
            case ast.Constant(value=str(identity)) if re.fullmatch(r"skillswap_\w+\.[EWI]\d+", identity):
                message, hint = text_of(call.args[0], names), text_of(keywords.get("hint"), names)
                yield code(identity), ast.unparse(call.func), rule, one_line(message), one_line(hint)


def checks_table() -> str:
    """One row for each id; the first message stands for all that share it."""
    rows: dict[str, tuple[str, ...]] = {}
    for name, module in sources():
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
            for row in check_rows(name, function):
                rows.setdefault(row[0], row)
    return table(("Id", "Level", "Rule", "Message", "Hint"), (rows[identity] for identity in sorted(rows)))


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "events": events_table,
    "errors": errors_table,
    "checks": checks_table,
    "api": api_reference,
    "services": services_reference,
    "testing": testing_reference,
}


def page(name: str) -> Path:
    return PAGES / f"{name}.md"


def with_table(text: str, drawn: str) -> str:
    """The page's text with the table between its two marks replaced."""
    start, end = "<!-- table: drawn from the code -->\n", "<!-- end of table -->"
    before, mark, rest = text.partition(start)
    _, end_mark, after = rest.partition(end)
    if not mark or not end_mark:
        raise ValueError("the page lacks the marks of its table")
    return f"{before}{start}\n{drawn}\n\n{end}{after}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings.default")
    import django

    django.setup()
    for name, draw in TABLES.items():
        old = page(name).read_text(encoding="utf-8")
        new = with_table(old, draw())
        if new != old:
            page(name).write_text(new, encoding="utf-8")
            print(f"{page(name).relative_to(ROOT)}: written")


if __name__ == "__main__":
    main()
