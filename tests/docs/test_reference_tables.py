"""The reference says what the code says."""

import inspect
import re
from pathlib import Path

import pytest

from scripts import reference_api, reference_tables
from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.exchange import services


@pytest.mark.parametrize("name", reference_tables.TABLES)
def test_the_reference_table_is_what_the_code_declares(name):
    text = reference_tables.page(name).read_text(encoding="utf-8")
    drawn = reference_tables.with_table(text, reference_tables.TABLES[name]())

    assert text == drawn, f"docs/reference/{name}.md is out of step: run `make reference`"


@pytest.mark.parametrize("name", reference_tables.TABLES)
def test_every_cell_of_the_reference_is_filled(name):
    lines = reference_tables.TABLES[name]().splitlines()

    assert len(lines) > 2
    assert not [line for line in lines if "|  |" in line]


def test_every_path_of_the_api_has_its_row():
    document, _ = reference_api.described_api()
    text = reference_tables.page("api").read_text(encoding="utf-8")
    rows = {
        f"`{method.upper()} {path}`"
        for path, item in document["paths"].items()
        for method in item
        # The document itself, which a host mounts.
        if path.startswith(reference_api.ROOT) and path != "/api/schema/"
    }

    assert len(rows) > 100
    assert not [row for row in sorted(rows) if f"| {row} |" not in text]


def test_every_code_of_the_api_itself_is_explained():
    source = Path(reference_tables.ROOT, "src", "skillswap_kit", "core", "api")
    modules = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    found = set(re.findall(r'\bcode = "(\w+)"|default_code = "(\w+)"|, code="(\w+)"', modules))
    pages = "".join(reference_tables.page(name).read_text(encoding="utf-8") for name in ("api", "errors"))

    assert len(found) > 5
    assert not [code for code in map("".join, found) if f"`{code}`" not in pages]


def test_services_raise_what_they_say():
    names = {error.__name__ for error in reference_tables.subclasses(SkillSwapError)}
    for service in map(inspect.unwrap, (getattr(services, name) for name in services.__all__)):
        _, raises, said = (service.__doc__ or "").partition("Raises ")
        assert set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", said)) <= names, service
        # Whoever acts can be refused; the few who cannot are named.
        takes_by = "by" in inspect.signature(service).parameters
        assert raises or not takes_by or service.__name__ == "remove_avatar", service
